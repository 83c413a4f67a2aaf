"""The meanings that are nearest to what was heard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from skills.contract import Hypothesis
from skills.understanding.graphs import Graph
from skills.understanding.meaning import Interpreter, Meaning
from skills.understanding.normalise import words_of
from skills.understanding.phonemes import Lexicon, Phonemes

PREFIX_BEAM = 4.0
"""Beginnings of sentences that cost so many phonemes more than the best one are given up."""
SENTENCE_BEAM = 4.0
"""Sentences that cost so many phonemes more than the best one are no candidates."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One meaning and the nearest way to say it.

    cost: distance to the hypothesis that it fits best, in phonemes, and how much less likely that hypothesis was.
    """

    meaning: Meaning
    words: tuple[str, ...]
    cost: float


class Snap:
    """Aligns hypotheses with a graph.

    hypotheses: how many different ones are looked at. meanings: how many are kept for each.
    doubt: phonemes that a hypothesis costs for each nat by which the recogniser found it less likely than its best.
    """

    def __init__(self, lexicon: Lexicon, hypotheses: int = 2, meanings: int = 20, doubt: float = 0.25) -> None:
        self._lexicon = lexicon
        self._hypotheses = hypotheses
        self._meanings = meanings
        self._doubt = doubt

    def readings(
        self, hypotheses: Sequence[Hypothesis], graph: Graph, interpreter: Interpreter, language: str
    ) -> list[Reading]:
        """Nearest first; empty when nothing is near. Raises PhonemesMissing."""
        best: dict[Meaning, Reading] = {}
        for words, penalty in self._distinct(hypotheses, language):
            heard = self._sounds(words, language)
            alignment = graph.aligner(self._lexicon, language).align(heard, PREFIX_BEAM)
            found: set[Meaning] = set()
            for sentence in graph.nearest.sentences(alignment, SENTENCE_BEAM):
                meaning = interpreter.meaning(sentence.tokens)
                if meaning is None or meaning in found:
                    continue
                found.add(meaning)
                reading = Reading(meaning, sentence.words, sentence.cost + penalty)
                if meaning not in best or reading.cost < best[meaning].cost:
                    best[meaning] = reading
                if len(found) == self._meanings:
                    break
        return sorted(best.values(), key=lambda reading: reading.cost)

    def _distinct(self, hypotheses: Sequence[Hypothesis], language: str) -> list[tuple[tuple[str, ...], float]]:
        distinct: dict[tuple[str, ...], float] = {}
        for hypothesis in hypotheses:
            words = words_of(hypothesis.text, language)
            lost = hypotheses[0].log_probability - hypothesis.log_probability
            if words and len(distinct) < self._hypotheses:
                distinct.setdefault(words, max(0.0, lost) * self._doubt)
        return list(distinct.items())

    def _sounds(self, words: Sequence[str], language: str) -> Phonemes:
        return tuple(letter for sound in self._lexicon.phonemes(words, language) for letter in sound)
