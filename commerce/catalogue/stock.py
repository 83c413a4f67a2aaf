"""How many units can still be sold. Works inside the caller's transaction; every change is conditional on the row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, delete, func, or_, select, update
from sqlalchemy.orm import Session

from commerce.errors import InsufficientStock, ShelfOutOfRange, UnknownSku
from commerce.storage.order_tables import OrderLineRow
from commerce.storage.shop_tables import ReservationRow, StockRow, VariantRow

MOST_UNITS = 10**9
"""On a shelf: far below what a database's number holds."""


def take(session: Session, shop_id: int, units: Mapping[str, int], owner: int, at: datetime) -> dict[str, int]:
    """Take units by SKU for a customer, all or none: two buyers of the last unit can't both have it.

    What was reserved for the customer counts, and so do reservations that ran out. Returns the units that are sold
    though they are not here yet, where the product allows that.
    Raises InsufficientStock, after which the transaction must be rolled back.
    """
    owed = {}
    for sku in sorted(units):  # always in one order, so that two orders never wait for each other's rows
        end_reservations(session, shop_id, sku, owner, at)
        if not _take_from_shelf(session, shop_id, sku, units[sku]):
            owed[sku] = _owe(session, shop_id, sku, units[sku])
    return owed


def reserve(session: Session, shop_id: int, sku: str, units: int, at: datetime) -> None:
    """Take units that are here, for somebody who may buy them. Raises InsufficientStock, UnknownSku."""
    end_reservations(session, shop_id, sku, None, at)
    if not _take_from_shelf(session, shop_id, sku, units):
        raise InsufficientStock(sku, units, available(session, shop_id, sku) or 0)


def put_back(session: Session, shop_id: int, units: Mapping[str, int]) -> None:
    """Give units back, by SKU: to whoever waits for them, else to the shelf."""
    for sku in sorted(units):
        session.execute(
            update(StockRow)
            .where(StockRow.variant_id == _variant(shop_id, sku))
            .values(available=StockRow.available + units[sku])
        )
        _serve_the_waiting(session, shop_id, sku)


def owe_less(session: Session, shop_id: int, units: Mapping[str, int]) -> None:
    """Units that were owed, by SKU, are not wanted any more."""
    for sku in sorted(units):
        session.execute(
            update(StockRow)
            .where(StockRow.variant_id == _variant(shop_id, sku), StockRow.owed >= units[sku])
            .values(owed=StockRow.owed - units[sku])
        )


def available(session: Session, shop_id: int, sku: str) -> int | None:
    """Units on the shelf that can be sold, or None where nobody counts. Raises UnknownSku."""
    row = session.scalar(select(StockRow).where(StockRow.variant_id == _variant(shop_id, sku)))
    if row is None:
        raise UnknownSku(sku)
    session.refresh(row)
    return row.available


def orderable(session: Session, which: ColumnElement[bool], owner: int, at: datetime) -> tuple[str, int | None]:
    """The SKU of a variant, and the units that a customer can order of it, or None where nobody counts: those on the
    shelf, those that are reserved for the customer, and those that will come.
    """
    free = (
        select(func.coalesce(func.sum(ReservationRow.units), 0))
        .where(ReservationRow.variant_id == VariantRow.id)
        .where(or_(ReservationRow.customer_id == owner, ReservationRow.until <= at))
        .scalar_subquery()
    )
    sku, on_shelf, promised, owed, reserved = session.execute(
        select(VariantRow.sku, StockRow.available, StockRow.back_orders, StockRow.owed, free)
        .join(StockRow, StockRow.variant_id == VariantRow.id)
        .where(which)
    ).one()
    return sku, None if on_shelf is None else on_shelf + max(promised - owed, 0) + int(reserved)


