"""The nearest sentences: best first from the end, guided by the exact cost of the best way from the start."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import TypeAlias

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
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


ROUNDING = 1e-3
"""Phonemes by which sums of the same costs may differ."""

Restriction = Callable[[frozenset[Token], Token], frozenset[Token] | None]
"""What was used behind a token, and the token, to what is used from there on; None where it can't stand there."""


_Waiting: TypeAlias = tuple[float, int, Callable[[], _Ending | None]]
"""What the best sentence with an ending costs, a number that no other has, and what makes the ending."""


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
        waiting: list[_Waiting] = []
        number = count(0, -1)  # of equally near endings the latest goes first: it is the longest
        front = _Front(self._automaton, self._first, alignment)
        for node, meanings in self._automaton.finals.items():
            cost = front.cost(node, front.rest)
            if cost < INFINITE and cost <= alignment.most:
                for tokens in meanings:
                    ended = partial(_Ending, node, (), tokens, tokens, frozenset[Token](), front.rest)
                    last: _Waiting = (cost, next(number), ended)
                    heapq.heappush(waiting, last)
        followed: set[tuple[int, Tokens]] = set()
        limit = min(alignment.best + beam, alignment.most) + ROUNDING
        while waiting and most:
            cost, _, made = heapq.heappop(waiting)
            ending = made()
            if ending is None:
                continue
            most -= 1
            if ending.costs is None:
                yield Sentence(ending.steps, ending.ended, cost)
                continue
            settled = ending.node in self._before_meaning
            state = (-1 if settled else ending.node, ending.tokens)
            if state in followed:
                continue
            followed.add(state)
            if settled:
                yield self._opened(ending, front, cost)
                continue
            arcs, costs, estimates = front.words(ending.node, ending.costs, limit)
            for arc, behind, estimate in zip(arcs.tolist(), costs, estimates.tolist(), strict=True):
                longer: _Waiting = (estimate, next(number), partial(self._longer, ending, arc, behind))
                heapq.heappush(waiting, longer)

    def _opened(self, ending: _Ending, front: _Front, cost: float) -> Sentence:
        """The best sentence with this ending, whose beginning adds nothing to the meaning ("can I get ...")."""
        while ending.costs is not None:
            arcs, costs, estimates = front.words(ending.node, ending.costs, cost + ROUNDING)
            if not len(arcs):
                break
            best = int(np.argmin(estimates))
            longer = self._longer(ending, int(arcs[best]), costs[best])
            assert longer is not None  # only tokens are restricted
            ending = longer
        return Sentence(ending.steps, ending.ended, cost)

    def _longer(self, ending: _Ending, arc: int, costs: Costs) -> _Ending | None:
        """The same ending with an arc's word in front of it; None where what the word decides can't stand there.

        costs: of the longer ending.
        """
        automaton = self._automaton
        tokens = automaton.tokens[automaton.meaning[arc]]
        used: frozenset[Token] | None = ending.used
        for token in reversed(tokens):
            used = self._restriction(used, token) if used is not None else None
        if used is None:
            return None
        node = int(automaton.source[arc])
        steps = ((automaton.vocabulary[automaton.word[arc]], tokens), *ending.steps)
        return _Ending(node, steps, ending.ended, tokens + ending.tokens, used, costs if node else None)


class _Front:
    """What may stand in front of an ending, and what that costs beside one hypothesis.

    rest: cost from each place to the end of what was heard when nothing more is said.
    """

    def __init__(self, automaton: Automaton, first: NDArray[np.intp], alignment: Alignment) -> None:
        self._automaton = automaton
        self._first = first
        self._alignment = alignment
        self._forward = np.ascontiguousarray(alignment.forward.T)
        self._alive: NDArray[np.bool_] = np.any(self._forward < INFINITE, axis=1)
        self._run = np.concatenate([[0], np.cumsum(alignment.insertion)]).astype(np.float32)
        self._entries: dict[int, tuple[NDArray[np.intp], Costs]] = {}
        self.rest: Costs = np.concatenate([np.cumsum(alignment.insertion[::-1])[::-1], [0]]).astype(np.float32)

    def cost(self, node: int, behind: Costs) -> float:
        """Of the best sentence by way of a node. behind: costs of its ending from each place."""
        return float((self._forward[node] + behind).min())

    def words(self, node: int, behind: Costs, limit: float) -> tuple[NDArray[np.intp], Costs, Costs]:
        """The arcs whose words may stand in front of an ending at `node`, so that a sentence costs up to `limit`.

        behind: costs of the ending from each place. With the arcs come the costs of the ending with each one's word
        in front of it, shape (arcs, places), and those of the best sentences that end so, shape (arcs,).
        """
        arcs, least = self._entering(node)
        arcs = arcs[least + behind.min() <= limit]
        costs = self._in_front(arcs, behind, node, limit)
        source = self._automaton.source[arcs]
        estimates = (self._forward[source] + costs).min(axis=1)
        estimates[source == 0] = costs[source == 0, 0]  # nothing can stand before it
        near = estimates <= limit
        return arcs[near], costs[near], estimates[near]

    def _entering(self, node: int) -> tuple[NDArray[np.intp], Costs]:
        """Arcs to a node that a sentence may have come by, and the least that its beginning costs up to their words."""
        known = self._entries.get(node)
        if known is None:
            arcs = np.arange(self._first[node], self._first[node + 1])
            arcs = arcs[self._alive[self._automaton.source[arcs]]]
            source, word = self._automaton.source[arcs], self._automaton.word[arcs]
            begun: Costs = (self._forward[source] + self._alignment.cheapest[word]).min(axis=1)
            known = self._entries[node] = arcs, begun
        return known

    def _in_front(self, arcs: NDArray[np.intp], behind: Costs, node: int, limit: float) -> Costs:
        """Costs of an ending with each arc's word in front of it, from each place; shape (arcs, places)."""
        width, _, places = self._alignment.words.shape
        costs = np.full((len(arcs), places), INFINITE, dtype=np.float32)
        near = np.flatnonzero(self._forward[node] + behind <= limit + ROUNDING)
        if not len(near):  # a hair above the limit
            return costs
        first, last = max(0, int(near[0]) - width + 1), int(near[-1]) + 1
        padded = np.concatenate([behind[:last], np.full(width, INFINITE, dtype=np.float32)])
        covered = sliding_window_view(padded, last - first)[first : first + width]  # 0, 1, 2... places further on
        words = self._alignment.words[:, self._automaton.word[arcs], first:last]
        best = (words + covered[:, np.newaxis]).min(axis=0)
        best += self._automaton.weight[arcs][:, np.newaxis]
        run = self._run[first:last]
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
