"""Finds products, quantities, amounts, payees, accounts and order numbers anywhere in a sentence.

The same grammars that fill a slot of a template are tried on every run of words; the longest runs win.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice, pairwise
from threading import Lock

from skills.contract import Item, SlotValue
from skills.languages.model import IntentModel, LanguageModel, SlotModel, SlotType
from skills.languages.templates import words_in
from skills.understanding.automaton import Builder
from skills.understanding.context import Context
from skills.understanding.exact import ExactMatcher
from skills.understanding.free.mentions import Mention, Sentence, mentions, one_more
from skills.understanding.joining import joining_words
from skills.understanding.kept import Kept
from skills.understanding.meaning import Interpreter
from skills.understanding.normalise import numerals, words_of
from skills.understanding.parts import Parts
from skills.understanding.slots import SlotGrammar
from skills.understanding.sockets import socket

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


@dataclass(frozen=True, slots=True)
class Filled:
    """What was found for an intent.

    whole: False when words beside a product, or joined to it, name nothing here ("bellwether cottage cheese").
    cut: whether only a part of a number was read ("two" of "two thousand").
    """

    slots: Mapping[str, SlotValue]
    whole: bool
    cut: bool


class SlotFiller:
    """Fills the slots of any intent of one language. Safe to share between threads; grammars are kept for a while."""

    def __init__(self, language: LanguageModel) -> None:
        self._model = language
        self._language = language.language
        self._joining = joining_words(self._language)
        self._parts = Parts(_KEPT)
        self._others: Kept[ExactMatcher] = Kept(_KEPT)
        self._lock = Lock()

    def fill(self, intent: IntentModel, words: Sequence[str], context: Context, *, looked_up: bool = False) -> Filled:
        """The slots that could be found; a required product that the shop doesn't know is given by its words alone.

        context: whose products, payees and accounts may be meant. looked_up: names are looked up in an index
        afterwards, so that all the words around a known name are given as one. Raises GraphTooLarge.
        """
        search = _Search(self, words, context, Interpreter(context, self._joining), looked_up)
        slots: dict[str, SlotValue] = {}
        for slot in sorted(intent.slots, key=lambda slot: _ORDER.index(slot.type)):
            value = self._items(slot, search) if slot.type in _ITEMS else self._value(slot, search)
            if value is not None:
                slots[slot.name] = value
        return Filled(slots, search.whole, self._is_cut(search))

    def _is_cut(self, search: _Search) -> bool:
        """Whether a numeral that was taken stands beside one that was left, or "hundred" fills no slot."""
        numbers, large = numerals(self._language), numerals(self._language, large=True)
        if any(word in large and not taken for word, taken in zip(search.words, search.taken, strict=True)):
            return True
        beside = zip(pairwise(search.words), pairwise(search.taken), strict=True)
        return any(numbers.issuperset(words) and one != other for words, (one, other) in beside)

    def _items(self, slot: SlotModel, search: _Search) -> SlotValue | None:
        spans = sorted(islice(search.longest(slot.type), None if slot.type is SlotType.ITEMS else 1), key=_start)
        counted = {span: self._counted(span, search) for span in spans}
        for span in spans:
            search.take(span.start, span.end)
        mentioned = mentions(self._sentence(spans, search), self._joining)
        more = [one_more(number, mentioned, search.words, self._joining) for number in range(len(mentioned))]
        search.whole = not any(
            mention.unknown and (mention.known or joined) for mention, joined in zip(mentioned, more, strict=True)
        )
        if not spans:
            return self._longest(mentioned, search) if slot.required else None
        found: list[Item] = []
        for mention, joined in zip(mentioned, more, strict=True):
            if mention.known and not (mention.unknown and search.looked_up):
                inside = (span for span in spans if mention.start <= span.start < mention.end)
                found += [item for span in inside for item in counted[span]]
            elif mention.known or joined:
                found += self._by_words(mention, search)
        return tuple(found if slot.type is SlotType.ITEMS else found[:1])

    def _sentence(self, spans: Sequence[Span], search: _Search) -> Sentence:
        inside = {place for span in spans for place in range(span.start, span.end)}
        return Sentence(
            search.words,
            [place in inside for place in range(len(search.words))],
            search.taken,
            [self._number(word, search) is not None for word in search.words],
            [word in self._carriers for word in search.words],
        )

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

    def _longest(self, mentioned: Sequence[Mention], search: _Search) -> SlotValue | None:
        """Where no product was found: the longest name, and what is joined to it."""
        if not mentioned:
            return None
        longest = max(mentioned, key=lambda mention: mention.end - mention.start)
        named = [
            mention
            for number, mention in enumerate(mentioned)
            if mention is longest or one_more(number, mentioned, search.words, self._joining)
        ]
        return tuple(item for mention in named for item in self._by_words(mention, search)) or None

    def _by_words(self, mention: Mention, search: _Search) -> tuple[Item, ...]:
        """What the shop doesn't know, by its words only; nothing for a number alone."""
        first, *others = search.words[mention.start : mention.end]
        quantity = self._number(first, search)
        if quantity is None:
            return (Item(None, " ".join([first, *others])),)
        return (Item(None, " ".join(others), quantity),) if others else ()

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
        with self._lock:
            if kind in _ITEMS:
                (goods,) = self._parts.of([socket(kind, _SLOT)], context).values()
                names = self._parts.of(goods.sockets, context)
                return goods.matcher.with_parts({name: part.matcher for name, part in names.items()})
            return self._others.get((kind, *_depends_on(kind, context)), lambda: self._compiled(kind, context))

    def _compiled(self, kind: SlotType, context: Context) -> ExactMatcher:
        builder = Builder()
        end = builder.node()
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
    """One sentence, and which of its words have found their slot.

    looked_up, whole: as for `fill` and in `Filled`.
    """

    filler: SlotFiller
    words: Sequence[str]
    context: Context
    interpreter: Interpreter
    looked_up: bool
    taken: list[bool] = field(init=False)
    whole: bool = True

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


def _start(span: Span) -> int:
    return span.start


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
