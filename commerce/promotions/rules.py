"""Promotions, discounts and loyalty terms, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from commerce.money import Money

POINTS = "points"
"""The key of a discount that was paid for with points; no promotion is called so."""


class PromotionKind(StrEnum):
    """PERCENT, AMOUNT: off goods, or off the whole cart. MULTI_BUY: three for two. BUNDLE: together at one price."""

    PERCENT = "percent"
    AMOUNT = "amount"
    MULTI_BUY = "multi_buy"
    BUNDLE = "bundle"


@dataclass(frozen=True, slots=True)
class Promotion:
    """A promotion of a shop.

    name: as it is read out on a quote ("Three for two on yogurt").
    code: the coupon's code, None for what counts by itself; spoken: how the code is said.
    products, categories: the goods that it is about; both empty for the whole cart.
    percent_ppm: millionths, of PERCENT. amount: minor units: off each unit of the goods, off the whole cart once, or
    the price of a BUNDLE. buy, pay: of MULTI_BUY.
    minimum: full price of the whole cart from which it counts. starts, ends (exclusive): None for no bound.
    uses, uses_per_customer: orders in all and of one customer; None for no bound. used: orders so far.
    """

    id: int
    key: str
    name: str
    kind: PromotionKind
    code: str | None = None
    spoken: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    percent_ppm: int = 0
    amount: int = 0
    buy: int = 0
    pay: int = 0
    minimum: int = 0
    starts: datetime | None = None
    ends: datetime | None = None
    uses: int | None = None
    uses_per_customer: int | None = None
    used: int = 0

    @property
    def is_of_goods(self) -> bool:
        """Whether it is about certain goods, not about the whole cart."""
        return bool(self.products or self.categories)

    @property
    def is_used_up(self) -> bool:
        """Whether every use is gone."""
        return self.uses is not None and self.used >= self.uses

    def runs(self, at: datetime) -> bool:
        """Whether it is on at that time."""
        return (self.starts is None or self.starts <= at) and (self.ends is None or at < self.ends)


@dataclass(frozen=True, slots=True)
class Loyalty:
    """A shop's points. spend: minor units that earn one point. worth: minor units that one point takes off."""

    name: str
    spend: int
    worth: int


@dataclass(frozen=True, slots=True)
class Discount:
    """A line that takes something off. amount: above zero. points: what was paid for it in points, else 0."""

    key: str
    name: str
    amount: Money
    points: int = 0

    def document(self) -> dict[str, Any]:
        """As JSON keeps it; amounts in minor units."""
        return {"key": self.key, "name": self.name, "amount": self.amount.amount, "points": self.points}

    @classmethod
    def of_document(cls, document: Mapping[str, Any], currency: str) -> Discount:
        """The reverse of `document`."""
        return cls(document["key"], document["name"], Money(document["amount"], currency), document["points"])
