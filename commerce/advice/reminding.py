"""Word of carts that were left standing: to those who agreed to hear of it, once between two purchases."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from commerce.clock import Clock
from commerce.notifications.announcing import advertise
from commerce.notifications.events import Event
from commerce.shop_info import ShopInfo
from commerce.storage.cart_tables import CartLineRow, CartRow
from commerce.storage.customer_tables import CustomerRow
from commerce.storage.database import Database
from commerce.storage.notification_tables import ContactRow, NotificationRow
from commerce.storage.order_tables import OrderRow

LEFT_AFTER = timedelta(hours=20)
FORGOTTEN_AFTER = timedelta(days=7)  # who comes back after a week starts anew
BATCH = 50


class Reminders:
    """The reminders of one shop."""

    def __init__(self, database: Database, shop: ShopInfo, clock: Clock) -> None:
        self._database = database
        self._shop = shop
        self._clock = clock

    def send(self) -> int:
        """Let the postman remind the customers whose carts stand since yesterday; how many there were, a few at once.

        Two workers that do so at the same moment write one reminder: its key is the customer's last purchase.
        """
        now = self._clock.now()
        with self._database.transaction() as session:
            standing = _standing(now).where(CustomerRow.shop_id == self._shop.id)
            owners = session.scalars(standing.order_by(CartRow.customer_id).limit(BATCH)).all()
            return sum(self._remind(session, owner, now) for owner in owners)

    def _remind(self, session: Session, owner: int, now: datetime) -> bool:
        last = session.scalar(select(func.max(OrderRow.id)).where(OrderRow.customer_id == owner)) or 0
        return advertise(session, self._shop.id, owner, Event.REMINDER, f"cart:{last}", now)


def shops_with_left_carts(session: Session, at: datetime) -> list[int]:
    """Ids of the shops that have somebody to remind."""
    return list(session.scalars(_standing(at).with_only_columns(CustomerRow.shop_id).distinct()))


def _standing(at: datetime) -> Select[int]:
    """Customers who agreed, left something in the cart, and were not reminded since they bought last."""
    last_bought = (
        select(func.max(OrderRow.placed_at)).where(OrderRow.customer_id == CartRow.customer_id).scalar_subquery()
    )
    reminded = exists().where(
        NotificationRow.customer_id == CartRow.customer_id,
        NotificationRow.event == Event.REMINDER.value,
        last_bought.is_(None) | (NotificationRow.made_at > last_bought),
    )
    return (
        select(CartRow.customer_id)
        .join(CustomerRow, CustomerRow.id == CartRow.customer_id)
        .join(ContactRow, ContactRow.customer_id == CartRow.customer_id)
        .where(ContactRow.marketing, CustomerRow.email.is_not(None))
        .where(CartRow.updated_at <= at - LEFT_AFTER, CartRow.updated_at > at - FORGOTTEN_AFTER)
        .where(exists().where(CartLineRow.cart_id == CartRow.id), ~reminded)
    )
