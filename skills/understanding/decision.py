"""Accept, ask about the doubtful part, or say that it was not understood."""

from __future__ import annotations

from collections.abc import Sequence

from skills.contract import Candidate, Choice, NotUnderstood, Outcome, Reason, Understood, Unsure
from skills.understanding.candidates import Reading
from skills.understanding.doubt import doubtful_parts

ACCEPTED_COST = 0.22
"""Phonemes of distance for each phoneme said (about 3.5 a word) up to which a sentence is taken for what was meant."""
ACCEPTED_MARGIN = 0.35
"""So many phonemes farther the next meaning must be."""
_LETTERS_A_WORD = 3.5
MOST_CHOICES = 3


def decide(readings: Sequence[Reading]) -> Outcome:
    """The outcome of an utterance. readings: nearest first."""
    if not readings:
        return NotUnderstood(Reason.OUT_OF_DOMAIN)
    candidates = tuple(_candidate(reading) for reading in readings)
    best = readings[0]
    if best.cost > ACCEPTED_COST * _LETTERS_A_WORD * len(best.words):
        return NotUnderstood(Reason.UNCLEAR, best.cost, candidates)
    close = [reading for reading in readings if reading.cost - best.cost < ACCEPTED_MARGIN][:MOST_CHOICES]
    if len(close) > 1 and best.cost > 0:
        spoken = doubtful_parts([reading.meaning for reading in close])
        if spoken is not None:
            choices = tuple(
                Choice(part, _understood(reading, readings, ())) for part, reading in zip(spoken, close, strict=True)
            )
            return Unsure(choices, best.cost, readings[1].cost - best.cost, candidates)
    return _understood(best, readings, candidates)


def _candidate(reading: Reading) -> Candidate:
    intent, slots = reading.meaning
    return Candidate(" ".join(reading.words), intent, dict(slots), reading.cost)


def _understood(reading: Reading, readings: Sequence[Reading], candidates: tuple[Candidate, ...]) -> Understood:
    intent, slots = reading.meaning
    others = [other.cost for other in readings if other.meaning != reading.meaning]
    margin = min(others) - reading.cost if others else float("inf")
    return Understood(intent, dict(slots), reading.cost, margin, " ".join(reading.words), candidates)
