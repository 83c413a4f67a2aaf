"""The parts of a graph that depend on the shop and the customer, built apart from the language's sentences.

Sentences are compiled once a language and moment. Where one has a slot for the shop's goods and coupons, the customer's
payees, accounts and addresses, or the open choices, it has a socket: an arc whose word is the socket's name. A part
fills all sockets of its name. So a large catalogue enters as the products that were shortlisted for one utterance, and
nothing else is compiled.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skills.languages.model import SlotType
from skills.understanding.automaton import Automaton, Builder, Tokens
from skills.understanding.context import Context
from skills.understanding.items import ItemsGrammar
from skills.understanding.joining import joining_words
from skills.understanding.slots import SlotGrammar

_Numbers = NDArray[Any]

_MARK = "\0"  # in no word that somebody says
NAMED = frozenset({SlotType.PAYEE, SlotType.ACCOUNT, SlotType.ADDRESS, SlotType.COUPON})
SOCKETS = frozenset({SlotType.ITEMS, SlotType.PRODUCT, SlotType.CHOICE}) | NAMED
COUNTED = "counted"
"""How a template calls items of which the first must begin with a quantity or an article."""


def socket(kind: SlotType, slot: str, *, counted: bool = False) -> str:
    """The name of the sockets for a slot."""
    return _MARK.join(("", kind.value, slot, COUNTED if counted else ""))


def sockets(automaton: Automaton) -> tuple[str, ...]:
    """The names of an automaton's sockets."""
    return tuple(word for word in automaton.vocabulary if word.startswith(_MARK))


def fills(name: str, context: Context) -> Hashable:
    """What the part of a name is made of in this context; as long as that is the same, so is the part."""
    kind = _kind(name)
    if kind in NAMED:
        return tuple(sorted(context.named(kind).items()))
    if kind is SlotType.CHOICE:
        return tuple(choice.spoken for choice in context.choices)
    return context.words.shop, context.words.version


def part(name: str, context: Context) -> Automaton:
    """What fills the sockets of a name in this context. Raises GraphTooLarge."""
    kind, (slot, counted) = _kind(name), name.split(_MARK)[2:]
    builder, joining = Builder(), joining_words(context.language)
    grammar = SlotGrammar(builder, joining, context.language)
    start, end = builder.node(), builder.node()
    builder.skip(0, start)  # so that no way leads back to node 0, which becomes the socket's source
    if kind in NAMED:
        grammar.keys(start, end, slot, context.named(kind))
    elif kind is SlotType.CHOICE:
        grammar.choice(start, end, slot, context.choices)
    else:
        goods = ItemsGrammar(builder, context.words, joining, context.language)
        goods.add(start, end, slot, many=kind is SlotType.ITEMS, counted=counted == COUNTED)
    return builder.compiled(end)


def _kind(name: str) -> SlotType:
    return SlotType(name.split(_MARK)[1])


def joined(base: Automaton, parts: Mapping[str, Automaton]) -> Automaton:
    """The automaton with every socket filled; a socket without a part leads nowhere.

    Sockets that lead to the same node share one copy of the part.
    """
    vocabulary = {word: number for number, word in enumerate(base.vocabulary)}
    tokens = {meaning: number for number, meaning in enumerate(base.tokens)}
    names = sockets(base)
    plain = ~np.isin(base.word, [vocabulary[name] for name in names])
    columns = [np.stack([base.source, base.target, base.word, base.meaning])[:, plain]]
    weights = [base.weight[plain]]
    nodes = base.nodes
    for name in names:
        filling = parts.get(name)
        if filling is None or not len(filling.source):
            continue
        words = np.array([vocabulary.setdefault(word, len(vocabulary)) for word in filling.vocabulary], dtype=np.int32)
        here = np.flatnonzero(base.word == vocabulary[name])
        for target in np.unique(base.target[here]).tolist():
            copy = _Copy(filling, words, nodes - 1, tokens)
            nodes += filling.nodes - 1
            entries = here[base.target[here] == target]
            for arcs, weight in copy.arcs(base, entries.tolist(), target):
                columns.append(arcs)
                weights.append(weight)
    source, target, word, meaning = np.concatenate(columns, axis=1).astype(np.int32)
    order = np.argsort(target, kind="stable")
    return Automaton(
        nodes=nodes,
        source=source[order],
        target=target[order],
        word=word[order],
        meaning=meaning[order],
        weight=np.concatenate(weights)[order].astype(np.float32),
        finals=base.finals,
        vocabulary=tuple(vocabulary),
        tokens=tuple(tokens),
    )


class _Copy:
    """One copy of a part. shift: added to the part's own nodes, whose start is replaced by the sockets' sources."""

    def __init__(self, filling: Automaton, words: _Numbers, shift: int, tokens: dict[Tokens, int]) -> None:
        self._part = filling
        self._words = words[filling.word]
        self._shift = shift
        self._tokens = tokens

    def arcs(self, base: Automaton, entries: Iterable[int], leave: int) -> Iterable[tuple[_Numbers, _Numbers]]:
        """Arcs (source, target, word, meaning; shape (4, n)) and weights from every entry's source to `leave`."""
        inside = np.flatnonzero(self._part.source != 0)
        yield from self._ways(inside, self._part.source[inside] + self._shift, (), 0.0, leave)
        first = np.flatnonzero(self._part.source == 0)
        for entry in entries:
            prefix, weight = base.tokens[base.meaning[entry]], float(base.weight[entry])
            yield from self._ways(first, np.full(len(first), base.source[entry]), prefix, weight, leave)

    def _ways(
        self, arcs: _Numbers, source: _Numbers, prefix: Tokens, weight: float, leave: int
    ) -> Iterable[tuple[_Numbers, _Numbers]]:
        part = self._part
        weights = part.weight[arcs] + weight
        meaning = self._meanings(part.meaning[arcs], prefix, ())
        yield np.stack([source, part.target[arcs] + self._shift, self._words[arcs], meaning]), weights
        for node, endings in part.finals.items():
            ending_here = np.flatnonzero(part.target[arcs] == node)
            for ending in endings if len(ending_here) else ():
                chosen = arcs[ending_here]
                meaning = self._meanings(part.meaning[chosen], prefix, ending)
                target = np.full(len(chosen), leave)
                yield np.stack([source[ending_here], target, self._words[chosen], meaning]), weights[ending_here]

    def _meanings(self, meanings: _Numbers, prefix: Tokens, ending: Tokens) -> _Numbers:
        distinct, back = np.unique(meanings, return_inverse=True)
        numbers = []
        for number in distinct.tolist():
            meaning = prefix + self._part.tokens[number] + ending
            numbers.append(self._tokens.setdefault(meaning, len(self._tokens)))
        return np.array(numbers, dtype=np.int32)[back]
