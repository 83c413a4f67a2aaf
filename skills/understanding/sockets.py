"""Sockets: arcs of an automaton that stand for what is put in later, each with a word that names it.

No socket's name is a word that somebody says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skills.languages.model import SlotType
from skills.understanding.automaton import Automaton, Tokens

_Numbers = NDArray[Any]

_MARK = "\0"
_NAMES = "names"
NAMED = frozenset({SlotType.PAYEE, SlotType.ACCOUNT, SlotType.ADDRESS, SlotType.COUPON})
SOCKETS = frozenset({SlotType.ITEMS, SlotType.PRODUCT, SlotType.CHOICE}) | NAMED
COUNTED = "counted"
"""How a template calls items of which the first must begin with a quantity or an article."""


def socket(kind: SlotType, slot: str, *, counted: bool = False) -> str:
    """The name of the sockets for a slot."""
    return _MARK.join(("", kind.value, slot, COUNTED if counted else ""))


def names_socket(groups: Iterable[str]) -> str:
    """The name of the sockets for what goods are called. groups: keys of the option groups that they take."""
    return _MARK.join(("", _NAMES, *groups))


def is_socket(word: str) -> bool:
    """Whether a word of an automaton names a socket."""
    return word.startswith(_MARK)


def sockets(automaton: Automaton) -> tuple[str, ...]:
    """The names of an automaton's sockets."""
    return tuple(word for word in automaton.vocabulary if is_socket(word))


def kind_of(name: str) -> SlotType | None:
    """Of the slot that a socket stands for; None where it stands for the names of goods."""
    kind = name.split(_MARK)[1]
    return None if kind == _NAMES else SlotType(kind)


def slot_of(name: str) -> tuple[str, bool]:
    """The slot that a socket stands for, and whether its items must be counted."""
    _, _, slot, counted = name.split(_MARK)
    return slot, counted == COUNTED


def joined(base: Automaton, parts: Mapping[str, Automaton]) -> Automaton:
    """The automaton with every socket filled; a socket without a part leads nowhere. Those of the parts stay.

    Sockets that lead to the same nodes share one copy of the part.
    """
    vocabulary = {word: number for number, word in enumerate(base.vocabulary)}
    tokens = {meaning: number for number, meaning in enumerate(base.tokens)}
    names = sockets(base)
    plain = ~np.isin(base.word, [vocabulary[name] for name in names])
    columns = [np.stack([base.source, base.target, base.word, base.meaning])[:, plain]]
    weights = [base.weight[plain]]
    nodes = base.nodes
    for name in names:
        part = parts.get(name)
        if part is None or not len(part.source):
            continue
        filling = _Filling(part, vocabulary, tokens)
        for leave, entries in _entered_alike(base, vocabulary[name]).items():
            for arcs, weight in filling.copy(base, entries, leave, nodes - 1):  # a copy has no start of its own
                columns.append(arcs)
                weights.append(weight)
            nodes += part.nodes - 1
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


def _entered_alike(base: Automaton, name: int) -> Mapping[tuple[int, ...], list[int]]:
    """The sockets of a name: where one leads, to one arc of each that leads there, too."""
    leading: dict[tuple[int, int, float], list[int]] = defaultdict(list)
    for arc in np.flatnonzero(base.word == name).tolist():
        leading[int(base.source[arc]), int(base.meaning[arc]), float(base.weight[arc])].append(arc)
    alike: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for arcs in leading.values():
        alike[tuple(base.target[arcs].tolist())].append(arcs[0])
    return alike


class _Filling:
    """The arcs of a part: those that go on in it, and those that may end it, with what ending there adds.

    vocabulary, tokens: the numbers of all words and meanings so far; those of the part are added.
    """

    def __init__(self, part: Automaton, vocabulary: dict[str, int], tokens: dict[Tokens, int]) -> None:
        self._tokens = tokens
        words = np.array([vocabulary.setdefault(word, len(vocabulary)) for word in part.vocabulary], dtype=np.int32)
        going_on = np.flatnonzero(np.isin(part.target, part.source))
        kinds = [(going_on, ()), *((np.flatnonzero(part.target == node), ending) for node, ending in _endings(part))]
        arcs = np.concatenate([arcs for arcs, _ in kinds])
        self._source = part.source[arcs]
        self._target = part.target[arcs]
        self._going_on = len(going_on)
        self._word = words[part.word[arcs]]
        self._weight = part.weight[arcs]
        self._meanings: dict[Tokens, int] = {}
        self._behind: dict[Tokens, _Numbers] = {}
        self._meaning = np.concatenate([self._meant(part, arcs, ending) for arcs, ending in kinds])

    def copy(
        self, base: Automaton, entries: Sequence[int], leave: Sequence[int], shift: int
    ) -> Iterator[tuple[_Numbers, _Numbers]]:
        """Arcs (source, target, word, meaning; shape (4, n)) and weights of one copy.

        entries: arcs of the base that lead into it. leave: where it leads. shift: added to the part's own nodes.
        """
        going_on, ending = np.split(np.arange(len(self._source)), [self._going_on])
        arcs = np.concatenate([going_on, np.tile(ending, len(leave))])
        target = np.concatenate([self._target[going_on] + shift, np.repeat(leave, len(ending))])
        first = self._source[arcs] == 0
        source = self._source[arcs[~first]] + shift
        yield self._columns(arcs[~first], source, target[~first], self._numbers(())), self._weight[arcs[~first]]
        for entry in entries:
            source = np.full(int(first.sum()), base.source[entry])
            meaning = self._numbers(base.tokens[base.meaning[entry]])
            yield (
                self._columns(arcs[first], source, target[first], meaning),
                self._weight[arcs[first]] + base.weight[entry],
            )

    def _columns(self, arcs: _Numbers, source: _Numbers, target: _Numbers, meaning: _Numbers) -> _Numbers:
        return np.stack([source, target, self._word[arcs], meaning[arcs]])

    def _meant(self, part: Automaton, arcs: _Numbers, ending: Tokens) -> _Numbers:
        distinct, back = np.unique(part.meaning[arcs], return_inverse=True)
        known = self._meanings
        numbers = [known.setdefault(part.tokens[number] + ending, len(known)) for number in distinct.tolist()]
        return np.array(numbers, dtype=np.intp)[back]

    def _numbers(self, prefix: Tokens) -> _Numbers:
        """Of what each arc means behind a prefix."""
        if prefix not in self._behind:
            tokens = self._tokens
            numbers = [tokens.setdefault(prefix + meaning, len(tokens)) for meaning in self._meanings]
            self._behind[prefix] = np.array(numbers, dtype=np.int32)[self._meaning]
        return self._behind[prefix]


def _endings(part: Automaton) -> list[tuple[int, Tokens]]:
    return [(node, tokens) for node, endings in part.finals.items() for tokens in endings]
