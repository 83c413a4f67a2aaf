"""How well what was heard fits the ways through an automaton: costs of words at places, of the best way to a node.

A place is a gap between two heard phonemes. All costs are in phonemes: about 1 for two that have nothing in common.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skills.understanding.automaton import Automaton
from skills.understanding.costs import PhonemeCosts
from skills.understanding.phonemes import Phonemes

SLACK = 3
"""A word may cover this many heard phonemes more than it has."""
_SILENT_ROUNDS = 3
"""So many words in a row may have been said without any of their phonemes being heard."""
INFINITE = np.float32(1e9)

Costs = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Alignment:
    """One hypothesis against one automaton.

    words: shape (width, vocabulary, places): cost of a word that begins at a place and covers 0, 1, 2... phonemes.
    cheapest: shape (vocabulary, places): the least of a word's costs at a place.
    insertion: shape (places - 1,): cost of each heard phoneme that nobody said.
    forward: shape (places, nodes): cost of the best way from the start to a node, heard up to a place.
    best: cost of the best whole sentence. most: sentences that cost more were given up.
    """

    words: Costs
    cheapest: Costs
    insertion: Costs
    forward: Costs
    best: float
    most: float


def cost_of(words: Sequence[int], alignment: Alignment) -> float:
    """What one sentence costs. words: their numbers in the vocabulary."""
    return float(_after_each_word(words, alignment)[-1][-1])


def word_costs(words: Sequence[int], alignment: Alignment) -> list[float]:
    """What each word of a sentence costs, in the sentence's best alignment. words: their numbers in the vocabulary."""
    behind = _after_each_word(words, alignment)
    run = np.concatenate([[0], np.cumsum(alignment.insertion)]).astype(np.float32)
    width, _, places = alignment.words.shape
    costs: list[float] = []
    place = places - 1
    for number in range(len(words) - 1, -1, -1):
        best: tuple[float, int, float] = (float("inf"), 0, 0.0)
        for end in range(place + 1):
            for covered in range(min(width, end + 1)):
                own = float(alignment.words[covered, words[number], end - covered])
                whole = float(behind[number][end - covered]) + own + float(run[place] - run[end])
                best = min(best, (whole, end - covered, own))
        _, place, own = best
        costs.append(own)
    return costs[::-1]


def _after_each_word(words: Sequence[int], alignment: Alignment) -> list[Costs]:
    """Costs of the sentence's first 0, 1, 2... words, heard up to each place."""
    width, _, places = alignment.words.shape
    run = np.concatenate([[0], np.cumsum(alignment.insertion)]).astype(np.float32)
    behind = [run.copy()]
    begun = np.full((width, places + width), INFINITE, dtype=np.float32)
    ended = begun.reshape(-1)[: width * (places + width - 1)].reshape(width, -1)  # row n is moved by n places
    for word in words:
        begun[:, :places] = behind[-1] + alignment.words[:, word]
        behind.append(np.minimum.accumulate(ended.min(axis=0)[:places] - run) + run)
    return behind


