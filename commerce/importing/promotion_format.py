"""The format of promotions.yaml and reviews.yaml, which a shop's folder may hold beside the other files."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from commerce.importing.format import Day, Key, Number, Price, Strict, Text, written_like

Moment = Annotated[
    str,
    written_like(
        r"[+-]\d{1,4}d|\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}Z)?",
        'a day such as "2026-12-24", a time such as "2026-12-24T18:00:00Z", or counted from today such as "+3d"',
    ),
]
Code = Annotated[str, written_like(r"[A-Za-z0-9-]{1,64}", "letters, digits and hyphens, at most 64")]
Share = Annotated[Number, Field(gt=0, le=1, decimal_places=6)]
Paid = Annotated[Number, Field(gt=0, lt=1_000_000_000, decimal_places=3)]
Units = Annotated[int, Field(ge=1, le=99)]
Times = Annotated[int, Field(ge=1, le=1_000_000_000)]
Says = Annotated[str, StringConstraints(max_length=2000, strip_whitespace=True)]


class PromotionEntry(Strict):
    """A promotion. name: as it is read out on a quote; code: of a coupon, without one it counts by itself.

    products, categories: the goods that it is about; neither of them for the whole cart.
    percent (0.1 is 10 percent), amount (off each unit of the goods, or off the cart once), buy and pay (three for two),
    price (of a bundle's products together): whichever belongs to its kind.
    minimum: full price of the cart from which it counts. starts, ends (exclusive): in UTC. uses: orders in all;
    used: orders that it was part of before it came to this database.
    """

    key: Key
    name: Text
    kind: Literal["percent", "amount", "multi_buy", "bundle"]
    code: Code | None = None
    spoken: list[Text] = Field(default_factory=list)
    products: list[Key] = Field(default_factory=list)
    categories: list[Text] = Field(default_factory=list)
    percent: Share | None = None
    amount: Paid | None = None
    buy: Units | None = None
    pay: Units | None = None
    price: Price | None = None
    minimum: Price = Decimal(0)
    starts: Moment | None = None
    ends: Moment | None = None
    uses: Times | None = None
    uses_per_customer: Times | None = None
    used: int = Field(default=0, ge=0)


class LoyaltyEntry(Strict):
    """The shop's points. name: what they are called; spend: what earns one; worth: what one takes off."""

    name: Text
    spend: Paid
    worth: Paid


class PromotionsFile(Strict):
    """promotions.yaml."""

    loyalty: LoyaltyEntry | None = None
    promotions: list[PromotionEntry] = Field(default_factory=list)


class ReviewEntry(Strict):
    """What a customer thought of a product, without a name. says: left out where there are only stars."""

    product: Key
    stars: int = Field(ge=1, le=5)
    says: Says = ""
    day: Day


class ReviewsFile(Strict):
    """reviews.yaml."""

    reviews: list[ReviewEntry] = Field(default_factory=list)
