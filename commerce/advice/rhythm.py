"""What a customer is running out of: by the rhythm in which it was bought so far.

The rhythm of a product is the median of the gaps between the days on which it was bought: half of the times the next
one came sooner, half of the times later, and one holiday changes nothing. It is due when nearly that long has passed
since the last time; when several times that long has passed, the habit is over and nobody is reminded of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from sqlalchemy.orm import Session

from commerce.cart_items import ChosenOption
from commerce.clock import Clock
from commerce.history import Bought, bought_by, most_frequent_quantity
from commerce.shop_info import ShopInfo
from commerce.storage.database import Database

LEAST_DAYS = 3  # on which it was bought: two gaps are a rhythm, one is none
DUE_FROM = 0.9  # of the rhythm
OVER_FROM = 3.0


@dataclass(frozen=True, slots=True)
class Due:
    """Something that is running out. options: as it was bought last. every: the rhythm; last: when it was bought last.

    urgency: time since then as a share of the rhythm, from `DUE_FROM` to below `OVER_FROM`.
    """

    sku: str
    product_key: str
    name: str
    options: tuple[ChosenOption, ...]
    quantity: int
    every: timedelta
    last: datetime
    urgency: float


class Rhythm:
    """The rhythms of one shop's customers. Cancelled and declined orders don't count."""

    def __init__(self, database: Database, shop: ShopInfo, clock: Clock) -> None:
        self._database = database
        self._shop = shop
        self._clock = clock

    def due(self, customer: str, without: Collection[str] = ()) -> tuple[Due, ...]:
        """What the customer is running out of, the most urgent first. without: keys of products that are not meant.

        Raises UnknownCustomer.
        """
        with self._database.reading() as session:
            return running_out(session, self._shop, customer, self._clock.now(), without)


def running_out(
    session: Session, shop: ShopInfo, customer: str, now: datetime, without: Collection[str]
) -> tuple[Due, ...]:
    """See `Rhythm.due`. Works inside the caller's transaction."""
    lines: dict[str, list[Bought]] = defaultdict(list)
    for line in bought_by(session, shop, customer):
        if line.product_key not in without:
            lines[line.product_key].append(line)
    found = [due for each in lines.values() if (due := _due(each, now)) is not None]
    return tuple(sorted(found, key=lambda due: (-due.urgency, due.product_key)))


def _due(lines: Sequence[Bought], now: datetime) -> Due | None:
    """Lines of one product, the newest first."""
    days = sorted({line.placed_at.date() for line in lines})
    if len(days) < LEAST_DAYS:
        return None
    every = timedelta(days=median((after - before).days for before, after in pairwise(days)))
    newest = lines[0]
    urgency = (now - newest.placed_at) / every
    if not DUE_FROM <= urgency < OVER_FROM:
        return None
    return Due(
        sku=newest.sku,
        product_key=newest.product_key,
        name=newest.name,
        options=newest.options,
        quantity=most_frequent_quantity(lines),
        every=every,
        last=newest.placed_at,
        urgency=urgency,
    )
