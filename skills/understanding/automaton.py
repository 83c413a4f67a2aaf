"""A finite automaton over words: what can be said, and what each way through it means.

Arcs carry one word and, where something is decided, tokens ("the product is a latte"); the tokens along a way are its
meaning.
Loops are allowed: any number of toppings, any number of items.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Token: TypeAlias = tuple[str | int, ...]
Tokens: TypeAlias = tuple[Token, ...]


class GraphTooLarge(Exception):
    """What can be said does not fit into one graph. arcs: how many there were when building stopped."""

    def __init__(self, arcs: int) -> None:
        super().__init__(f"the graph has more than {arcs} arcs")
        self.arcs = arcs


@dataclass(frozen=True, slots=True)
class Automaton:
    """A compiled automaton without empty arcs. Arcs are sorted by target.

    nodes: how many there are; node 0 is the start.
    source, target, word, meaning: int32, shape (arcs,); `word` indexes `vocabulary`, `meaning` indexes `tokens`.
    weight: float32, shape (arcs,); an extra cost for unlikely ways.
    finals: final node to what ending there adds, one for each meaning.
    """

    nodes: int
    source: NDArray[np.int32]
    target: NDArray[np.int32]
    word: NDArray[np.int32]
    meaning: NDArray[np.int32]
    weight: NDArray[np.float32]
    finals: Mapping[int, tuple[Tokens, ...]]
    vocabulary: tuple[str, ...]
    tokens: tuple[Tokens, ...]


class Builder:
    """Grows an automaton piece by piece. Every method takes a start node and returns or takes an end node."""

    def __init__(self, largest: int = 400_000) -> None:
        self._arcs: list[tuple[int, int, str | None, Tokens, float]] = []
        self._nodes = 1
        self._largest = largest
        self._hubs: set[int] = set()

    def node(self) -> int:
        """A new node."""
        self._nodes += 1
        return self._nodes - 1

    def hub(self) -> int:
        """A new node that many ways enter without a word: what follows it is kept once, and not once for each."""
        node = self.node()
        self._hubs.add(node)
        return node

    def word(self, source: int, target: int, word: str | None, tokens: Tokens = (), weight: float = 0.0) -> None:
        """An arc; `None` stands for saying nothing. Raises GraphTooLarge."""
        if len(self._arcs) >= self._largest:
            raise GraphTooLarge(self._largest)
        self._arcs.append((source, target, word, tokens, weight))

    def skip(self, source: int, target: int, tokens: Tokens = (), weight: float = 0.0) -> None:
        """A way without a word."""
        self.word(source, target, None, tokens, weight)

    def phrase(self, source: int, target: int, words: Sequence[str], tokens: Tokens = (), weight: float = 0.0) -> None:
        """Words in a row."""
        self.phrases(source, target, [(words, tokens)], weight)

    def phrases(
        self, source: int, target: int, phrases: Iterable[tuple[Sequence[str], Tokens]], weight: float = 0.0
    ) -> None:
        """One of several rows of words, as a tree: common beginnings are shared, the last word carries the tokens."""
        tree: dict[tuple[int, str], int] = {}
        for words, tokens in dict.fromkeys((tuple(words), tokens) for words, tokens in phrases):
            if not words:
                self.skip(source, target, tokens, weight)
                continue
            at = source
            for word in words[:-1]:
                following = tree.get((at, word))
                if following is None:
                    following = tree[at, word] = self.node()
                    self.word(at, following, word)
                at = following
            self.word(at, target, words[-1], tokens, weight)

    def compiled(self, end: int) -> Automaton:
        """Everything between node 0 and `end`, without empty arcs and with equal ways merged."""
        arcs, finals = _without_empty_arcs(self._arcs, end, self._hubs)
        return _packed(*_merged(arcs, finals))


_Arc: TypeAlias = tuple[int, int, str, Tokens, float]


def _without_empty_arcs(
    arcs: list[tuple[int, int, str | None, Tokens, float]], end: int, hubs: Set[int]
) -> tuple[list[_Arc], dict[int, frozenset[Tokens]]]:
    """Each word is said from every node that reaches it silently; a hub is entered with the word before it instead."""
    spoken: dict[int, list[tuple[int, str, Tokens, float]]] = defaultdict(list)
    empty: dict[int, list[tuple[int, Tokens, float]]] = defaultdict(list)
    for source, target, word, tokens, weight in arcs:
        if word is None:
            empty[source].append((target, tokens, weight))
        else:
            spoken[source].append((target, word, tokens, weight))
    nodes = {0, *hubs, *(target for source in spoken for target, *_ in spoken[source])}
    reached = {node: _reached(node, empty, hubs) for node in nodes}
    result: list[_Arc] = []
    finals: dict[int, frozenset[Tokens]] = {}
    for node in nodes:
        for silent, tokens, weight in reached[node]:
            if silent == end:
                finals[node] = finals.get(node, frozenset()) | {tokens}
            if silent in hubs and node not in (0, silent):
                continue
            for target, word, more, further in spoken[silent]:
                result.append((node, target, word, tokens + more, weight + further))
                for hub, entered, extra in reached[target]:
                    if hub in hubs and hub != target:
                        result.append((node, hub, word, tokens + more + entered, weight + further + extra))
    return result, finals


def _reached(
    node: int, empty: Mapping[int, list[tuple[int, Tokens, float]]], hubs: Set[int]
) -> list[tuple[int, Tokens, float]]:
    """Every node that can be reached without a word, each with the tokens on the way; not beyond a hub."""
    start: tuple[int, Tokens, float] = (node, (), 0.0)
    found: set[tuple[int, Tokens]] = {start[:2]}
    reached = [start]
    for at, tokens, weight in reached:  # grows while it is walked
        if at in hubs and node not in (0, at):
            continue
        for target, more, further in empty.get(at, ()):
            state = (target, tokens + more)
            if state not in found:
                found.add(state)
                reached.append((*state, weight + further))
    return reached


def _without_useless_arcs(arcs: list[_Arc], finals: Mapping[int, frozenset[Tokens]]) -> list[_Arc]:
    """Only arcs on a way from the start to an end."""
    forward: dict[int, set[int]] = defaultdict(set)
    backward: dict[int, set[int]] = defaultdict(set)
    for source, target, *_ in arcs:
        forward[source].add(target)
        backward[target].add(source)
    useful = _closure({0}, forward) & _closure(set(finals), backward)
    return list(dict.fromkeys(arc for arc in arcs if arc[0] in useful and arc[1] in useful))


def _closure(nodes: set[int], following: Mapping[int, set[int]]) -> set[int]:
    found = set(nodes)
    waiting = list(nodes)
    while waiting:
        for node in following.get(waiting.pop(), ()):
            if node not in found:
                found.add(node)
                waiting.append(node)
    return found


def _groups(arcs: list[_Arc], seeds: Mapping[int, object], *, by_past: bool) -> dict[int, int]:
    """Nodes that can't be told apart by what leads to them (or by what follows), by partition refinement.

    A node's group is refined by the sum of random 64-bit numbers that stand for its arcs and the groups at their other
    ends; that two different sums are equal by chance is out of the question.
    """
    chance = np.random.default_rng(0)
    nodes = {node: number for number, node in enumerate(dict.fromkeys(node for arc in arcs for node in arc[:2]))}
    labels: dict[object, int] = {}
    ends = np.array([[nodes[arc[0]], nodes[arc[1]]] for arc in arcs], dtype=np.intp).reshape(-1, 2)
    here, there = (ends[:, 1], ends[:, 0]) if by_past else (ends[:, 0], ends[:, 1])
    label = np.array([labels.setdefault(arc[2:], len(labels)) for arc in arcs], dtype=np.intp)
    drawn = chance.integers(0, 2**63, size=(3, max(len(labels), len(nodes)) + 1), dtype=np.uint64)
    kinds: dict[object, int] = {}
    group = np.array([kinds.setdefault(seeds.get(node), len(kinds)) for node in nodes], dtype=np.intp)
    count = 0
    while True:
        sums = drawn[2, group].copy()
        np.add.at(sums, here, drawn[0, label] * (2 * drawn[1, group[there]] + 1))
        _, group = np.unique(sums, return_inverse=True)
        if group.max(initial=0) + 1 == count:
            return dict(zip(nodes, group.tolist(), strict=True))
        count = int(group.max(initial=0)) + 1


def _merged(
    arcs: list[_Arc], finals: Mapping[int, frozenset[Tokens]]
) -> tuple[list[_Arc], dict[int, frozenset[Tokens]]]:
    """Nodes with the same past become one, then nodes with the same future; node 0 stays the start."""
    arcs = _without_useless_arcs(arcs, finals)
    for by_past in (True, False):
        seeds: Mapping[int, object] = {0: "start"} if by_past else {**finals, 0: ("start", finals.get(0))}
        group = _groups(arcs, seeds, by_past=by_past)
        number = {group[0]: 0} if arcs else {}
        for node in group:
            number.setdefault(group[node], len(number))
        arcs = list(dict.fromkeys((number[group[arc[0]]], number[group[arc[1]]], *arc[2:]) for arc in arcs))
        ended: dict[int, frozenset[Tokens]] = {}
        for node, tokens in finals.items():
            if node in group:
                ended[number[group[node]]] = ended.get(number[group[node]], frozenset()) | tokens
        finals = ended
    return arcs, dict(finals)


def _packed(arcs: list[_Arc], finals: Mapping[int, frozenset[Tokens]]) -> Automaton:
    vocabulary: dict[str, int] = {}
    meanings: dict[Tokens, int] = {(): 0}
    rows = sorted(
        (
            target,
            source,
            vocabulary.setdefault(word, len(vocabulary)),
            meanings.setdefault(tokens, len(meanings)),
            weight,
        )
        for source, target, word, tokens, weight in arcs
    )
    columns = list(zip(*rows, strict=True)) if rows else [(), (), (), (), ()]
    target, source, word, meaning = (np.array(column, dtype=np.int32) for column in columns[:4])
    return Automaton(
        nodes=1 + max((max(arc[:2]) for arc in arcs), default=0),
        source=source,
        target=target,
        word=word,
        meaning=meaning,
        weight=np.array(columns[4], dtype=np.float32),
        finals={node: tuple(sorted(tokens, key=repr)) for node, tokens in finals.items()},
        vocabulary=tuple(vocabulary),
        tokens=tuple(meanings),
    )
