"""English words for amounts, days, lists and goods."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

from babel.dates import format_date
from babel.numbers import format_currency, get_currency_precision
from unicode_rbnf import FormatPurpose, RbnfEngine

from commerce.money import Money
from skills.languages.saying import Goods
from skills.languages.wording import Wording

_CURRENCIES = {
    "USD": (("dollar", "dollars"), ("cent", "cents")),
    "EUR": (("euro", "euros"), ("cent", "cents")),
    "GBP": (("pound", "pounds"), ("penny", "pence")),
    "KRW": (("won", "won"), ("", "")),
}
_IRREGULAR = {"loaf": "loaves", "half": "halves", "each": "each", "pair": "pairs", "litre": "litres"}
_DIGITS = ("oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_CONTAINERS = ("pack", "case", "can", "bottle", "jar", "bag", "box", "tub", "carton", "bunch", "dozen")
_DAYS_BY_NAME = 6  # a weekday's name is clear up to six days away
_PLURAL_ES = ("s", "x", "z", "ch", "sh")


class _English(Wording):
    """What the ear and the eye share."""

    @abstractmethod
    def kind_before(self, goods: Goods) -> list[str]:
        """What tells the variant, where it stands before the noun."""

    @abstractmethod
    def kind_behind(self, goods: Goods) -> list[str]:
        """What tells the variant, where it stands behind the noun."""

    def day(self, day: date, today: date) -> str:
        distance = (day - today).days
        near = {0: "today", 1: "tomorrow", -1: "yesterday"}.get(distance)
        if near:
            return near
        if 0 < distance <= _DAYS_BY_NAME:
            return f"on {format_date(day, 'EEEE', locale='en')}"
        if -_DAYS_BY_NAME <= distance < 0:
            return f"last {format_date(day, 'EEEE', locale='en')}"
        return self.date(day, with_year=day.year != today.year)

    @abstractmethod
    def date(self, day: date, *, with_year: bool) -> str:
        """A day of the calendar, with its preposition."""

    def goods(self, goods: Goods) -> str:
        phrase = self._noun(goods, plural=goods.quantity != 1)
        if goods.quantity != 1:
            return f"{self.number(goods.quantity)} {phrase}"
        if goods.unit is None and not goods.before and goods.name.endswith("s"):
            return phrase
        return f"{article(phrase)} {phrase}"

    def goods_name(self, goods: Goods) -> str:
        bare = replace(goods, quantity=1, unit=None)
        return self._noun(bare, plural=False)

    def _noun(self, goods: Goods, *, plural: bool) -> str:
        name = f"{goods.brand} {uncapitalised(goods.name)}" if goods.brand else uncapitalised(goods.name)
        if goods.kind and goods.kind.split()[-1] in _CONTAINERS:  # "two half litre six packs of sparkling water"
            packs = " ".join(self.kind_before(goods)) or goods.kind
            words = [*goods.before, pluralised(packs) if plural else packs, "of", name]
            return " ".join(words)
        if goods.unit:
            unit = pluralised(goods.unit) if plural else goods.unit
            words = [*self.kind_before(goods), *goods.before, unit, "of", name]
        else:
            words = [*self.kind_before(goods), *goods.before, pluralised(name) if plural else name]
        words += self.kind_behind(goods)
        if goods.after:
            words += ["with", self.all_of(goods.after)]
        return " ".join(words)

    def all_of(self, parts: Sequence[str]) -> str:
        return _joined(parts, "and")

    def any_of(self, parts: Sequence[str]) -> str:
        return _joined(parts, "or")


class Spoken(_English):
    """English for the ear: no digits, no signs."""

    def money(self, money: Money) -> str:
        whole, fraction = _split(money)
        (one, many), (cent, cents) = _CURRENCIES[money.currency]
        minus = "minus " if money.amount < 0 else ""
        units = f"{self.number(whole)} {one if whole == 1 else many}"
        if fraction == 0:
            return minus + units
        if whole == 0:
            return f"{minus}{self.number(fraction)} {cent if fraction == 1 else cents}"
        if fraction < 10:  # "four dollars five" would be heard as four dollars fifty, cut short
            return f"{minus}{units} and {self.number(fraction)} {cent if fraction == 1 else cents}"
        return f"{minus}{units} {self.number(fraction)}"

    def number(self, number: int) -> str:
        return _spelled(number, FormatPurpose.CARDINAL)

    def order_number(self, number: str) -> str:
        return " ".join(_DIGITS[int(digit)] for digit in number)

    def minutes(self, minutes: int) -> str:
        return f"in about {self.number(minutes)} {'minute' if minutes == 1 else 'minutes'}"

    def date(self, day: date, *, with_year: bool) -> str:
        text = f"on the {_spelled(day.day, FormatPurpose.ORDINAL)} of {format_date(day, 'MMMM', locale='en')}"
        return f"{text} {_spelled(day.year, FormatPurpose.YEAR)}" if with_year else text

    def kind_before(self, goods: Goods) -> list[str]:
        return [self.kind(goods.kind)] if goods.kind else []

    def kind(self, text: str) -> str:
        return re.sub(r"\d+", lambda digits: self.number(int(digits[0])), text)

    def kind_behind(self, goods: Goods) -> list[str]:  # noqa: ARG002  # "two one litre cartons": it all stands before
        return []


class Shown(_English):
    """English for the eye: digits and signs."""

    def money(self, money: Money) -> str:
        precision = get_currency_precision(money.currency)
        return str(format_currency(money.amount / 10**precision, money.currency, locale="en_US"))

    def number(self, number: int) -> str:
        return str(number)

    def order_number(self, number: str) -> str:
        return number

    def minutes(self, minutes: int) -> str:
        return f"in about {minutes} min"

    def date(self, day: date, *, with_year: bool) -> str:
        return f"on {format_date(day, 'd MMM y' if with_year else 'd MMM', locale='en')}"

    def kind_before(self, goods: Goods) -> list[str]:  # noqa: ARG002  # "2 1 litre cartons" would be hard to read
        return []

    def kind_behind(self, goods: Goods) -> list[str]:
        return [f"({goods.kind})"] if goods.kind else []


@lru_cache
def _engine() -> RbnfEngine:
    return RbnfEngine.for_language("en")


def _spelled(number: int, purpose: FormatPurpose) -> str:
    return _engine().format_number(number, purpose).text


def article(phrase: str) -> str:
    """ "a" or "an", by how the phrase begins."""
    vowel = re.match(r"(?i)(?!one\b|uni|use|eu)[aeiou]|eight\b|8|11\b|18\b|hour", phrase)
    return "an" if vowel else "a"


def pluralised(noun: str) -> str:
    """The plural of the last word of a noun phrase; a word that already is one stays."""
    before, _, word = noun.rpartition(" ")
    head = f"{before} " if before else ""
    if word in _IRREGULAR:
        return head + _IRREGULAR[word]
    if word.endswith("ss") or (not word.endswith("s") and word.endswith(_PLURAL_ES)):
        return f"{head}{word}es"
    if word.endswith("s"):
        return noun
    if re.search(r"[^aeiou]y$", word):
        return f"{head}{word[:-1]}ies"
    return f"{head}{word}s"


def uncapitalised(name: str) -> str:
    """A product's name inside a sentence: "Oat milk" as "oat milk"; "Brook Farm milk", "AA batteries" as they are."""
    first, *rest = name.split(" ")
    is_name = not first[1:].islower() or any(word[:1].isupper() for word in rest)
    return name if is_name else name[:1].lower() + name[1:]


def _split(money: Money) -> tuple[int, int]:
    """Whole units and minor units of the absolute amount."""
    units = 10 ** int(get_currency_precision(money.currency))
    return abs(money.amount) // units, abs(money.amount) % units


def _joined(parts: Sequence[str], word: str) -> str:
    if len(parts) <= 1:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {word} {parts[-1]}"
