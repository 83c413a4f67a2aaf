"""Korean words for amounts, days, lists and goods."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from babel.dates import format_date
from babel.numbers import format_currency, get_currency_precision
from unicode_rbnf import RbnfEngine

from commerce.money import Money
from skills.languages.saying import Goods
from skills.languages.wording import Wording

_SINO_KOREAN = "spellout-cardinal-sinokorean"
_NATIVE = "spellout-cardinal-native-attributive"  # things are counted so before a counter: "한 개", "스무 병"
_CURRENCIES = {"KRW": ("원", ""), "USD": ("달러", "센트"), "EUR": ("유로", "센트"), "GBP": ("파운드", "펜스")}
_DIGITS = "공일이삼사오육칠팔구"
_FIRST_SYLLABLE, _LAST_SYLLABLE, _FINALS = 0xAC00, 0xD7A3, 28
_RIEUL = 8  # index of the final consonant ㄹ, after which "(으)로" is "로"


class _Korean(Wording):
    """What the ear and the eye share."""

    def attach(self, text: str, particle: str) -> str:
        """The particle's first form after a final consonant, its second after a vowel ("을/를", "이/가", "으로/로")."""
        if not particle:
            return text
        after_consonant, _, after_vowel = particle.partition("/")
        final = _final_consonant(text)
        closed = final not in (0, _RIEUL) if after_consonant == "으로" else final != 0
        return text + (after_consonant if closed else after_vowel)

    def sentence(self, text: str) -> str:
        return text

    def order_number(self, number: str) -> str:
        return f"{number}번"

    def minutes(self, minutes: int) -> str:
        return f"약 {self.number(minutes)}분 뒤"

    def day(self, day: date, today: date) -> str:
        near = {0: "오늘", 1: "내일", 2: "모레", -1: "어제"}.get((day - today).days)
        if near:
            return near
        if 0 < (day - today).days < 7:
            return format_date(day, "EEEE", locale="ko")
        return f"{self.month(day.month)} {self.number(day.day)}일"

    @abstractmethod
    def month(self, month: int) -> str:
        """A month's name."""

    def goods(self, goods: Goods) -> str:
        counter = goods.unit if goods.unit and _is_hangul(goods.unit[-1]) else "개"
        return f"{self.goods_name(goods)} {self.counted(goods.quantity)} {counter}"

    def goods_name(self, goods: Goods) -> str:
        return " ".join([*filter(None, [goods.brand, goods.kind]), *goods.before, *goods.after, goods.name])

    def counted(self, quantity: int) -> str:
        """A quantity before a counter."""
        return str(quantity)

    def all_of(self, parts: Sequence[str]) -> str:
        return ", ".join(parts)

    def any_of(self, parts: Sequence[str]) -> str:
        if len(parts) <= 1:
            return "".join(parts)
        return f"{', '.join(parts[:-1])} 또는 {parts[-1]}"


class Spoken(_Korean):
    """Korean for the ear: no digits, no signs."""

    def money(self, money: Money) -> str:
        whole, fraction = divmod(abs(money.amount), 10 ** get_currency_precision(money.currency))
        unit, small = _CURRENCIES[money.currency]
        parts = [f"{self.number(whole)} {unit}"] if whole or not fraction else []
        if fraction:
            parts.append(f"{self.number(fraction)} {small}")
        return ("마이너스 " if money.amount < 0 else "") + " ".join(parts)

    def number(self, number: int) -> str:
        return _spelled(number, _SINO_KOREAN)

    def month(self, month: int) -> str:
        return {6: "유월", 10: "시월"}.get(month, f"{self.number(month)}월")

    def order_number(self, number: str) -> str:
        return "".join(_DIGITS[int(digit)] for digit in number) + "번"

    def counted(self, quantity: int) -> str:
        return _spelled(quantity, _NATIVE)


class Shown(_Korean):
    """Korean for the eye: digits and signs."""

    def money(self, money: Money) -> str:
        amount = money.amount / 10 ** get_currency_precision(money.currency)
        return str(format_currency(amount, money.currency, locale="ko_KR"))

    def number(self, number: int) -> str:
        return str(number)

    def month(self, month: int) -> str:
        return f"{month}월"


@lru_cache
def _engine() -> RbnfEngine:
    return RbnfEngine.for_language("ko")


def _spelled(number: int, ruleset: str) -> str:
    return _engine().format_number(number, ruleset_names=[ruleset]).text


def _final_consonant(text: str) -> int:
    """Index of the final consonant of the last Hangul syllable; 0 when it has none or the text ends otherwise."""
    last = text[-1:]
    return (ord(last) - _FIRST_SYLLABLE) % _FINALS if last and _is_hangul(last) else 0


def _is_hangul(character: str) -> bool:
    return _FIRST_SYLLABLE <= ord(character) <= _LAST_SYLLABLE
