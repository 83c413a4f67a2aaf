"""Sentences that are said literally: no phonemes, no costs, well under a millisecond."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from skills.understanding.automaton import Automaton, Tokens

_MOST_READINGS = 64


class ExactMatcher:
    """Walks an automaton word by word."""

    def __init__(self, automaton: Automaton) -> None:
        self._finals = automaton.finals
        self._arcs: dict[tuple[int, str], list[tuple[int, Tokens, float]]] = defaultdict(list)
        columns = (automaton.source, automaton.target, automaton.word, automaton.meaning, automaton.weight)
        for source, target, word, meaning, weight in zip(*(column.tolist() for column in columns), strict=True):
            arc = (target, automaton.tokens[meaning], weight)
            self._arcs[source, automaton.vocabulary[word]].append(arc)

    def readings(self, words: Sequence[str]) -> list[tuple[Tokens, float]]:
        """Every way to say exactly these words: its tokens and extra cost, cheapest first; at most 64 are followed."""
        reached: dict[tuple[int, Tokens], float] = {(0, ()): 0.0}
        for word in words:
            following: dict[tuple[int, Tokens], float] = {}
            for (node, tokens), cost in reached.items():
                for target, more, weight in self._arcs.get((node, word), ()):
                    state = (target, tokens + more)
                    following[state] = min(cost + weight, following.get(state, float("inf")))
            if not following:
                return []
            reached = dict(_cheapest(following.items()))
        ended = [
            (tokens + ending, cost) for (node, tokens), cost in reached.items() for ending in self._finals.get(node, ())
        ]
        return sorted(ended, key=lambda reading: reading[1])


def _cheapest(
    states: Iterable[tuple[tuple[int, Tokens], float]],
) -> list[tuple[tuple[int, Tokens], float]]:
    return sorted(states, key=lambda state: state[1])[:_MOST_READINGS]
