"""Sentences that are said literally: no phonemes, no costs, well under a millisecond."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from typing import TypeAlias

from skills.understanding.automaton import Automaton, Tokens
from skills.understanding.sockets import is_socket

_MOST_READINGS = 64


_Inside: TypeAlias = tuple[tuple[str, int], ...]
_State: TypeAlias = tuple[_Inside, int, Tokens]
"""The sockets that were entered and the nodes to which they lead, outermost first; the node; the meaning so far."""


class ExactMatcher:
    """Walks an automaton word by word. parts: what fills its sockets, and those of its parts."""

    def __init__(self, automaton: Automaton, parts: Mapping[str, ExactMatcher] | None = None) -> None:
        self._finals = automaton.finals
        self._arcs: dict[tuple[int, str], list[tuple[int, Tokens, float]]] = defaultdict(list)
        self._sockets: dict[int, list[tuple[str, int, Tokens, float]]] = defaultdict(list)
        columns = (automaton.source, automaton.target, automaton.word, automaton.meaning, automaton.weight)
        for source, target, number, meaning, weight in zip(*(column.tolist() for column in columns), strict=True):
            word, tokens = automaton.vocabulary[number], automaton.tokens[meaning]
            if is_socket(word):
                self._sockets[source].append((word, target, tokens, weight))
            else:
                self._arcs[source, word].append((target, tokens, weight))
        self._parts = dict(parts or {})

    def with_parts(self, parts: Mapping[str, ExactMatcher]) -> ExactMatcher:
        """The same sentences with other parts in their sockets."""
        filled = copy(self)
        filled._parts = dict(parts)
        return filled

    def readings(self, words: Sequence[str]) -> list[tuple[Tokens, float]]:
        """Every way to say exactly these words: its tokens and extra cost, cheapest first; at most 64 are followed."""
        reached: dict[_State, float] = {((), 0, ()): 0.0}
        for word in words:
            following: dict[_State, float] = {}
            for state, cost in reached.items():
                for after, further in self._after(state, word):
                    following[after] = min(cost + further, following.get(after, float("inf")))
            if not following:
                return []
            reached = dict(_cheapest(following.items()))
        ended = [
            (tokens + ending, cost)
            for (inside, node, tokens), cost in reached.items()
            if not inside
            for ending in self._finals.get(node, ())
        ]
        return sorted(ended, key=lambda reading: reading[1])

    def _after(self, state: _State, word: str) -> Iterator[tuple[_State, float]]:
        for (inside, node, tokens), cost in self._entered(state, 0.0):
            for target, more, weight in self._within(inside)._arcs.get((node, word), ()):
                yield from self._left((inside, target, tokens + more), cost + weight)

    def _entered(self, state: _State, cost: float) -> Iterator[tuple[_State, float]]:
        """The state itself, and the beginnings of the parts whose sockets begin there."""
        yield state, cost
        inside, node, tokens = state
        for name, target, more, weight in self._within(inside)._sockets.get(node, ()):
            if name in self._parts:
                yield from self._entered(((*inside, (name, target)), 0, tokens + more), cost + weight)

    def _left(self, state: _State, cost: float) -> Iterator[tuple[_State, float]]:
        """The state itself, and what is behind the parts that may end there."""
        yield state, cost
        inside, node, tokens = state
        if inside:
            for ending in self._within(inside)._finals.get(node, ()):
                yield from self._left((inside[:-1], inside[-1][1], tokens + ending), cost)

    def _within(self, inside: _Inside) -> ExactMatcher:
        return self._parts[inside[-1][0]] if inside else self


def _cheapest(states: Iterable[tuple[_State, float]]) -> list[tuple[_State, float]]:
    return sorted(states, key=lambda state: state[1])[:_MOST_READINGS]
