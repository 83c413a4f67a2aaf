"""Text as it was written, to words as they are said: both sides of every comparison go through here.

"12-ounce" and "twelve ounce", "$20" and "twenty dollars", "2 %" and "two percent" become the same words: equal speech
has equal words.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from unicode_rbnf import RbnfEngine

_SIGNS = {
    "en": {
        "%": " percent ",
        "&": " and ",
        "+": " plus ",
        "@": " at ",
        "½": " half ",
        "¼": " quarter ",
        "¾": " three quarters ",
    },
    "ko": {"%": " 퍼센트 ", "&": " 그리고 ", "+": " 플러스 "},
}
_CURRENCIES = {
    "en": {"$": ("dollars", "dollar"), "€": ("euros", "euro"), "£": ("pounds", "pound"), "₩": ("won", "won")},
    "ko": {"$": ("달러", "달러"), "€": ("유로", "유로"), "£": ("파운드", "파운드"), "₩": ("원", "원")},
}
_SHORT = {
    "en": {
        "oz": "ounce", "lb": "pound", "lbs": "pounds", "kg": "kilo", "g": "gram", "ml": "millilitre", "l": "litre",
        "cl": "centilitre", "pc": "piece", "pcs": "pieces", "pk": "pack", "ok": "okay", "liter": "litre",
        "liters": "litres", "milliliter": "millilitre", "milliliters": "millilitres",
        "decaff": "decaf", "soya": "soy", "check-out": "checkout",
    },
    "ko": {},
}  # fmt: skip
_MONEY = re.compile(r"([$€£₩])\s?(\d+)(?:\.(\d{1,2}))?")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}\b)")
_READ_IN_GROUPS = re.compile(r"\b(\d{2,})-(?=\d{2,}\b)")
"""A recogniser's way of writing the number of an order: "207-23"."""
_ORDINAL = re.compile(r"^(\d+)(?:st|nd|rd|th)$")
_PIECE = re.compile(r"\d+(?:st|nd|rd|th)\b|\d+|[^\W\d_]+(?:'[^\W\d_]+)*")
_HANGUL = re.compile(r"[가-힣]")
_IN_DIGITS = 8  # recognisers write "two lattes" and "8 ounce"
_LONGEST_ROUND = 12
LONGEST_NUMBER = 4
"""Digits in a row that are still read as one number; longer ones that are not round are read digit by digit."""


_WRITTEN = "-x-written"
_TAKEN_APART = frozenset({"ko"})


def written(language: str) -> str:
    """The tag under which `words_of` keeps words as they are written, where it else takes them apart."""
    return language + _WRITTEN if language.split("-")[0] in _TAKEN_APART else language


def is_written(language: str) -> bool:
    """Whether this is such a tag."""
    return language.endswith(_WRITTEN)


@lru_cache(maxsize=16_384)
def words_of(text: str, language: str) -> tuple[str, ...]:
    """Lower-case words without punctuation; numbers are spelt out.

    Korean is written with or without spaces between a word and its particle, so there each syllable is a word, unless
    `language` is the tag of the written language.
    """
    base = language.split("-")[0]
    plain = unicodedata.normalize("NFKC", _fractions(text, base)).casefold().replace("’", "'").replace("`", "'")
    plain = _READ_IN_GROUPS.sub(r"\1", _THOUSANDS.sub("", plain))
    plain = _MONEY.sub(lambda found: _money(found, base), plain)
    for sign, said in _SIGNS.get(base, {}).items():
        plain = plain.replace(sign, said)
    short = _SHORT.get(base, {})
    found: list[str] = []
    for piece in _PIECE.findall(plain):
        if piece[0].isdigit():
            found.extend(_number(piece, base))
        elif base in _TAKEN_APART and not is_written(language) and _HANGUL.search(piece):
            found.extend(piece)
        else:
            found.extend(short.get(piece, piece).split())
    return tuple(found)


def _fractions(text: str, base: str) -> str:
    """Vulgar fractions are replaced first: NFKC would make "1⁄2" of "½"."""
    for sign in "½¼¾":
        text = text.replace(sign, _SIGNS.get(base, {}).get(sign, sign))
    return text


def _money(found: re.Match[str], base: str) -> str:
    sign, whole, cents = found.groups()
    many, one = _CURRENCIES.get(base, _CURRENCIES["en"])[sign]
    unit = one if int(whole) == 1 else many
    return f" {whole} {unit} {cents.ljust(2, '0')} " if cents and int(cents) else f" {whole} {unit} "


def _number(piece: str, base: str) -> tuple[str, ...]:
    ordinal = _ORDINAL.match(piece)
    digits = ordinal.group(1) if ordinal else piece
    if _is_read_out(digits):
        return tuple(word for digit in digits for word in number_words(int(digit), base))
    return number_words(int(digits), base, ordinal=ordinal is not None)


def _is_read_out(digits: str) -> bool:
    """Whether digits are the number of something, said one by one: an order, a code."""
    long = len(digits) > LONGEST_NUMBER and not digits.endswith("00")
    return long or len(digits) > _LONGEST_ROUND or (len(digits) > 1 and digits[0] == "0")


@lru_cache(maxsize=4096)
def number_words(number: int, language: str, *, ordinal: bool = False) -> tuple[str, ...]:
    """How a whole number is said: 123 is "one", "hundred", "twenty", "three"."""
    base = language.split("-")[0]
    engine = _engine(base if base in RbnfEngine.get_supported_languages() else "en")
    ruleset = (
        "spellout-ordinal" if ordinal and base == "en" else "spellout-cardinal-sinokorean" if base == "ko" else None
    )
    said = engine.format_number(number, ruleset_names=[ruleset] if ruleset else None).text
    text = said.replace("-", " ").replace("\xad", "")
    if base not in _TAKEN_APART:
        return tuple(text.split())
    together = text.replace(" ", "")
    return (together,) if is_written(language) else tuple(together)


@lru_cache(maxsize=8)
def numerals(language: str, *, large: bool = False) -> frozenset[str]:
    """The words that numbers from two on are made of; none in Korean, whose syllables mean much else.

    large: only "hundred" and its like.
    """
    if language.split("-")[0] == "ko":
        return frozenset()
    numbers = (100, 1_000, 1_000_000) if large else (*range(2, 100), 100, 1_000, 1_000_000)
    return frozenset(word for number in numbers for word in number_words(number, language)) - {"one"}


@lru_cache(maxsize=8)
def _engine(base: str) -> RbnfEngine:
    return RbnfEngine.for_language(base)


def with_digits(words: tuple[str, ...], language: str) -> str:
    """The same words as recognisers tend to write them: larger numbers in digits ("a 12 ounce latte")."""
    numbers = _numbers(language.split("-")[0])
    written: list[str] = []
    rest = words
    while rest:
        length = next((n for n in (3, 2, 1) if rest[:n] in numbers), 0)
        written.append(str(numbers[rest[:length]]) if length else rest[0])
        rest = rest[length or 1 :]
    return " ".join(written)


@lru_cache(maxsize=8)
def _numbers(base: str) -> dict[tuple[str, ...], int]:
    return {number_words(number, base): number for number in range(_IN_DIGITS, 100)}
