"""A language's sentence templates as the automaton of all that can be said now, with sockets for the shop's words."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from hassil.expression import Alternative, Expression, Group, ListReference, Permutation, RuleReference, TextChunk

from skills.languages.model import IntentModel, LanguageModel, SlotType
from skills.languages.templates import parse_template as parsed
from skills.understanding.automaton import Automaton, Builder
from skills.understanding.context import Context
from skills.understanding.joining import joining_words
from skills.understanding.normalise import words_of
from skills.understanding.slots import SlotGrammar
from skills.understanding.sockets import COUNTED, SOCKETS, socket

INTENT_COSTS = {"AddToCart": 0.0, "Confirm": 0.0, "Deny": 0.0, "GiveCode": 0.0, "Correct": 1.6}
UNUSUAL_INTENT = 1.3
"""Extra cost, in phonemes, of any other intent: most of what shoppers say adds to the cart."""
parse_template = lru_cache(maxsize=4096)(parsed)
"""Parsing is most of the work of building a graph, and the same rules are used again and again."""


def sayable(language: LanguageModel, intents: Iterable[IntentModel]) -> Automaton:
    """Everything that can be said with these intents. Raises GraphTooLarge."""
    return _Compiler(language).compiled(intents)


def active_intents(language: LanguageModel, context: Context) -> tuple[IntentModel, ...]:
    """The intents that make sense in this shop, for this customer, at this moment."""
    present = {
        "accounts": bool(context.accounts),
        "addresses": bool(context.addresses),
        "payees": bool(context.payees),
        "products": bool(context.words.products),
    }
    has = frozenset(name for name, there in present.items() if there)
    return tuple(intent for intent in language.intents if intent.when.holds(context.words.kind, context.expects, has))


class _Compiler:
    def __init__(self, language: LanguageModel) -> None:
        self._language = language
        self._builder = Builder()
        self._slots = SlotGrammar(self._builder, joining_words(language.language), language.language)
        self._bodies: dict[tuple[str, str, bool, bool], tuple[int, int]] = {}

    def compiled(self, intents: Iterable[IntentModel]) -> Automaton:
        end = self._builder.node()
        for intent in intents:
            said = self._builder.node()
            for template in intent.sentences:
                self._expression(parse_template(template).expression, 0, said, intent)
            weight = INTENT_COSTS.get(intent.name, UNUSUAL_INTENT)
            self._builder.skip(said, end, (("intent", intent.name),), weight)
        return self._builder.compiled(end)

    def _expression(self, expression: Expression, start: int, end: int, intent: IntentModel) -> None:
        if isinstance(expression, TextChunk):
            self._builder.phrase(start, end, words_of(expression.text, self._language.language))
        elif isinstance(expression, ListReference):
            self._slot(expression, start, end, intent, closed=True)
        elif isinstance(expression, RuleReference):
            rule = parse_template(self._language.expansions[expression.rule_name]).expression
            self._expression(rule, start, end, intent)
        elif isinstance(expression, Permutation):
            for first, rest in expression.iterate_permutations():
                between = self._builder.node()
                self._expression(first, start, between, intent)
                if rest.items:
                    self._expression(rest, between, end, intent)
                else:
                    self._builder.skip(between, end)
        elif isinstance(expression, Alternative):
            self._alternatives(expression, start, end, intent)
        elif isinstance(expression, Group):
            self._sequence(expression, start, end, intent)

    def _alternatives(self, expression: Alternative, start: int, end: int, intent: IntentModel) -> None:
        texts = [_plain_text(item) for item in expression.items]
        language = self._language.language
        self._builder.phrases(start, end, ((words_of(text, language), ()) for text in texts if text is not None))
        for item, text in zip(expression.items, texts, strict=True):
            if text is None:
                self._expression(item, start, end, intent)

    def _sequence(self, expression: Group, start: int, end: int, intent: IntentModel) -> None:
        parts = [item for item in expression.items if not (isinstance(item, TextChunk) and not item.text.strip())]
        at = start
        for number, part in enumerate(parts, start=1):
            following = self._builder.node()
            if isinstance(part, ListReference):
                closed = all(self._may_be_silent(rest) for rest in parts[number:])
                self._slot(part, at, following, intent, closed=closed)
            else:
                self._expression(part, at, following, intent)
            at = following
        self._builder.skip(at, end)

    def _may_be_silent(self, expression: Expression) -> bool:
        if isinstance(expression, TextChunk):
            return not expression.text.strip()
        if isinstance(expression, Alternative):
            return any(self._may_be_silent(item) for item in expression.items)
        if isinstance(expression, Group):
            return all(self._may_be_silent(item) for item in expression.items)
        if isinstance(expression, RuleReference):
            return self._may_be_silent(parse_template(self._language.expansions[expression.rule_name]).expression)
        return False

    def _slot(self, reference: ListReference, start: int, end: int, intent: IntentModel, *, closed: bool) -> None:
        """Items are built twice an intent, for templates that may end behind them and for those that go on.

        Every template of a kind enters and leaves the same piece, so that the graph stays small.
        """
        name, counted = reference.slot_name, reference.list_name == COUNTED
        kind = intent.slot(name).type
        if kind not in (SlotType.ITEMS, SlotType.PRODUCT):
            self._fill(start, end, name, kind)
            return
        key = intent.name, name, counted, closed
        body = self._bodies.get(key)
        if body is None:
            body = self._bodies[key] = (self._builder.hub(), self._builder.node())
            self._builder.word(*body, socket(kind, name, counted=counted))
        self._builder.skip(start, body[0])
        self._builder.skip(body[1], end)

    def _fill(self, start: int, end: int, slot: str, kind: SlotType) -> None:
        if kind in SOCKETS:
            self._builder.word(start, end, socket(kind, slot))
        elif kind is SlotType.QUANTITY:
            self._slots.quantity(start, end, slot)
        elif kind is SlotType.AMOUNT:
            self._slots.amount(start, end, slot)
        else:
            self._slots.digits(start, end, slot)


def _plain_text(expression: Expression) -> str | None:
    """The text of an expression that is nothing but text."""
    if isinstance(expression, TextChunk):
        return expression.text
    if isinstance(expression, Group) and not isinstance(expression, Alternative | Permutation):
        texts = [_plain_text(item) for item in expression.items]
        return "".join(text for text in texts if text is not None) if None not in texts else None
    return None
