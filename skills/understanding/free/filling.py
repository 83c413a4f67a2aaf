"""Finds products, quantities, amounts, payees, accounts and order numbers anywhere in a sentence.

The same grammars that fill a slot of a template are tried on every run of words; the longest runs win.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from skills.contract import Item, SlotValue
from skills.languages.model import IntentModel, LanguageModel, SlotModel, SlotType
from skills.languages.templates import words_in
from skills.understanding.automaton import Builder
from skills.understanding.context import Context
from skills.understanding.exact import ExactMatcher
from skills.understanding.items import ItemsGrammar
from skills.understanding.joining import joining_words
from skills.understanding.meaning import Interpreter
from skills.understanding.normalise import words_of
from skills.understanding.slots import SlotGrammar

_LONGEST = 14
"""Longer runs of words are not tried as one slot."""
_LEAST_DIGITS = 3
"""Order numbers are longer than the numbers that people say in passing."""
_ITEMS = (SlotType.ITEMS, SlotType.PRODUCT)
_NO_NUMBER_AFTER = {
    "en": frozenset(
        {"the", "that", "this", "last", "next", "other", "which", "each", "wrong", "any", "every", "another"}
    )
}
"""Behind these words "one" stands for a thing and not for a number."""
_OLD_NUMBER_AFTER = {"en": frozenset({"not", "from", "of"})}
""" "Make it two instead of one": the number that is to be changed stands behind these."""


@dataclass(frozen=True, slots=True)
class Span:
    """Words `start` to `end` fill a slot with `value`."""

    start: int
    end: int
    value: SlotValue


class SlotFiller:
    """Fills the slots of any intent with one shop's and one customer's words."""

    def __init__(self, language: LanguageModel, context: Context) -> None:
        self._model = language
        self._language = language.language
        self._context = context
        self._joining = joining_words(self._language)
        self._matchers: dict[SlotType, ExactMatcher] = {}

    def fill(self, intent: IntentModel, words: Sequence[str], context: Context) -> dict[str, SlotValue]:
        """The slots that could be found; a required product that the shop doesn't know is given by its words alone."""
        interpreter = Interpreter(context, self._joining)
        slots: dict[str, SlotValue] = {}
        taken = [False] * len(words)
        for slot in sorted(intent.slots, key=lambda slot: _ORDER.index(slot.type)):
            if slot.type in _ITEMS:
                value = self._items(slot, words, taken, interpreter)
            else:
                value = self._value(slot, words, taken, interpreter)
            if value is not None:
                slots[slot.name] = value
        return slots

    def _items(
        self, slot: SlotModel, words: Sequence[str], taken: list[bool], interpreter: Interpreter
    ) -> SlotValue | None:
        spans = list(self._longest(slot.type, words, taken, interpreter))
        if slot.type is SlotType.PRODUCT:
            spans = spans[:1]
        for span in spans:
            _take(taken, span)
        found = tuple(
            item for span in sorted(spans, key=lambda span: span.start) for item in self._counted(span, words, taken)
        )
        if found:
            return found
        return self._unknown(words, taken) if slot.required else None

    def _counted(self, span: Span, words: Sequence[str], taken: list[bool]) -> tuple[Item, ...]:
        """The items of a span; "two gallons of" before the first of them counts it."""
        assert isinstance(span.value, tuple)
        first, *others = span.value
        before = span.start - 3
        if first.quantity == 1 and before >= 0 and words[span.start - 1] in self._joining.of:
            number = self._number(words[before])
            if number is not None:
                taken[before : span.start] = [True] * 3
                first = replace(first, quantity=number)
        return (first, *others)

    def _unknown(self, words: Sequence[str], taken: list[bool]) -> SlotValue | None:
        """The longest run of words that no template uses, as a product by name only."""
        runs: list[list[int]] = [[]]
        for number, word in enumerate(words):
            inside = bool(runs[-1]) and word in self._joining.of
            if taken[number] or (word in self._carriers and not inside):
                runs.append([])
            else:
                runs[-1].append(number)
        run = max(runs, key=len)
        said = [words[number] for number in run]
        while said and said[-1] in self._joining.of:
            said.pop()
        if not said:
            return None
        quantity = self._number(said[0])
        if quantity is not None and len(said) > 1:
            return (Item(None, " ".join(said[1:]), quantity),)
        before = self._number(words[run[0] - 1]) if run[0] else None
        return (Item(None, " ".join(said), before or 1),)

    def _number(self, word: str) -> int | None:
        for tokens, _ in self._matcher(SlotType.QUANTITY).readings([word]):
            return int(tokens[0][2])
        return None

    def _value(
        self, slot: SlotModel, words: Sequence[str], taken: list[bool], interpreter: Interpreter
    ) -> SlotValue | None:
        for span in self._longest(slot.type, words, taken, interpreter):
            if self._is_meant(slot.type, span, words):
                _take(taken, span)
                return span.value
        return None

    def _is_meant(self, kind: SlotType, span: Span, words: Sequence[str]) -> bool:
        before = words[span.start - 1] if span.start else ""
        if kind is SlotType.ORDER_NUMBER:
            return isinstance(span.value, str) and len(span.value) >= _LEAST_DIGITS
        if kind in (SlotType.QUANTITY, SlotType.AMOUNT):
            thing = span.value in (1, 100) and before in _NO_NUMBER_AFTER.get(self._language, ())
            return not thing and before not in _OLD_NUMBER_AFTER.get(self._language, ())
        return True

    def _longest(
        self, kind: SlotType, words: Sequence[str], taken: Sequence[bool], interpreter: Interpreter
    ) -> Iterator[Span]:
        """Spans that do not overlap, longest first, among equals the first."""
        free = list(taken)
        matcher = self._matcher(kind)
        for length in range(min(len(words), _LONGEST), 0, -1):
            for start in range(len(words) - length + 1):
                end = start + length
                if any(free[start:end]):
                    continue
                value = _meaning(matcher, words[start:end], interpreter)
                if value is not None:
                    free[start:end] = [True] * length
                    yield Span(start, end, value)

    def _matcher(self, kind: SlotType) -> ExactMatcher:
        matcher = self._matchers.get(kind)
        if matcher is None:
            builder = Builder()
            end = builder.node()
            if kind in _ITEMS:
                items = ItemsGrammar(builder, self._context.words, self._joining, self._language)
                items.add(0, end, _SLOT, many=kind is SlotType.ITEMS)
            else:
                self._add(SlotGrammar(builder, self._joining, self._language), kind, end)
            matcher = self._matchers[kind] = ExactMatcher(builder.compiled(end))
        return matcher

    def _add(self, grammar: SlotGrammar, kind: SlotType, end: int) -> None:
        if kind is SlotType.QUANTITY:
            grammar.quantity(0, end, _SLOT)
        elif kind is SlotType.AMOUNT:
            grammar.amount(0, end, _SLOT)
        elif kind is SlotType.PAYEE:
            grammar.keys(0, end, _SLOT, self._context.payees)
        elif kind is SlotType.ACCOUNT:
            grammar.keys(0, end, _SLOT, self._context.accounts)
        else:
            grammar.digits(0, end, _SLOT)

    @cached_property
    def _carriers(self) -> frozenset[str]:
        """Words of the language's templates: what is said around products."""
        templates = [*self._model.expansions.values(), *(s for intent in self._model.intents for s in intent.sentences)]
        texts = " ".join(text for template in templates for text in words_in(template))
        return frozenset(words_of(texts, self._language)) | frozenset(self._joining.articles)


_SLOT = "slot"
_ORDER = (
    SlotType.ORDER_NUMBER, SlotType.ITEMS, SlotType.PRODUCT, SlotType.PAYEE, SlotType.ACCOUNT, SlotType.AMOUNT,
    SlotType.QUANTITY, SlotType.CHOICE, SlotType.CODE,
)  # fmt: skip


def _meaning(matcher: ExactMatcher, words: Sequence[str], interpreter: Interpreter) -> SlotValue | None:
    for tokens, _ in matcher.readings(words):
        meaning = interpreter.meaning(tokens)
        if meaning is not None:
            return dict(meaning[1]).get(_SLOT)
    return None


def _take(taken: list[bool], span: Span) -> None:
    taken[span.start : span.end] = [True] * (span.end - span.start)
