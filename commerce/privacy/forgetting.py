"""Forgetting a customer: what is personal goes, what the law wants kept stays without a name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, Table, delete, func, select, update
from sqlalchemy.orm import Session

from commerce.cart_rows import lock_cart
from commerce.catalogue import stock
from commerce.clock import Clock
from commerce.customers import customer_id
from commerce.errors import StillServed
from commerce.order_items import OrderKind
from commerce.order_states import OrderStatus
from commerce.payments.states import OPEN
from commerce.privacy.fates import KEPT, REMOVED, belongs
from commerce.shop_info import ShopInfo
from commerce.storage.database import Database
from commerce.storage.order_tables import OrderRow
from commerce.storage.payment_tables import PaymentRow
from commerce.storage.shop_tables import ReservationRow, VariantRow
from commerce.storage.tables import Base

DONE = (OrderStatus.DELIVERED.value, OrderStatus.CANCELLED.value, OrderStatus.DECLINED.value)


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What became of a customer's rows, by table: how many were removed, and how many stay without a name."""

    removed: dict[str, int]
    kept: dict[str, int]


def forget(database: Database, shop: ShopInfo, clock: Clock, customer: str) -> Forgotten:
    """Remove what is personal from every table, all or nothing. Copies of the database made before still hold it.

    Raises UnknownCustomer, StillServed while an order is under way.
    """

    def work(session: Session) -> Forgotten:
        owner = customer_id(session, shop.id, customer)
        lock_cart(session, owner, clock.now())  # nobody buys meanwhile
        _check_done(session, owner, customer)
        _put_back(session, shop.id, owner, clock.now())
        removed, kept = {}, {}
        for table in reversed(Base.metadata.sorted_tables):  # what points before what is pointed at
            if table.name in KEPT:
                kept[table.name] = _blank(session, table, owner)
        for table in reversed(Base.metadata.sorted_tables):
            if table.name in REMOVED:
                removed[table.name] = _changed(session, delete(table).where(belongs(table, owner)))
        return Forgotten(removed, kept)

    done = database.write(work)
    if database.dialect == "sqlite":
        _leave_no_trace(database)
    return done


def _check_done(session: Session, owner: int, customer: str) -> None:
    """Raises StillServed with the numbers of the orders that are not done with."""
    waiting = select(OrderRow.number).join(PaymentRow, PaymentRow.order_id == OrderRow.id)
    goods = (OrderRow.kind == OrderKind.GOODS.value) & OrderRow.status.not_in(DONE)
    under_way = goods | PaymentRow.state.in_([state.value for state in OPEN])
    numbers = session.scalars(waiting.where(OrderRow.customer_id == owner, under_way).order_by(OrderRow.id)).all()
    if numbers:
        raise StillServed(customer, [str(number) for number in numbers])


def _put_back(session: Session, shop_id: int, owner: int, at: datetime) -> None:
    """What is reserved for the customer goes back to the shelf."""
    reserved = select(VariantRow.sku).join(ReservationRow, ReservationRow.variant_id == VariantRow.id)
    for sku in session.scalars(reserved.where(ReservationRow.customer_id == owner).order_by(VariantRow.sku)).all():
        stock.end_reservations(session, shop_id, sku, owner, at)


def _blank(session: Session, table: Table, owner: int) -> int:
    mine = belongs(table, owner)
    if not KEPT[table.name]:
        return session.scalars(select(func.count()).select_from(table).where(mine)).one()
    blanks = {column: blank(table) for column, blank in KEPT[table.name].items()}
    return _changed(session, update(table).where(mine).values(blanks))


def _changed(session: Session, statement: Any) -> int:
    result = session.execute(statement)
    assert isinstance(result, CursorResult)
    return result.rowcount


def _leave_no_trace(database: Database) -> None:
    """SQLite overwrites what it deletes (`secure_delete`); its log still has the pages as they were: empty it."""
    with database.driver() as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
