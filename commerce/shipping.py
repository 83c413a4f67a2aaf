"""Sending an order in one parcel or several."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from commerce.clock import Clock
from commerce.errors import IllegalTransition, StillToShip, UnitsExceeded
from commerce.notifications.announcing import announce
from commerce.notifications.events import Event
from commerce.order_items import OrderKind
from commerce.order_rows import find_order, lock_order, move
from commerce.order_states import OrderStatus
from commerce.shop_info import ShopInfo
from commerce.storage.afterwards_tables import ParcelLineRow, ParcelRow
from commerce.storage.database import Database
from commerce.storage.order_tables import OrderLineRow, OrderRow


@dataclass(frozen=True, slots=True)
class Label:
    """What is on a parcel. "" where there is none."""

    carrier: str = ""
    tracking: str = ""

    @property
    def one_line(self) -> str:
        """As a customer reads it."""
        return f"{self.carrier} {self.tracking}".strip()


@dataclass(frozen=True, slots=True)
class Parcel:
    """A parcel that left. number: 1 for the order's first; units: by the number of the order's line."""

    number: int
    label: Label
    units: Mapping[int, int]
    sent_at: datetime


class Shipping:
    """For the merchant: the parcels of one shop's orders."""

    def __init__(self, database: Database, shop: ShopInfo, clock: Clock) -> None:
        self._database = database
        self._shop = shop
        self._clock = clock

    def send(self, number: str, units: Mapping[int, int] | None = None, label: Label | None = None) -> Parcel:
        """A parcel left: with these units by order line, or with all that can be sent now. The order is dispatched.

        Raises UnknownOrder, IllegalTransition, UnitsExceeded.
        """
        with self._database.transaction() as session:
            row = lock_order(session, find_order(session, self._shop, number).id)
            is_ready = row.kind == OrderKind.GOODS and row.status != OrderStatus.PLACED
            if not is_ready:  # a bill, unpaid, or to be paid at the door and not accepted yet
                raise IllegalTransition(number, row.status, OrderStatus.DISPATCHED.value)
            if row.status != OrderStatus.DISPATCHED:
                move(session, row, OrderStatus.DISPATCHED, self._clock.now())
            return pack(session, row, units, label or Label(), self._clock.now())

    def parcels(self, number: str) -> tuple[Parcel, ...]:
        """What left, the first parcel first. Raises UnknownOrder."""
        with self._database.reading() as session:
            order = find_order(session, self._shop, number)
            rows = session.scalars(
                select(ParcelRow).where(ParcelRow.order_id == order.id).order_by(ParcelRow.position)
            ).all()
            return tuple(_parcel(session, row) for row in rows)

    def left(self, number: str) -> dict[int, int]:
        """Units that were not sent yet, by order line, whether they are in stock or not. Raises UnknownOrder."""
        with self._database.reading() as session:
            return dict(_left(session, find_order(session, self._shop, number)))


def pack(session: Session, order: OrderRow, units: Mapping[int, int] | None, label: Label, at: datetime) -> Parcel:
    """Write a parcel of a locked, dispatched order. Raises UnitsExceeded."""
    here = _left(session, order) - _owed(session, order.id)
    packed = dict(here if units is None else units)
    for line, wanted in packed.items():
        if not 0 < wanted <= here[line]:
            raise UnitsExceeded(str(order.number), line, wanted, here[line])
    if not packed:
        raise UnitsExceeded(str(order.number), 0, 1, 0)
    row = ParcelRow(
        order_id=order.id,
        position=_count(session, order.id) + 1,
        carrier=label.carrier,
        tracking=label.tracking,
        sent_at=at,
    )
    session.add(row)
    session.flush()
    session.add_all(ParcelLineRow(parcel_id=row.id, line=line, units=count) for line, count in packed.items())
    announce(session, order, Event.DISPATCHED, at, occasion=str(row.position), tracking=label.one_line)
    session.flush()
    return _parcel(session, row)


def check_all_sent(session: Session, order: OrderRow) -> None:
    """Raises StillToShip when parcels of the order left, but not with everything.

    Orders without any parcel are those that were sent before there were parcels here, or handed over a counter.
    """
    if _count(session, order.id) and (left := _left(session, order)):
        raise StillToShip(str(order.number), left.total())


def sent_units(session: Session, order_id: int) -> Counter[int]:
    """Units in the parcels of an order, by line."""
    return Counter(
        {
            line: int(units)
            for line, units in session.execute(
                select(ParcelLineRow.line, func.sum(ParcelLineRow.units))
                .join(ParcelRow, ParcelRow.id == ParcelLineRow.parcel_id)
                .where(ParcelRow.order_id == order_id)
                .group_by(ParcelLineRow.line)
            )
        }
    )


def _left(session: Session, order: OrderRow) -> Counter[int]:
    bought = session.execute(
        select(OrderLineRow.position, OrderLineRow.quantity)
        .where(OrderLineRow.order_id == order.id)
        .order_by(OrderLineRow.position)
    )
    return Counter({row.position: row.quantity for row in bought}) - sent_units(session, order.id)


def _owed(session: Session, order_id: int) -> Counter[int]:
    """Units that are not in stock yet, by line."""
    waiting = select(OrderLineRow).where(OrderLineRow.order_id == order_id, OrderLineRow.owed > 0)
    return Counter({line.position: line.owed for line in session.scalars(waiting)})


def _count(session: Session, order_id: int) -> int:
    return session.scalars(select(func.count()).where(ParcelRow.order_id == order_id)).one()


def _parcel(session: Session, row: ParcelRow) -> Parcel:
    lines = session.scalars(select(ParcelLineRow).where(ParcelLineRow.parcel_id == row.id).order_by(ParcelLineRow.line))
    units = {line.line: line.units for line in lines}
    return Parcel(row.position, Label(row.carrier, row.tracking), units, row.sent_at)
