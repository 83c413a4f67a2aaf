"""What fills the slots other than items, as ways through an automaton: quantities, money, keys, positions, digits."""

from __future__ import annotations

from collections.abc import Mapping

from skills.contract import Choice
from skills.understanding.automaton import Builder
from skills.understanding.joining import JoiningWords
from skills.understanding.normalise import number_words, words_of

LARGEST_QUANTITY = 99
LARGEST_AMOUNT = 9_999
_ZERO_SAID = {"en": ("oh", "o"), "ko": ("공",)}


class SlotGrammar:
    """Adds slots to a builder, each between two nodes."""

    def __init__(self, builder: Builder, joining: JoiningWords, language: str) -> None:
        self._to = builder
        self._joining = joining
        self._language = language

    def quantity(self, start: int, end: int, slot: str) -> None:
        """A whole number from 1."""
        numbers = [
            (number_words(number, self._language), (("number", slot, number),))
            for number in range(1, LARGEST_QUANTITY + 1)
        ]
        numbers += [
            (words_of(phrase, self._language), (("number", slot, number),))
            for phrase, number in self._joining.quantities.items()
        ]
        counted = self._to.node()
        self._to.phrases(start, counted, numbers)
        self._to.skip(counted, end)
        self._to.phrases(counted, end, ((words_of(word, self._language), ()) for word in self._joining.counters))

    def amount(self, start: int, end: int, slot: str) -> None:
        """Money: "twenty dollars fifty", "fifty cents", "a hundred and twenty"; whole units and hundredths add up."""
        whole, unit, more = self._to.node(), self._to.node(), self._to.node()
        self._whole_number(start, whole, slot)
        self._to.skip(whole, end)
        self._to.phrases(whole, unit, ((words_of(word, self._language), ()) for word in self._joining.money))
        self._to.skip(unit, end)
        self._to.skip(unit, more)
        self._to.phrases(unit, more, [(words_of("and", self._language), ())])
        hundredths = [
            (number_words(number, self._language), (("hundredths", slot, number),)) for number in range(1, 100)
        ]
        cents = [words_of(word, self._language) for word in self._joining.hundredths]
        self._to.phrases(more, end, hundredths)
        for begin in (start, more):
            self._to.phrases(begin, end, [((*said, *cent), tokens) for said, tokens in hundredths for cent in cents])

    def _whole_number(self, start: int, end: int, slot: str) -> None:
        """Up to LARGEST_AMOUNT, put together from thousands, hundreds and the rest, so that the graph stays small."""
        if self._language.startswith("ko"):
            numbers = [*range(1, 100), *range(100, LARGEST_AMOUNT + 1, 100), *range(10_000, 1_000_001, 10_000)]
            self._to.phrases(
                start, end, ((number_words(number, self._language), (("units", slot, number),)) for number in numbers)
            )
            return
        hundreds, rest, joined = self._to.node(), self._to.node(), self._to.node()
        self._to.skip(start, hundreds)
        thousands = [
            (number_words(number, self._language), (("units", slot, number),)) for number in range(1000, 10_000, 1000)
        ]
        self._to.phrases(start, hundreds, thousands)
        self._to.phrases(start, rest, thousands)
        self._to.phrases(
            hundreds,
            rest,
            ((number_words(number, self._language), (("units", slot, number),)) for number in range(100, 1000, 100)),
        )
        self._to.phrases(
            hundreds, rest, [(("a", "hundred"), (("units", slot, 100),)), (("a", "thousand"), (("units", slot, 1000),))]
        )
        small = [(number_words(number, self._language), (("units", slot, number),)) for number in range(1, 100)]
        self._to.skip(rest, end)
        self._to.skip(rest, joined)
        self._to.phrases(rest, joined, [(("and",), ())])
        self._to.phrases(joined, end, small)
        self._to.phrases(start, end, small)

    def keys(self, start: int, end: int, slot: str, spoken: Mapping[str, tuple[str, ...]]) -> None:
        """A payee or an account of the customer's."""
        phrases = [
            (words_of(name, self._language), (("key", slot, key),)) for key, names in spoken.items() for name in names
        ]
        self._to.phrases(start, end, [phrase for phrase in phrases if phrase[0]])

    def choice(self, start: int, end: int, slot: str, choices: tuple[Choice, ...]) -> None:
        """One of what was just read out: by its position or by its words."""
        for position, choice in enumerate(choices, start=1):
            tokens = (("number", slot, position),)
            self._to.phrases(start, end, [(words_of(choice.spoken, self._language), tokens)])
            if position <= len(self._joining.ordinals):
                ways = self._joining.ordinals[position - 1]
                self._to.phrases(start, end, ((words_of(way, self._language), tokens) for way in ways))

    def digits(self, start: int, end: int, slot: str) -> None:
        """Digits one by one, or in pairs as orders are read ("ten forty two"), kept as text."""
        last = self._to.node()
        base = self._language.split("-")[0]
        said = [(number_words(digit, self._language), (("digits", slot, str(digit)),)) for digit in range(10)]
        said += [((word,), (("digits", slot, "0"),)) for word in _ZERO_SAID.get(base, ())]
        said += [(number_words(pair, self._language), (("digits", slot, str(pair)),)) for pair in range(10, 100)]
        self._to.phrases(start, last, said)
        self._to.phrases(last, last, said)
        self._to.skip(last, end)
