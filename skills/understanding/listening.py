"""Listening again: the recording scores the texts of the candidates, and what differs from the best in one slot."""

from __future__ import annotations

import time
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace

from skills.contract import Listener, SoundGone
from skills.understanding.candidates import Reading, Snapped
from skills.understanding.meaning import Interpreter, Meaning
from skills.understanding.normalise import with_digits
from skills.understanding.rewording import Rewording


@dataclass(frozen=True, slots=True)
class ListeningWeights:
    """How far the search goes, fitted on recordings of the sample cafe.

    candidates: how many of the nearest meanings are listened for first.
    window: neighbours that are farther than the best by more than so many phonemes are not listened for.
    neighbours: how many are listened for in a round. rounds: how often the best one's neighbours are tried.
    patience: seconds after which no further round is begun: a slow engine must not keep the shopper waiting.
    """

    candidates: int = 12
    window: float = 4.0
    neighbours: int = 16
    rounds: int = 3
    patience: float = 0.8


class SecondListening:
    """Orders readings by alignment and likelihood together."""

    def __init__(self, weights: ListeningWeights | None = None) -> None:
        self.weights = weights or ListeningWeights()

    def listen(
        self,
        snapped: Snapped,
        rewording: Rewording,
        interpreter: Interpreter,
        listener: Listener,
        turn_id: str,
        language: str,
    ) -> list[Reading]:
        """Readings by falling score. Raises SoundGone when it is gone before anything was listened for."""
        if not snapped.readings:
            return []
        began = time.monotonic()
        ear = _Ear(listener, turn_id, rewording, language)
        scored = {r.meaning: r for r in ear.scored(snapped.readings[: self.weights.candidates])}
        tried: set[Meaning] = set()
        for _ in range(self.weights.rounds):
            best = max(scored.values(), key=_score)
            if best.meaning in tried or time.monotonic() - began > self.weights.patience:
                break
            tried.add(best.meaning)
            found = self._neighbours(best, snapped, rewording, interpreter, scored.keys())
            try:
                scored.update((reading.meaning, reading) for reading in ear.scored(found))
            except SoundGone:  # a device far away answers once: what was listened for decides
                break
        return sorted(scored.values(), key=_score, reverse=True)

    def _neighbours(
        self,
        best: Reading,
        snapped: Snapped,
        rewording: Rewording,
        interpreter: Interpreter,
        known: Container[Meaning],
    ) -> list[Reading]:
        near: dict[Meaning, Reading] = {}
        limit = snapped.readings[0].cost + self.weights.window
        besides = best.cost - snapped.cost(best.words)  # what its intent costs, which is that of the neighbours, too
        for steps in rewording.neighbours(best.steps):
            meaning = interpreter.meaning(tuple(token for _, tokens in steps for token in tokens) + best.ended)
            if meaning is None or meaning in known or meaning in near:
                continue
            words = tuple(word for word, _ in steps)
            cost = snapped.cost(words) + besides
            if cost <= limit:
                odd = interpreter.counts_oddly(words, meaning)
                near[meaning] = Reading(meaning, words, cost, steps, best.ended, odd=odd)
        return sorted(near.values(), key=lambda reading: reading.cost)[: self.weights.neighbours]


def _score(reading: Reading) -> float:
    return reading.score


class _Ear:
    """Asks the listener about readings."""

    def __init__(self, listener: Listener, turn_id: str, rewording: Rewording, language: str) -> None:
        self._listener = listener
        self._turn_id = turn_id
        self._rewording = rewording
        self._language = language

    def scored(self, readings: Sequence[Reading]) -> list[Reading]:
        """The same readings with their log-likelihoods. Raises SoundGone."""
        texts = [self._written(reading) for reading in readings]
        asked = list(dict.fromkeys(texts))
        if not asked:
            return []
        heard = dict(zip(asked, self._listener.rescore(self._turn_id, asked), strict=True))
        return [replace(reading, log_likelihood=heard[text]) for reading, text in zip(readings, texts, strict=True)]

    def _written(self, reading: Reading) -> str:
        """In the usual words, so that no candidate suffers for an odd wording."""
        return with_digits(self._rewording.plainly(reading.steps) or reading.words, self._language)