def set_level(session: Session, shop_id: int, sku: str, level: int | None) -> None:
    """Set what a count of the shelf came to; None stops counting. Who waits for the product is served first.

    Raises UnknownSku, ShelfOutOfRange.
    """
    if level is not None and not 0 <= level <= MOST_UNITS:
        raise ShelfOutOfRange(level, MOST_UNITS)
    counted = session.execute(
        update(StockRow)
        .where(StockRow.variant_id == _variant(shop_id, sku))
        .values(available=level)
        .returning(StockRow.variant_id)
    ).one_or_none()
    if counted is None:
        raise UnknownSku(sku)
    _serve_the_waiting(session, shop_id, sku)


def end_reservations(session: Session, shop_id: int, sku: str, owner: int | None, at: datetime) -> None:
    """Put back what is reserved of a SKU: for this customer, and for anybody whose time is over."""
    ended = session.scalars(
        delete(ReservationRow)
        .where(ReservationRow.variant_id == _variant(shop_id, sku))
        .where(or_(ReservationRow.customer_id == owner, ReservationRow.until <= at))
        .returning(ReservationRow.units)
        .execution_options(synchronize_session=False)
    ).all()
    if ended:
        session.execute(
            update(StockRow)
            .where(StockRow.variant_id == _variant(shop_id, sku))
            .values(available=StockRow.available + sum(ended))
        )


def _take_from_shelf(session: Session, shop_id: int, sku: str, units: int) -> bool:
    taken = session.execute(
        update(StockRow)
        .where(
            StockRow.variant_id == _variant(shop_id, sku),
            or_(StockRow.available.is_(None), StockRow.available >= units),
        )
        .values(available=StockRow.available - units)
        .returning(StockRow.variant_id)
    ).one_or_none()
    return taken is not None


def _owe(session: Session, shop_id: int, sku: str, units: int) -> int:
    """Take what is left and owe the rest; returns the rest. Raises InsufficientStock."""
    locked = select(StockRow).where(StockRow.variant_id == _variant(shop_id, sku)).with_for_update()
    row = session.scalar(locked.execution_options(populate_existing=True))
    on_shelf = 0 if row is None or row.available is None else row.available
    short = units - on_shelf
    if row is None or row.owed + short > row.back_orders:
        left = 0 if row is None else max(row.back_orders - row.owed, 0)
        raise InsufficientStock(sku, units, on_shelf + left)
    taken = session.execute(
        update(StockRow)
        .where(StockRow.variant_id == row.variant_id, StockRow.available == on_shelf)
        .where(StockRow.owed + short <= StockRow.back_orders)
        .values(available=0, owed=StockRow.owed + short)
        .returning(StockRow.variant_id)
    ).one_or_none()
    if taken is None:
        raise InsufficientStock(sku, units, on_shelf)
    return short


def _serve_the_waiting(session: Session, shop_id: int, sku: str) -> None:
    """Give units on the shelf to the orders that were promised some, the oldest first."""
    locked = select(StockRow).where(StockRow.variant_id == _variant(shop_id, sku), StockRow.owed > 0).with_for_update()
    row = session.scalar(locked.execution_options(populate_existing=True))
    if row is None or not row.available:
        return
    waiting = session.execute(
        select(OrderLineRow.order_id, OrderLineRow.position, OrderLineRow.owed)
        .where(OrderLineRow.variant_id == row.variant_id, OrderLineRow.owed > 0)
        .order_by(OrderLineRow.order_id, OrderLineRow.position)
    ).all()
    for order_id, position, owed in waiting:
        given = min(owed, row.available)
        served = session.execute(
            update(OrderLineRow)
            .where(OrderLineRow.order_id == order_id, OrderLineRow.position == position, OrderLineRow.owed == owed)
            .values(owed=owed - given, held=OrderLineRow.held + given)
            .returning(OrderLineRow.order_id)
        ).one_or_none()
        if given and served is not None:
            row.available -= given
            row.owed -= given
    session.flush()


def _variant(shop_id: int, sku: str) -> ScalarSelect[int]:
    return select(VariantRow.id).where(VariantRow.shop_id == shop_id, VariantRow.sku == sku).scalar_subquery()
