"""Word of what is running out: to those who agreed to hear of it, and of each product once until it is bought again.

Whoever agreed is looked at once a day, so that several products that run out are told of in one message. The look, what
was told and the message are written in one transaction: a worker that dies on the way has written nothing, and two that
look at the same moment write one message.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from commerce.advice.rhythm import Due, running_out
from commerce.catalogue.stock import available
from commerce.clock import Clock
from commerce.notifications.announcing import advertise
from commerce.notifications.events import Event
from commerce.shop_info import ShopInfo
from commerce.storage.cart_tables import CartLineRow, CartRow
from commerce.storage.customer_tables import CustomerRow
from commerce.storage.database import Database
from commerce.storage.reorder_tables import ReorderConsentRow, ReorderReminderRow
from commerce.storage.shop_tables import ProductRow, VariantRow

EVERY = timedelta(days=1)  # between two looks at one customer, and so between two messages
TOLD = 5  # products in one message; the others have their turn on the days after
BATCH = 20


class ReorderReminders:
    """The reminders of one shop."""

    def __init__(self, database: Database, shop: ShopInfo, clock: Clock) -> None:
        self._database = database
        self._shop = shop
        self._clock = clock

    def send(self) -> int:
        """Let the postman remind those whose day has come; how many were looked at, a few at once."""
        for looked_at in range(BATCH):
            if not self._look_at_next():
                return looked_at
        return BATCH

    def _look_at_next(self) -> bool:
        now = self._clock.now()
        with self._database.transaction() as session:
            owner = _claim(session, self._shop.id, now)
            if owner is None:
                return False
            news = self._news(session, owner, now)[:TOLD]
            facts = {"product_ids": " ".join(str(product) for product, _ in news)}
            day = f"{now:%Y-%m-%d}"
            if news and advertise(session, self._shop.id, owner, Event.RUNNING_OUT, day, now, **facts):
                for product, due in news:
                    session.merge(ReorderReminderRow(customer_id=owner, product_id=product, bought_at=due.last))
        return True

    def _news(self, session: Session, owner: int, now: datetime) -> list[tuple[int, Due]]:
        """What is due, on the shelf, not in the cart and news since it was bought last, with its product's row id."""
        key = session.get_one(CustomerRow, owner).key
        due = running_out(session, self._shop, key, now, without=_in_cart(session, owner))
        there = [one for one in due if available(session, self._shop.id, one.sku) != 0]
        found = [(_product(session, self._shop.id, one.product_key), one) for one in there]
        return [(product, one) for product, one in found if not _was_told(session, owner, product, one)]


def shops_with_somebody_to_look_at(session: Session, at: datetime) -> list[int]:
    """Ids of the shops in which somebody's day has come."""
    shops = select(CustomerRow.shop_id).join(ReorderConsentRow, ReorderConsentRow.customer_id == CustomerRow.id)
    return list(session.scalars(shops.where(ReorderConsentRow.looked_at_from <= at).distinct()))


def _claim(session: Session, shop_id: int, at: datetime) -> int | None:
    """The customer (a row id) who waits longest to be looked at, from now on this worker's; None when nobody waits."""
    first = (
        select(ReorderConsentRow.customer_id)
        .join(CustomerRow, CustomerRow.id == ReorderConsentRow.customer_id)
        .where(CustomerRow.shop_id == shop_id, ReorderConsentRow.looked_at_from <= at)
        .order_by(ReorderConsentRow.looked_at_from, ReorderConsentRow.customer_id)
        .limit(1)
        .with_for_update(skip_locked=True, of=ReorderConsentRow)
    )
    return session.scalar(
        update(ReorderConsentRow)
        .where(ReorderConsentRow.customer_id == first.scalar_subquery(), ReorderConsentRow.looked_at_from <= at)
        .values(looked_at_from=at + EVERY)
        .returning(ReorderConsentRow.customer_id)
    )


def _in_cart(session: Session, owner: int) -> list[str]:
    lines = select(ProductRow.key).join(VariantRow, VariantRow.product_id == ProductRow.id)
    carts = lines.join(CartLineRow, CartLineRow.variant_id == VariantRow.id).join(
        CartRow, CartRow.id == CartLineRow.cart_id
    )
    return list(session.scalars(carts.where(CartRow.customer_id == owner)))


def _product(session: Session, shop_id: int, key: str) -> int:
    return session.scalars(select(ProductRow.id).where(ProductRow.shop_id == shop_id, ProductRow.key == key)).one()


def _was_told(session: Session, owner: int, product: int, due: Due) -> bool:
    told = session.get(ReorderReminderRow, (owner, product))
    return told is not None and told.bought_at >= due.last
