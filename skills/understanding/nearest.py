"""The nearest sentences: best first from the end, guided by the exact cost of the best way from the start."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from skills.understanding.alignment import INFINITE, Alignment, Costs
from skills.understanding.automaton import Automaton, Token, Tokens

Step: TypeAlias = tuple[str, Tokens]
"""A word and what it decides."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence that can be said.

    ended: tokens that ending there adds. cost: its distance to what was heard, in phonemes.
    """

    steps: tuple[Step, ...]
    ended: Tokens
    cost: float

    @property
    def words(self) -> tuple[str, ...]:
        """What is said."""
        return tuple(word for word, _ in self.steps)

    @property
    def tokens(self) -> Tokens:
        """What it means."""
        return tuple(token for _, tokens in self.steps for token in tokens) + self.ended


@dataclass(frozen=True, slots=True)
class _Ending:
    """The rest of a sentence. costs: of that rest from each place to the end of what was heard; None if complete."""

    node: int
    steps: tuple[Step, ...]
    ended: Tokens
    tokens: Tokens
    used: frozenset[Token]
    costs: Costs | None


_ROUNDING = 1e-3

Restriction = Callable[[frozenset[Token], Token], frozenset[Token] | None]
"""What was used behind a token, and the token, to what is used from there on; None where it can't stand there."""


class NearestSentences:
    """Searches one automaton."""

    def __init__(self, automaton: Automaton, restriction: Restriction) -> None:
        self._automaton = automaton
        self._restriction = restriction
        self._first = np.searchsorted(automaton.target, np.arange(automaton.nodes + 1))
        self._before_meaning = _before_meaning(automaton)

    def sentences(self, alignment: Alignment, beam: float, most: int = 1500) -> Iterator[Sentence]:
        """Sentences by rising cost, up to `beam` above the best; each meaning's best wording comes first.

        most: endings that are looked at before the search is given up.
        """
        waiting: list[tuple[float, int, _Ending]] = []
        number = count(0, -1)  # of equally near endings the latest goes first: it is the longest
        rest = np.concatenate([np.cumsum(alignment.insertion[::-1])[::-1], [0]]).astype(np.float32)
        for node, meanings in self._automaton.finals.items():
            cost = float((alignment.forward[:, node] + rest).min())
            if cost < INFINITE:
                for tokens in meanings:
                    ending = _Ending(node, (), tokens, tokens, frozenset(), rest)
                    heapq.heappush(waiting, (cost, next(number), ending))
        alive: NDArray[np.bool_] = np.any(alignment.forward < INFINITE, axis=0)
        followed: set[tuple[int, Tokens]] = set()
        limit = alignment.best + beam + _ROUNDING
        for _ in range(most):
            if not waiting:
                return
            cost, _, ending = heapq.heappop(waiting)
            if ending.costs is None:
                yield Sentence(ending.steps, ending.ended, cost)
                continue
            settled = ending.node in self._before_meaning
            state = (-1 if settled else ending.node, ending.tokens)
            if state in followed:
                continue
            followed.add(state)
            if settled:
                yield self._opened(ending, alignment, alive, cost)
                continue
            for longer, estimate in self._longer(ending, alignment, alive, limit):
                heapq.heappush(waiting, (estimate, next(number), longer))

    def _opened(self, ending: _Ending, alignment: Alignment, alive: NDArray[np.bool_], cost: float) -> Sentence:
        """The best sentence with this ending, whose beginning adds nothing to the meaning ("can I get ...")."""
        while ending.costs is not None:
            ways = list(self._longer(ending, alignment, alive, cost + _ROUNDING))
            if not ways:
                break
            ending = min(ways, key=lambda way: way[1])[0]
        return Sentence(ending.steps, ending.ended, cost)

    def _longer(
        self, ending: _Ending, alignment: Alignment, alive: NDArray[np.bool_], limit: float
    ) -> Iterator[tuple[_Ending, float]]:
        """The same ending with one more word in front of it."""
        automaton = self._automaton
        arcs = np.arange(self._first[ending.node], self._first[ending.node + 1])
        arcs = arcs[alive[automaton.source[arcs]]]
        if not len(arcs) or ending.costs is None:
            return
        arcs = self._hopeful(arcs, ending.costs, alignment, limit)
        if not len(arcs):
            return
        costs = self._in_front(arcs, ending.costs, ending.node, alignment, limit)
        estimates = (alignment.forward[:, automaton.source[arcs]].T + costs).min(axis=1)
        for position in np.flatnonzero(estimates <= limit):
            arc = arcs[position]
            tokens = automaton.tokens[automaton.meaning[arc]]
            used: frozenset[Token] | None = ending.used
            for token in reversed(tokens):
                used = self._restriction(used, token) if used is not None else None
            if used is None:
                continue
            node = int(automaton.source[arc])
            steps = ((automaton.vocabulary[automaton.word[arc]], tokens), *ending.steps)
            estimate = float(estimates[position])
            if node == 0:
                whole = float(costs[position, 0])
                if whole <= limit:
                    yield _Ending(node, steps, ending.ended, tokens + ending.tokens, used, None), whole
            else:
                yield _Ending(node, steps, ending.ended, tokens + ending.tokens, used, costs[position]), estimate

    def _hopeful(self, arcs: NDArray[np.intp], behind: Costs, alignment: Alignment, limit: float) -> NDArray[np.intp]:
        """Arcs that may stay under the limit, by a bound that is cheap to compute."""
        automaton = self._automaton
        begun = alignment.forward[:, automaton.source[arcs]] + alignment.cheapest[automaton.word[arcs]].T
        hopeful: NDArray[np.intp] = arcs[begun.min(axis=0) + behind.min() <= limit]
        return hopeful

    def _in_front(self, arcs: NDArray[np.intp], behind: Costs, node: int, alignment: Alignment, limit: float) -> Costs:
        """Costs of an ending with each arc's word in front of it, from each place; shape (arcs, places)."""
        automaton = self._automaton
        width, _, places = alignment.words.shape
        near = np.flatnonzero(alignment.forward[:, node] + behind <= limit + _ROUNDING)
        if not len(near):  # a hair above the limit
            return np.full((len(arcs), places), INFINITE, dtype=np.float32)
        first, last = max(0, int(near[0]) - width + 1), int(near[-1]) + 1
        padded = np.concatenate([behind[:last], np.full(width, INFINITE, dtype=np.float32)])
        words = automaton.word[arcs]
        best = alignment.words[0][words, first:last] + padded[first:last]
        for covered in range(1, width):
            np.minimum(
                best, alignment.words[covered][words, first:last] + padded[first + covered : last + covered], out=best
            )
        best += automaton.weight[arcs][:, None]
        run = np.concatenate([[0], np.cumsum(alignment.insertion)]).astype(np.float32)[first:last]
        costs = np.full((len(arcs), places), INFINITE, dtype=np.float32)
        costs[:, first:last] = np.minimum.accumulate((best + run)[:, ::-1], axis=1)[:, ::-1] - run
        return costs


def _before_meaning(automaton: Automaton) -> frozenset[int]:
    """Nodes that no way reaches with a token: what was said up to there has no meaning of its own."""
    meant = np.zeros(automaton.nodes, dtype=bool)
    reached = automaton.target[automaton.meaning != 0]
    while len(reached):
        meant[reached] = True
        reached = automaton.target[meant[automaton.source] & ~meant[automaton.target]]
    return frozenset(np.flatnonzero(~meant).tolist())
