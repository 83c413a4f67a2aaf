"""What came out of looking for a product: accepted, a choice to offer, or nothing near."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from skills.contract import Listener
from skills.understanding.products.quantities import Wanted

MOST_OFFERED = 3


@dataclass(frozen=True, slots=True)
class ProductMatch:
    """A product that may have been meant.

    sku: one variant, where the product has one only or the words named it. name: as the shop writes what matched.
    score: similarity from 0 to 100, raised by the prior (at most to 115).
    similarity: without the prior.
    likelihood: natural log from the second listening, None without one.
    """

    product_key: str
    sku: str | None
    name: str
    score: float
    similarity: float
    likelihood: float | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """One product, the first of `matches`; the others are the nearest besides, for explanations.

    certainty: how likely it is right, 0 to 1. read_back: likely, but say its name before it counts.
    wanted: how many, in what pack and size, as they were read from the words.
    """

    matches: tuple[ProductMatch, ...]
    certainty: float
    read_back: bool
    wanted: Wanted

    @property
    def match(self) -> ProductMatch:
        """The product."""
        return self.matches[0]


@dataclass(frozen=True, slots=True)
class Offer:
    """Too close to pick one: two or three, likeliest first, or one that is likely but not enough."""

    matches: tuple[ProductMatch, ...]
    certainty: float
    wanted: Wanted


@dataclass(frozen=True, slots=True)
class NotFound:
    """No product is near enough. matches: the nearest all the same, for explanations only."""

    matches: tuple[ProductMatch, ...]
    certainty: float
    wanted: Wanted


Resolution: TypeAlias = Accepted | Offer | NotFound


@dataclass(frozen=True, slots=True)
class Again:
    """How to listen again to a product's name: in whose sound, and between which other words of the sentence."""

    listener: Listener
    turn_id: str
    before: str = ""
    after: str = ""

    def likelihoods(self, names: Sequence[str]) -> tuple[float, ...]:
        """Natural-log likelihoods of the names in their sentence. Raises SoundGone."""
        sentences = [" ".join(part for part in (self.before, name, self.after) if part) for name in names]
        return self.listener.rescore(self.turn_id, sentences)
