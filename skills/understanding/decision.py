"""Accept, ask about the doubtful part, or say that it was not understood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from skills.contract import Candidate, Choice, NotUnderstood, Outcome, Reason, Understood, Unsure
from skills.understanding.candidates import Reading
from skills.understanding.doubt import doubtful_parts
from skills.understanding.free import FreeReading

MOST_CHOICES = 3
HARMLESS = frozenset(
    ("CheckBalance", "RecentTransactions", "BillDue", "OrderStatus", "ListOrders", "ReadCart")
) | frozenset(("ProductPrice", "ProductAvailability", "Help", "Repeat", "Slower"))
"""Intents that only tell something."""
_NONE = "none"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where the outcomes part. Distances are in phonemes for each phoneme heard, probabilities the free reader's.

    matched, price: a sentence is taken, whatever it is like, when so many phonemes are left of those heard after each
    phoneme of distance has cost `price` of them: what is short must be nearer. far: farther ones are never taken.
    agreed: what is like the same intent with this probability is taken up to `plausible`, up to `far` when listened to.
    contrary: what is like another intent with this probability is not taken, unless the sound supports it.
    free: what is like an intent with this probability is taken although no sentence is near.
    foreign: what is like no intent with this probability is not taken.
    supported, refuted: nats a word by which the recording may be less likely than with the words that were heard
    freely; on the dev recordings 57 of 58 right orders lost less than 1.
    spelling: a sentence that is spelled so much alike is taken, whatever it is like: misspelt words are like nothing.
    misfit: a typed sentence with a word that differs more from the one it is taken for is not taken.
    told, done: nats of evidence with which a sentence is taken that a recogniser chose among all that can be said,
    where something is only told, and where it has consequences.
    margin: phonemes by which the next meaning must be farther; nats: the same in log-likelihood, once listened to.
    """

    matched: float = 4.0
    price: float = 8.0
    far: float = 0.42
    agreed: float = 0.3
    contrary: float = 0.85
    free: float = 0.6
    foreign: float = 0.6
    plausible: float = 0.2
    supported: float = 1.2
    refuted: float = 3.0
    spelling: float = 0.9
    misfit: float = 0.37
    told: float = 0.0
    done: float = 6.0
    margin: float = 0.15
    nats: float = 0.3


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is known about an utterance.

    readings: nearest first, or best first when listened for; phonemes: how many were heard; 0 when the readings
    are literal. free: what the sentence is like, likeliest first.
    log_likelihood: of the recording with what was heard freely; None when nobody listened again.
    misfit: the largest share of a deciding word's phonemes that was not heard; 0 for speech, which garbles more.
    spelling: how alike the words heard and the best reading's are spelled, 0 to 1.
    """

    readings: Sequence[Reading]
    phonemes: int = 0
    free: Sequence[FreeReading] = ()
    log_likelihood: float | None = None
    misfit: float = 0.0
    spelling: float = 0.0

    @property
    def distance(self) -> float:
        """Of the nearest reading, in phonemes for each phoneme heard."""
        return self.cost / self.phonemes if self.phonemes else 0.0

    @property
    def cost(self) -> float:
        """Of the nearest reading."""
        return min(reading.cost for reading in self.readings)

    @property
    def lost(self) -> float | None:
        """Nats a word by which the recording is less likely with the best reading than with what was heard freely."""
        best = self.readings[0]
        if self.log_likelihood is None or best.log_likelihood is None:
            return None
        return (self.log_likelihood - best.log_likelihood) / max(1, len(best.words))

    def is_supported(self, thresholds: Thresholds | None = None) -> bool:
        """Whether the recording was listened to, and is hardly less likely with the best reading."""
        return self.lost is not None and self.lost <= (thresholds or Thresholds()).supported


def decide(evidence: Evidence, thresholds: Thresholds | None = None) -> Outcome:
    """The outcome of an utterance."""
    limits = thresholds or Thresholds()
    free = next((reading for reading in evidence.free if reading.intent != _NONE), None)
    nothing = next((reading.probability for reading in evidence.free if reading.intent == _NONE), 0.0)
    if evidence.readings and _is_taken(evidence, free, nothing, limits):
        return _chosen(evidence, limits)
    candidates = tuple(_candidate(reading) for reading in evidence.readings)
    if free is not None and free.probability >= limits.free:
        return Understood(free.intent, free.slots, candidates=candidates)
    cost = evidence.cost if evidence.readings else float("inf")
    reason = Reason.OUT_OF_DOMAIN if nothing >= limits.foreign or not evidence.readings else Reason.UNCLEAR
    return NotUnderstood(reason, cost, candidates)


def decide_among(readings: Sequence[Reading], thresholds: Thresholds | None = None) -> Outcome:
    """The outcome where a recogniser has chosen among all that can be said.

    readings: literal, the likeliest first; their log-likelihoods are the recogniser's evidence (see `Chooser`).
    """
    limits = thresholds or Thresholds()
    if not readings:
        return NotUnderstood(Reason.OUT_OF_DOMAIN)
    best = readings[0]
    enough = limits.told if best.meaning[0] in HARMLESS else limits.done
    if best.score < enough:
        return NotUnderstood(Reason.UNCLEAR, candidates=tuple(_candidate(reading) for reading in readings))
    return _chosen(Evidence(readings), limits)


def _is_taken(evidence: Evidence, free: FreeReading | None, nothing: float, limits: Thresholds) -> bool:
    """Whether the nearest sentence is what was said, as far as its distance and its likeness tell."""
    lost = evidence.lost
    if (lost is not None and lost > limits.refuted) or evidence.misfit > limits.misfit:
        return False
    if not evidence.phonemes:
        return True
    supported = evidence.is_supported(limits)
    intent = evidence.readings[0].meaning[0]
    if free is not None and free.intent != intent and free.probability >= limits.contrary and not supported:
        return False
    if not evidence.free and intent not in HARMLESS and evidence.distance > limits.plausible:
        return False  # without examples of talk, nothing but distance tells it from a wish
    near = evidence.phonemes - limits.price * evidence.cost >= limits.matched
    if near or evidence.spelling >= limits.spelling:
        return True
    if supported:
        return evidence.distance <= limits.far
    if nothing >= limits.foreign or evidence.distance > (limits.plausible if lost is None else limits.far):
        return False
    agreed = any(reading.intent == intent and reading.probability >= limits.agreed for reading in evidence.free)
    return agreed or free is None or free.probability < limits.free


def _chosen(evidence: Evidence, limits: Thresholds) -> Outcome:
    """The best reading, or a question when another one is as good and differs in one part."""
    readings = evidence.readings
    candidates = tuple(_candidate(reading) for reading in readings)
    best = readings[0]
    close = [reading for reading in readings if _is_close(reading, best, limits)][:MOST_CHOICES]
    spoken = doubtful_parts([reading.meaning for reading in close]) if len(close) > 1 and best.steps else None
    if spoken is None:
        return _understood(best, readings, candidates)
    choices = tuple(
        Choice(part, _understood(reading, readings, ())) for part, reading in zip(spoken, close, strict=True)
    )
    return Unsure(choices, best.cost, readings[1].cost - best.cost, candidates)


def _is_close(reading: Reading, best: Reading, limits: Thresholds) -> bool:
    if reading.log_likelihood is None or best.log_likelihood is None:
        return reading.cost - best.cost < limits.margin
    return best.score - reading.score < limits.nats


def _candidate(reading: Reading) -> Candidate:
    intent, slots = reading.meaning
    return Candidate(" ".join(reading.words), intent, dict(slots), reading.cost, reading.log_likelihood)


def _understood(reading: Reading, readings: Sequence[Reading], candidates: tuple[Candidate, ...]) -> Understood:
    intent, slots = reading.meaning
    others = [other.cost for other in readings if other.meaning != reading.meaning]
    margin = min(others) - reading.cost if others else float("inf")
    return Understood(intent, dict(slots), reading.cost, margin, " ".join(reading.words), candidates)