class Aligner:
    """Aligns hypotheses with one automaton.

    sounds: of each word of its vocabulary. numbers, lengths: the words' places there, and how many phonemes they have.
    """

    def __init__(self, automaton: Automaton, sounds: Sequence[Phonemes], costs: PhonemeCosts) -> None:
        self.numbers = {word: number for number, word in enumerate(automaton.vocabulary)}
        self.lengths = {word: len(sound) for word, sound in zip(automaton.vocabulary, sounds, strict=True)}
        self._costs = costs
        self._nodes = automaton.nodes
        order = np.argsort(automaton.source, kind="stable")
        self._target = automaton.target[order]
        self._word = automaton.word[order]
        self._weight = automaton.weight[order]
        self._first = np.searchsorted(automaton.source[order], np.arange(automaton.nodes + 1))
        self._finals = np.array(sorted(automaton.finals), dtype=np.intp)
        lengths = np.array([len(sound) for sound in sounds], dtype=np.intp)
        self._by_length = np.argsort(-lengths, kind="stable")
        self._rows = costs.padded([sounds[index] for index in self._by_length])
        self._width = int(lengths.max(initial=0)) + SLACK + 1

    def align(self, heard: Phonemes, beam: float, most: float = float("inf")) -> Alignment:
        """beam: ways that cost this much more than the best one to the same place are given up.

        most: so are those that cost more than this; `best` is infinite where no sentence costs less.
        """
        indexes = self._costs.indexes(heard)
        insertion = self._costs.insertion[indexes]
        words = self._word_costs(indexes, insertion)
        cheapest = words.min(axis=0)
        forward = self._forward(words, cheapest, insertion, beam, most)
        best = float(forward[-1, self._finals].min(initial=INFINITE))
        return Alignment(words, cheapest, insertion, forward, best, most)

    def _word_costs(self, heard: NDArray[np.intp], insertion: Costs) -> Costs:
        """Phoneme by phoneme through all words at once; the longest words come first, the others drop out early."""
        places, width = len(heard) + 1, self._width
        beyond = np.full(width, INFINITE, dtype=np.float32)
        inserted = np.concatenate([insertion, beyond])
        table = np.full((width, len(self._rows), places), INFINITE, dtype=np.float32)
        table[0] = 0
        for number, column in enumerate(self._rows.T, start=1):
            said = column[: int((column >= 0).sum())]
            live = slice(0, len(said))
            substitution = np.full((len(said), len(heard) + width), INFINITE, dtype=np.float32)
            substitution[:, : len(heard)] = self._costs.substitution[said][:, heard]
            deletion = self._costs.deletion[said][:, None]
            left = table[0, live].copy()  # the row above, one heard phoneme shorter
            table[0, live] += deletion
            for covered in range(1, min(number + SLACK, width - 1) + 1):
                above = table[covered, live]
                cost = left + substitution[:, covered - 1 : covered - 1 + places]
                left = above.copy()
                np.minimum(cost, above + deletion, out=cost)
                np.minimum(cost, table[covered - 1, live] + inserted[covered - 1 : covered - 1 + places], out=cost)
                table[covered, live] = cost
        result = np.empty_like(table)
        result[:, self._by_length] = table
        return result

    def _forward(self, words: Costs, cheapest: Costs, insertion: Costs, beam: float, most: float) -> Costs:
        width, _, places = words.shape
        forward = np.full((places + width, self._nodes), INFINITE, dtype=np.float32)
        forward[0, 0] = 0
        flat = forward.reshape(-1)
        by_place = np.ascontiguousarray(words.transpose(2, 1, 0))
        for place in range(places):
            here = forward[place]
            if place:
                np.minimum(here, forward[place - 1] + insertion[place - 1], out=here)
            nodes = np.flatnonzero(here <= min(here.min() + beam, most))
            before = here.copy()
            for _ in range(_SILENT_ROUNDS):
                self._extend(flat, place, nodes, by_place[place], cheapest[:, place], beam, most)
                nodes = np.flatnonzero((here < before) & (here <= min(here.min() + beam, most)))
                if not len(nodes):
                    break
                before = here.copy()
            here[here > min(here.min() + beam, most)] = INFINITE
        return forward[:places]

    def _extend(
        self,
        flat: Costs,
        place: int,
        nodes: NDArray[np.intp],
        words: Costs,
        cheapest: Costs,
        beam: float,
        most: float,
    ) -> None:
        """Adds one word to every way that has come to `nodes` at `place`.

        words, cheapest: of the words that begin there, shape (vocabulary, width) and (vocabulary,).
        """
        counts = self._first[nodes + 1] - self._first[nodes]
        ends = np.cumsum(counts)
        arcs = np.arange(ends[-1] if len(ends) else 0) + np.repeat(self._first[nodes] - (ends - counts), counts)
        base = np.repeat(flat[place * self._nodes + nodes], counts) + self._weight[arcs]
        word = self._word[arcs]
        limit = min(base.min(initial=INFINITE) + beam, most)
        fitting = np.flatnonzero(base + cheapest[word] <= limit)
        arcs, base, word = arcs[fitting], base[fitting], word[fitting]
        reached = base[:, np.newaxis] + words[word]
        arc, covered = np.nonzero(reached <= limit)
        np.minimum.at(flat, (place + covered) * self._nodes + self._target[arcs[arc]], reached[arc, covered])
