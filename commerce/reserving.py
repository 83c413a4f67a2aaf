"""Holding goods for somebody who may buy them: for a while, and no longer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from commerce.catalogue import stock
from commerce.clock import Clock
from commerce.customers import customer_id
from commerce.errors import HoldOutOfRange, QuantityOutOfRange, ReservationGone, UnknownSku
from commerce.shop_info import ShopInfo
from commerce.storage.customer_tables import CustomerRow
from commerce.storage.database import Database
from commerce.storage.shop_tables import ReservationRow, VariantRow

LASTS = timedelta(minutes=15)
LONGEST = timedelta(days=1)
MOST_UNITS = 99


@dataclass(frozen=True, slots=True)
class Reservation:
    """Units held for a customer. until: from then on they are anybody's."""

    id: int
    sku: str
    units: int
    until: datetime


class Reservations:
    """What one shop holds for its customers. A checkout of the customer uses it up."""

    def __init__(self, database: Database, shop: ShopInfo, clock: Clock) -> None:
        self._database = database
        self._shop = shop
        self._clock = clock

    def hold(self, customer: str, sku: str, units: int = 1, lasts: timedelta = LASTS) -> Reservation:
        """Hold units that are here.

        Raises UnknownCustomer, UnknownSku, QuantityOutOfRange, HoldOutOfRange, InsufficientStock.
        """
        if not 1 <= units <= MOST_UNITS:
            raise QuantityOutOfRange(units, 1, MOST_UNITS)
        if not timedelta(0) < lasts <= LONGEST:
            raise HoldOutOfRange(lasts, LONGEST)
        now = self._clock.now()

        def work(session: Session) -> Reservation:
            owner = customer_id(session, self._shop.id, customer)
            stock.reserve(session, self._shop.id, sku, units, now)
            row = ReservationRow(
                customer_id=owner, variant_id=self._variant(session, sku), units=units, until=now + lasts
            )
            session.add(row)
            session.flush()
            return Reservation(row.id, sku, units, row.until)

        return self._database.write(work)

    def give_up(self, customer: str, reservation: int) -> None:
        """Put what was held back. Raises UnknownCustomer, ReservationGone."""

        def work(session: Session) -> None:
            owner = customer_id(session, self._shop.id, customer)
            gone = session.execute(
                delete(ReservationRow)
                .where(ReservationRow.id == reservation, ReservationRow.customer_id == owner)
                .returning(ReservationRow.variant_id, ReservationRow.units)
                .execution_options(synchronize_session=False)
            ).one_or_none()
            if gone is None:
                raise ReservationGone(reservation)
            sku = session.scalars(select(VariantRow.sku).where(VariantRow.id == gone.variant_id)).one()
            stock.put_back(session, self._shop.id, {sku: gone.units})

        self._database.write(work)

    def list(self, customer: str) -> tuple[Reservation, ...]:
        """What is held for the customer now. Raises UnknownCustomer."""
        with self._database.reading() as session:
            owner = customer_id(session, self._shop.id, customer)
            found = session.execute(
                select(ReservationRow, VariantRow.sku)
                .join(VariantRow, VariantRow.id == ReservationRow.variant_id)
                .where(ReservationRow.customer_id == owner, ReservationRow.until > self._clock.now())
                .order_by(ReservationRow.id)
            )
            return tuple(Reservation(row.id, sku, row.units, row.until) for row, sku in found)

    def expire(self) -> int:
        """Put back what was held too long, and return how many SKUs that concerned; a shortage does so by itself."""
        now = self._clock.now()

        def work(session: Session) -> int:
            over = session.scalars(
                select(VariantRow.sku)
                .join(ReservationRow, ReservationRow.variant_id == VariantRow.id)
                .join(CustomerRow, CustomerRow.id == ReservationRow.customer_id)
                .where(CustomerRow.shop_id == self._shop.id, ReservationRow.until <= now)
                .distinct()
            ).all()
            for sku in sorted(over):
                stock.end_reservations(session, self._shop.id, sku, None, now)
                stock.put_back(session, self._shop.id, {sku: 0})  # whoever waits for the product is served
            return len(over)

        return self._database.write(work)

    def _variant(self, session: Session, sku: str) -> int:
        found = session.scalar(select(VariantRow.id).where(VariantRow.shop_id == self._shop.id, VariantRow.sku == sku))
        if found is None:
            raise UnknownSku(sku)
        return found


def shops_with_expired(session: Session, at: datetime) -> list[int]:
    """Ids of the shops that hold something for somebody longer than was promised."""
    over = (
        select(CustomerRow.shop_id)
        .join(ReservationRow, ReservationRow.customer_id == CustomerRow.id)
        .where(ReservationRow.until <= at)
    )
    return list(session.scalars(over.distinct()))
