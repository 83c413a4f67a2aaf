"""Finds products, quantities, amounts, payees, accounts and order numbers anywhere in a sentence.

The same grammars that fill a slot of a template are tried on every run of words; the longest runs win.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from threading import Lock

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
_KEPT = 64
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
    """Fills the slots of any intent of one language. Safe to share between threads; grammars are kept for a while."""

    def __init__(self, language: LanguageModel) -> None:
        self._model = language
        self._language = language.language
        self._joining = joining_words(self._language)
        self._matchers: OrderedDict[Hashable, ExactMatcher] = OrderedDict()
        self._lock = Lock()

    def fill(self, intent: IntentModel, words: Sequence[str], context: Context) -> dict[str, SlotValue]:
        """The slots that could be found; a required product that the shop doesn't know is given by its words alone.

        context: whose products, payees and accounts may be meant. Raises GraphTooLarge.
        """
        search = _Search(self, words, context, Interpreter(context, self._joining))
        slots: dict[str, SlotValue] = {}
        for slot in sorted(intent.slots, key=lambda slot: _ORDER.index(slot.type)):
            value = self._items(slot, search) if slot.type in _ITEMS else self._value(slot, search)
            if value is not None:
                slots[slot.name] = value
        return slots

    def _items(self, slot: SlotModel, search: _Search) -> SlotValue | None:
        spans = list(search.longest(slot.type))
        if slot.type is SlotType.PRODUCT:
            spans = spans[:1]
        for span in spans:
            search.take(span.start, span.end)
        found = tuple(
            item for span in sorted(spans, key=lambda span: span.start) for item in self._counted(span, search)
        )
        if found:
            return found
        return self._unknown(search) if slot.required else None

    def _counted(self, span: Span, search: _Search) -> tuple[Item, ...]:
        """The items of a span; "two gallons of" before the first of them counts it."""
        assert isinstance(span.value, tuple)
        first, *others = span.value
        before = span.start - 3
        if first.quantity == 1 and before >= 0 and search.words[span.start - 1] in self._joining.of:
            number = self._number(search.words[before], search)
            if number is not None:
                search.take(before, span.start)
                first = replace(first, quantity=number)
        return (first, *others)

    def _unknown(self, search: _Search) -> SlotValue | None:
        """The longest run of words that no template uses, as a product by name only."""
        runs: list[list[str]] = [[]]
        for word, taken in zip(search.words, search.taken, strict=True):
            inside = bool(runs[-1]) and word in self._joining.of
            if taken or (word in self._carriers and not inside and self._number(word, search) is None):
                runs.append([])
            else:
                runs[-1].append(word)
        said = max(runs, key=len)
        while said and said[-1] in self._joining.of:
            said.pop()
        if not said:
            return None
        quantity = self._number(said[0], search)
        if quantity is None:
            return (Item(None, " ".join(said)),)
        return (Item(None, " ".join(said[1:]), quantity),) if len(said) > 1 else None

    def _number(self, word: str, search: _Search) -> int | None:
        for tokens, _ in self.matcher(SlotType.QUANTITY, search.context).readings([word]):
            return int(tokens[0][2])
        return None

    def _value(self, slot: SlotModel, search: _Search) -> SlotValue | None:
        for span in search.longest(slot.type):
            if self._is_meant(slot.type, span, search.words):
                search.take(span.start, span.end)
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

    def matcher(self, kind: SlotType, context: Context) -> ExactMatcher:
        """Says whether words fill a slot of that kind. Raises GraphTooLarge."""
        key = (kind, *_depends_on(kind, context))
        with self._lock:
            matcher = self._matchers.pop(key, None) or self._compiled(kind, context)
            self._matchers[key] = matcher
            while len(self._matchers) > _KEPT:
                self._matchers.popitem(last=False)
        return matcher

    def _compiled(self, kind: SlotType, context: Context) -> ExactMatcher:
        builder = Builder()
        end = builder.node()
        if kind in _ITEMS:
            items = ItemsGrammar(builder, context.words, self._joining, self._language)
            items.add(0, end, _SLOT, many=kind is SlotType.ITEMS)
        else:
            _add(SlotGrammar(builder, self._joining, self._language), kind, end, context)
        return ExactMatcher(builder.compiled(end))

    @cached_property
    def _carriers(self) -> frozenset[str]:
        """Words of the language's templates: what is said around products."""
        templates = [*self._model.expansions.values(), *(s for intent in self._model.intents for s in intent.sentences)]
        texts = " ".join(text for template in templates for text in words_in(template))
        return frozenset(words_of(texts, self._language)) | frozenset(self._joining.articles)


@dataclass(slots=True)
class _Search:
    """One sentence, and which of its words have found their slot."""

    filler: SlotFiller
    words: Sequence[str]
    context: Context
    interpreter: Interpreter
    taken: list[bool] = field(init=False)

    def __post_init__(self) -> None:
        self.taken = [False] * len(self.words)

    def take(self, start: int, end: int) -> None:
        """These words can fill no other slot."""
        self.taken[start:end] = [True] * (end - start)

    def longest(self, kind: SlotType) -> Iterator[Span]:
        """Spans that do not overlap, longest first, among equals the first."""
        free = [not taken for taken in self.taken]
        matcher = self.filler.matcher(kind, self.context)
        for length in range(min(len(self.words), _LONGEST), 0, -1):
            for start in range(len(self.words) - length + 1):
                end = start + length
                if not all(free[start:end]):
                    continue
                value = _meaning(matcher, self.words[start:end], self.interpreter)
                if value is not None:
                    free[start:end] = [False] * length
                    yield Span(start, end, value)


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


def _depends_on(kind: SlotType, context: Context) -> tuple[Hashable, ...]:
    if kind in _ITEMS:
        return (context.words.shop, context.words.version)
    if kind is SlotType.PAYEE:
        return tuple(sorted(context.payees.items()))
    if kind is SlotType.ACCOUNT:
        return tuple(sorted(context.accounts.items()))
    return ()


def _add(grammar: SlotGrammar, kind: SlotType, end: int, context: Context) -> None:
    if kind is SlotType.QUANTITY:
        grammar.quantity(0, end, _SLOT)
    elif kind is SlotType.AMOUNT:
        grammar.amount(0, end, _SLOT)
    elif kind is SlotType.PAYEE:
        grammar.keys(0, end, _SLOT, context.payees)
    elif kind is SlotType.ACCOUNT:
        grammar.keys(0, end, _SLOT, context.accounts)
    else:
        grammar.digits(0, end, _SLOT)
