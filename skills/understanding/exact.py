"""Sentences that are said literally: no phonemes, no costs, well under a millisecond."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from typing import TypeAlias

from skills.understanding.automaton import Automaton, Tokens

_MOST_READINGS = 64


_State: TypeAlias = tuple[tuple[str, int] | None, int, Tokens]
"""The socket that was entered and the node to which it leads (None outside of parts), the node, the meaning so far."""


class ExactMatcher:
    """Walks an automaton word by word. parts: what fills its sockets."""

    def __init__(self, automaton: Automaton, parts: Mapping[str, ExactMatcher] | None = None) -> None:
        self._finals = automaton.finals
        self._arcs: dict[tuple[int, str], list[tuple[int, Tokens, float]]] = defaultdict(list)
        columns = (automaton.source, automaton.target, automaton.word, automaton.meaning, automaton.weight)
        for source, target, word, meaning, weight in zip(*(column.tolist() for column in columns), strict=True):
            arc = (target, automaton.tokens[meaning], weight)
            self._arcs[source, automaton.vocabulary[word]].append(arc)
        self._parts = dict(parts or {})

    def with_parts(self, parts: Mapping[str, ExactMatcher]) -> ExactMatcher:
        """The same sentences with other parts in their sockets."""
        filled = copy(self)
        filled._parts = dict(parts)
        return filled

    def readings(self, words: Sequence[str]) -> list[tuple[Tokens, float]]:
        """Every way to say exactly these words: its tokens and extra cost, cheapest first; at most 64 are followed."""
        reached: dict[_State, float] = {(None, 0, ()): 0.0}
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
            if inside is None
            for ending in self._finals.get(node, ())
        ]
        return sorted(ended, key=lambda reading: reading[1])

    def _after(self, state: _State, word: str) -> Iterator[tuple[_State, float]]:
        inside, node, tokens = state
        if inside is not None:
            yield from self._within(inside, node, tokens, word, 0.0)
            return
        for target, more, weight in self._arcs.get((node, word), ()):
            yield (None, target, tokens + more), weight
        for name in self._parts:
            for target, more, weight in self._arcs.get((node, name), ()):
                yield from self._within((name, target), 0, tokens + more, word, weight)

    def _within(
        self, inside: tuple[str, int], node: int, tokens: Tokens, word: str, cost: float
    ) -> Iterator[tuple[_State, float]]:
        """One word inside a part, and out of it where it may end there."""
        part = self._parts[inside[0]]
        for target, more, weight in part._arcs.get((node, word), ()):
            said = tokens + more
            yield (inside, target, said), cost + weight
            for ending in part._finals.get(target, ()):
                yield (None, inside[1], said + ending), cost + weight


def _cheapest(states: Iterable[tuple[_State, float]]) -> list[tuple[_State, float]]:
    return sorted(states, key=lambda state: state[1])[:_MOST_READINGS]
