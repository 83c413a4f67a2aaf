"""Accept, read back, offer or give up: from calibrated chances, not from bare scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

from skills.understanding.products.quantities import Wanted
from skills.understanding.products.resolution import MOST_OFFERED, Accepted, NotFound, Offer, ProductMatch, Resolution

ACCEPT = 0.95
"""The least chance of being right with which a product is taken without a word."""

NO_DOUBT = 0.98
"""The least chance, by words alone, with which the sound is not asked."""

READ_BACK = 0.75
"""The least chance with which one product is taken when its name is read back."""

OFFER = 0.25
"""The least chance with which anything is offered."""

LEAST_SIMILARITY = 60.0
"""Below it nothing is offered: everyday talk is as near as that to some product."""

_GAP_COUNTS_UP_TO = 12.0

_TIE = 3.0
"""A lead of so few points is none: "milk" is the name of several products."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic curve: the chance that the first match is right, from its similarity and its lead over the second."""

    intercept: float
    per_point: float
    per_point_of_gap: float

    def chance(self, similarity: float, gap: float) -> float:
        """0 to 1. gap: in points of the score, at least 0."""
        x = self.intercept + self.per_point * similarity + self.per_point_of_gap * max(0.0, min(gap, _GAP_COUNTS_UP_TO))
        return 1 / (1 + exp(-max(-50.0, min(50.0, x))))


BY_WORDS = Calibration(-11.93, 0.167, 0.516)
BY_SOUND = Calibration(-3.60, 0.035, 0.462)
"""Fitted on generated queries (docs/benchmarks.md, Products): by words alone, and after the second listening."""


def decide(matches: Sequence[ProductMatch], asked: Wanted, *, heard_again: bool) -> Resolution:
    """What to do with products ranked by score.

    A lead that only the prior gives is a guess at a habit: such a product is never taken without reading it back.
    """
    if not matches:
        return NotFound((), 0.0, asked)
    best, first = matches[0], tuple(matches[:MOST_OFFERED])
    calibration = BY_SOUND if heard_again else BY_WORDS
    rival = max((match.score for match in matches[1:]), default=0.0)
    rival_by_words = max((match.similarity for match in matches[1:]), default=0.0)
    gap, gap_by_words = best.score - rival, best.similarity - rival_by_words
    chance = calibration.chance(best.similarity, gap)
    if best.similarity < LEAST_SIMILARITY or chance < OFFER:
        return NotFound(first, chance, asked)
    if chance < READ_BACK or gap < _TIE:
        return Offer(first, chance, asked)
    alone = heard_again or (gap_by_words >= _TIE and calibration.chance(best.similarity, gap_by_words) >= ACCEPT)
    return Accepted(first, chance, read_back=chance < ACCEPT or not alone, wanted=asked)
