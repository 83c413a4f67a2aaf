"""The parts of a graph that depend on the shop and the customer, built apart from the language's sentences.

Sentences are compiled once a language and moment. Where one has a slot for the shop's goods and coupons, the customer's
payees, accounts and addresses, or the open choices, it has a socket: an arc whose word is the socket's name. A part
fills all sockets of its name. What fills the slots for goods has sockets in turn, for their names. So a large catalogue
enters as the names of the products that were shortlisted for one utterance, and nothing else is compiled.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from functools import cached_property

from skills.languages.model import SlotType
from skills.understanding.automaton import Automaton, Builder
from skills.understanding.context import Context
from skills.understanding.exact import ExactMatcher
from skills.understanding.items import ItemsGrammar, kinds
from skills.understanding.joining import joining_words
from skills.understanding.kept import Kept
from skills.understanding.naming import NamesGrammar, families
from skills.understanding.slots import SlotGrammar
from skills.understanding.sockets import NAMED, kind_of, slot_of, sockets


class Part:
    """What fills sockets: to be joined with what is around them, or to be walked word by word."""

    def __init__(self, automaton: Automaton) -> None:
        self.automaton = automaton

    @cached_property
    def matcher(self) -> ExactMatcher:
        """Made only where something is said literally."""
        return ExactMatcher(self.automaton)

    @cached_property
    def sockets(self) -> tuple[str, ...]:
        """The names of the sockets in it."""
        return sockets(self.automaton)


class Parts:
    """Builds parts and keeps the latest used. Not safe to share between threads."""

    def __init__(self, kept: int) -> None:
        self._kept: Kept[Part] = Kept(kept)

    def of(self, sockets: Iterable[str], context: Context) -> dict[str, Part]:
        """What fills each of the sockets in this context. Raises GraphTooLarge."""
        return {name: self._part(name, context) for name in sockets}

    def _part(self, name: str, context: Context) -> Part:
        key = context.language, name, _fill(name, context)
        return self._kept.get(key, lambda: Part(_compiled(name, context)))


def fills(sockets: Iterable[str], context: Context) -> tuple[Hashable, ...]:
    """What the parts of these sockets are made of in this context; as long as that is the same, so are the parts."""
    return tuple((name, _fill(name, context)) for name in sockets)


def _fill(name: str, context: Context) -> Hashable:
    kind = kind_of(name)
    words = context.words
    if kind is None:
        return words.shop, words.version
    if kind in NAMED:
        return tuple(sorted(context.named(kind).items()))
    if kind is SlotType.CHOICE:
        return tuple(choice.spoken for choice in context.choices)
    return words.shop, words.part_of or words.version, kinds(words)


def _compiled(name: str, context: Context) -> Automaton:
    """What fills the sockets of a name in this context. Raises GraphTooLarge."""
    kind, joining = kind_of(name), joining_words(context.language)
    builder = Builder()
    start, end = builder.node(), builder.node()
    builder.skip(0, start)  # so that no way leads back to node 0, which becomes the socket's source
    if kind is None:
        names = NamesGrammar(builder, joining, context.language)
        for family in families(context.words, context.language):
            if family.socket == name:
                names.add(family, start, end)
        return builder.compiled(end)
    slot, counted = slot_of(name)
    grammar = SlotGrammar(builder, joining, context.language)
    if kind in NAMED:
        grammar.keys(start, end, slot, context.named(kind))
    elif kind is SlotType.CHOICE:
        grammar.choice(start, end, slot, context.choices)
    else:
        goods = ItemsGrammar(builder, context.words, joining, context.language)
        goods.add(start, end, slot, many=kind is SlotType.ITEMS, counted=counted)
    return builder.compiled(end)
