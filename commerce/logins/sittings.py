"""Browsers that are logged in: kept here, so that logging out and a new password end them wherever they are."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select

from commerce.clock import Clock
from commerce.customers import customer_id
from commerce.secrets import kept, new_secret
from commerce.shop_info import ShopInfo
from commerce.storage.customer_tables import CustomerRow
from commerce.storage.database import Database
from commerce.storage.login_tables import SittingRow

LASTS = timedelta(hours=12)


class Sittings:
    """The browsers that are logged in at one shop."""

    def __init__(self, database: Database, shop: ShopInfo, clock: Clock) -> None:
        self._database = database
        self._shop = shop
        self._clock = clock

    def begin(self, customer: str) -> str:
        """Log a browser in for twelve hours; the token is for its cookie. Raises UnknownCustomer."""
        token, now = new_secret(), self._clock.now()
        with self._database.transaction() as session:
            owner = customer_id(session, self._shop.id, customer)
            session.execute(delete(SittingRow).where(SittingRow.expires_at <= now))
            session.add(SittingRow(token=kept(token), customer_id=owner, begun_at=now, expires_at=now + LASTS))
        return token

    def customer(self, token: str) -> str | None:
        """The key of the customer whose browser this is, or None when it isn't logged in (any more)."""
        with self._database.reading() as session:
            return session.scalar(
                select(CustomerRow.key)
                .join(SittingRow, SittingRow.customer_id == CustomerRow.id)
                .where(CustomerRow.shop_id == self._shop.id)
                .where(SittingRow.token == kept(token), SittingRow.expires_at > self._clock.now())
            )

    def end(self, token: str) -> None:
        """Log the browser out; once more does no harm."""
        with self._database.transaction() as session:
            session.execute(delete(SittingRow).where(SittingRow.token == kept(token)))
