"""How many, in what pack and of what size: taken out of the words for a product, so that the product is left.

"two six-packs of sparkling water, the half litre ones" is two, packs of six, half litre, of "sparkling water".
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache

from skills.understanding.joining import JoiningWords, joining_words
from skills.understanding.normalise import number_words, words_of
from skills.understanding.products.measures import CONTAINERS, DOZENS, FRACTIONS, MEASURES, PACKS, PIECES, SHARES

Words = tuple[str, ...]

_LARGEST_NUMBER = 500
_LONGEST_NUMBER_WORDS = 6
_DECIMAL_POINT = re.compile(r"(?<=\d)[.](?=\d)")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for.

    product: the words that are left, for the index.
    quantity: at least 1; said: whether it was named at all.
    unit: the word by which it was counted ("carton"), or None.
    pack: pieces in one of them ("six pack" is 6), or None. Where no variant holds so many, that many were meant.
    sizes: what else tells a variant apart, as it was said ("half litre", "big").
    """

    product: str
    quantity: int = 1
    said: bool = False
    unit: str | None = None
    pack: int | None = None
    sizes: tuple[str, ...] = ()


def wanted(text: str, language: str, units: Collection[str] = ()) -> Wanted:
    """Reads quantity, unit, pack and sizes out of the words for one product.

    units: the shop's own, besides the usual containers. A number that belongs to the product's name ("seven grain
    bread") is taken for a quantity: compare the name with and without it.
    """
    words = words_of(_DECIMAL_POINT.sub(" point ", text), language)
    return _Reader(list(words), joining_words(language), language, units).read()


class _Reader:
    """Takes one phrase apart; `words` is what is left so far."""

    def __init__(self, words: list[str], joining: JoiningWords, language: str, units: Collection[str]) -> None:
        self._words = words
        self._joining = joining
        self._language = language
        self._units = joining.forms((*CONTAINERS, *units))
        self._quantity: int | None = None
        self._unit: str | None = None
        self._pack: int | None = None
        self._sizes: list[str] = []

    def read(self) -> Wanted:
        if self._joining.quantity_follows:
            self._counted_behind()
        else:
            self._ones()
            self._leading_quantity()
            self._packs()
            self._measures()
            self._containers()
            self._drop_leading(("of", "the", "a", "an", "some"))
            if len(self._words) > 1 and self._words[-1] == "the":
                self._words.pop()
        joint = "" if self._joining.quantity_follows else " "
        return Wanted(
            product=joint.join(self._words),
            quantity=self._quantity or 1,
            said=self._quantity is not None,
            unit=self._unit,
            pack=self._pack,
            sizes=tuple(self._sizes),
        )

    def _counted_behind(self) -> None:
        """ "우유 두 개": the number stands behind the name, then the counter. Words are syllables here."""
        counters = sorted(
            ((tuple(c), c) for c in (*self._joining.counters, *self._units)), key=lambda one: -len(one[0])
        )
        for syllables, counter in counters:
            head = self._words[: -len(syllables)]
            if tuple(self._words[-len(syllables) :]) != syllables:
                continue
            for length in range(min(_LONGEST_NUMBER_WORDS, len(head) - 1), 0, -1):
                number = _numbers(self._language).get(tuple(head[-length:]))
                if number is not None:
                    self._words = head[:-length]
                    self._quantity, self._unit = number, counter
                    return

    def _ones(self) -> None:
        """ "..., the half litre ones": what stands for the name is dropped, what describes it becomes a size."""
        if len(self._words) < 3 or self._words[-1] not in ("one", "ones"):
            return
        starts = [place for place, word in enumerate(self._words[:-1]) if word == "the"]
        if starts and starts[-1] > 0:
            described = self._words[starts[-1] + 1 : -1]
            self._words = self._words[: starts[-1]]
            rest = _Reader(described, self._joining, self._language, ())
            rest._packs()
            rest._measures()
            self._pack = rest._pack
            self._sizes += rest._sizes
            if rest._words:
                self._sizes.append(" ".join(rest._words))

    def _leading_quantity(self) -> None:
        """A number, "a couple of" or an article at the very beginning."""
        for phrase, number in sorted(self._joining.quantities.items(), key=lambda one: -len(one[0])):
            said = words_of(phrase, self._language)
            if tuple(self._words[: len(said)]) == said and not DOZENS.keys() & set(said):
                self._quantity = number
                del self._words[: len(said)]
                return
        length, number = self._number_at(0)
        following = tuple(self._words[length : length + 2])
        if not length or not following or following[0] == "percent" or self._is_size(length) or self._is_pack(length):
            self._drop_leading(("a", "an", "some", "the"))
            return
        self._quantity = number
        del self._words[:length]

    def _is_size(self, place: int) -> bool:
        """Whether a number before `place` is the number of a measure: "two litre", but not "two gallons of"."""
        rest = self._words[place:]
        if rest[:1] and rest[0] in ("and", "point"):
            return True
        measure = self._measure_at(place)
        return measure is not None and not (self._is_plural(place) and measure in PIECES)

    def _is_pack(self, place: int) -> bool:
        """ "six pack of ..." and "twelve count", but not "two packs of ..."."""
        return self._words[place : place + 1] in [[form] for form in PACKS]

    def _packs(self) -> None:
        """ "six pack", "packs of four", "dozen"."""
        for place in range(len(self._words)):
            word = self._words[place]
            if word in DOZENS and self._pack is None:
                half = next((f for f in FRACTIONS if tuple(self._words[max(0, place - len(f)) : place]) == f), ())
                self._pack = DOZENS[word] // (2 if half else 1)
                return self._cut(place - len(half), place + 1)
            length, number = self._number_at(place)
            if length and self._pack_word(place + length):
                self._pack = number
                return self._cut(place, place + length + 1)
            length, number = self._number_at(place + 2)
            if self._pack_word(place) and self._words[place + 1 : place + 2] == ["of"] and length:
                self._pack = number
                return self._cut(place, place + 2 + length)
        return None

    def _pack_word(self, place: int) -> bool:
        word = self._words[place] if 0 <= place < len(self._words) else ""
        return word in PACKS or word in {self._joining.plural(form) for form in PACKS}

    def _measures(self) -> None:
        """ "half litre", "one and a half litre", "twelve ounces", "gallon"."""
        place = 0
        while place < len(self._words):
            length = self._amount_at(place)
            measure = self._measure_at(place + length)
            if measure is None or (length == 0 and measure not in PIECES):
                place += 1
                continue
            said = (*self._words[place : place + length], measure)
            self._sizes.append(" ".join(said).replace("half a ", "half "))
            self._cut(place, place + length + 1)

    def _amount_at(self, place: int) -> int:
        """How many words at `place` are an amount: "half", "one and a half", "one point five", "two"."""
        length, _ = self._number_at(place)
        rest = tuple(self._words[place + length : place + length + 3])
        if length and rest[:2] == ("and", "a") and rest[2:] and rest[2] in SHARES:
            return length + 3
        if length and rest[:1] == ("point",):
            decimals, _ = self._number_at(place + length + 1)
            return length + 1 + decimals if decimals else length
        for fraction in FRACTIONS:
            if tuple(self._words[place : place + len(fraction)]) == fraction:
                return len(fraction)
        return length

    def _containers(self) -> None:
        """ "cartons of": only at the beginning and before "of", for "carton" may be part of a name."""
        if len(self._words) > 2 and self._words[1] == "of" and self._words[0] in self._units:
            self._unit = self._units[self._words[0]]
            del self._words[:2]
        elif self._sizes and len(self._words) > 1 and self._words[-1] in self._units:
            self._unit = self._units[self._words.pop()]

    def _measure_at(self, place: int) -> str | None:
        word = self._words[place] if place < len(self._words) else ""
        return MEASURES.get(word)

    def _is_plural(self, place: int) -> bool:
        return self._words[place] not in MEASURES.values()

    def _number_at(self, place: int) -> tuple[int, int]:
        """How many words at `place` are a number, and which; (0, 0) for none."""
        numbers = _numbers(self._language)
        for length in range(_LONGEST_NUMBER_WORDS, 0, -1):
            number = numbers.get(tuple(self._words[place : place + length]))
            if number is not None:
                return length, number
        return 0, 0

    def _cut(self, start: int, end: int) -> None:
        """Takes words out, and an "of" that joined them to the rest."""
        del self._words[start:end]
        if self._words[start : start + 1] == ["of"]:
            del self._words[start]

    def _drop_leading(self, dropped: tuple[str, ...]) -> None:
        while len(self._words) > 1 and self._words[0] in dropped:
            del self._words[0]


@lru_cache(maxsize=8)
def _numbers(language: str) -> Mapping[Words, int]:
    """The words of every number that a quantity or a pack may be."""
    said = {number_words(number, language): number for number in range(1, _LARGEST_NUMBER + 1)}
    if joining_words(language).quantity_follows:
        said |= {tuple(words): number for words, number in joining_words(language).quantities.items()}
    return said
