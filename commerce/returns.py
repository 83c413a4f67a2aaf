"""Goods that come back: within 14 days of delivery without a reason, and money that goes back.

https://eur-lex.europa.eu/eli/dir/2011/83, articles 9 to 14: 14 days from the day of delivery; the price and, when
everything comes back, the delivery are given back by the same means.
"""

from __future__ import annotations

import builtins
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from commerce.bookings import book_allowance, book_return, return_to_stock
from commerce.clock import Clock
from commerce.customers import customer_id
from commerce.errors import MixedCurrencies, ReturnPeriodOver, TooEarly, UnitsExceeded, UnknownReturn
from commerce.ledger import DELIVERY, SALES, TAX
from commerce.money import Money
from commerce.notifications.announcing import announce
from commerce.notifications.events import Event
from commerce.order_rows import find_order, lock_order
from commerce.order_states import OrderStatus
from commerce.payments.desk import PaymentDesk
from commerce.payments.refunds import give_back, refundable
from commerce.payments.rows import payment_of
from commerce.payments.states import PaymentState
from commerce.promotions import points
from commerce.returned_worth import Worth, worth
from commerce.shop_info import ShopInfo
from commerce.storage.afterwards_tables import ReturnLineRow, ReturnRow
from commerce.storage.database import Database
from commerce.storage.order_tables import OrderEventRow, OrderLineRow, OrderRow

WITHDRAWAL = timedelta(days=14)


class ReturnState(StrEnum):
    """EXPECTED: on its way back. RECEIVED: here, and paid back. CLOSED: it never came."""

    EXPECTED = "expected"
    RECEIVED = "received"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Return:
    """Goods that come back. units: by the number of the order's line."""

    id: int
    order: str
    state: ReturnState
    units: Mapping[int, int]
    reason: str
    asked_at: datetime


class Returns:
    """The returns and refunds of one shop. `customer` is a customer's key."""

    def __init__(self, database: Database, shop: ShopInfo, desk: PaymentDesk, clock: Clock) -> None:
        self._database = database
        self._shop = shop
        self._desk = desk
        self._clock = clock

    def until(self, customer: str, number: str) -> datetime | None:
        """When the right to send the order back ends (exclusive), or None before it was delivered.

        Raises UnknownCustomer, UnknownOrder.
        """
        with self._database.reading() as session:
            return _ends(session, self._own(session, customer, number))

    def ask(self, customer: str, number: str, units: Mapping[int, int] | None = None, reason: str = "") -> Return:
        """The customer sends units (by order line) back, everything that is left when None.

        Raises UnknownCustomer, UnknownOrder, TooEarly (not sent, or not paid yet), ReturnPeriodOver, UnitsExceeded.
        """
        now = self._clock.now()
        with self._database.transaction() as session:
            row = lock_order(session, self._own(session, customer, number).id)
            self._check_can_come_back(session, row, now)
            wanted = _checked(session, row, units)
            returned = ReturnRow(order_id=row.id, state=ReturnState.EXPECTED.value, reason=reason, asked_at=now)
            session.add(returned)
            session.flush()
            session.add_all(
                ReturnLineRow(return_id=returned.id, line=line, units=count) for line, count in wanted.items()
            )
            amount = min(_worth(session, row, wanted).total, refundable(session, row))
            announce(session, row, Event.RETURNED, now, occasion=str(returned.id), amount=amount)
            session.flush()
            return _value(session, row, returned)

    def receive(self, number: str, return_id: int, restock: bool = True) -> Return:
        """For the merchant: the goods are here, and the money goes back. restock: they can be sold again.

        Raises UnknownOrder, UnknownReturn.
        """
        now = self._clock.now()
        with self._database.transaction() as session:
            row, returned = self._expected(session, number, return_id)
            units = _units(session, returned.id)
            value = _worth(session, row, units)
            _return_points(session, row, returned, units, now)
            returned.state = ReturnState.RECEIVED.value
            returned.closed_at = now
            book_return(session, row, {SALES: value.net, TAX: value.tax, DELIVERY: value.delivery}, returned.id, now)
            back = min(value.total, refundable(session, row))
            if back:
                give_back(session, row, back, f"return {returned.id}", now)
            if value.total > back:  # a part was given back before, for a scratch
                book_allowance(session, row, back - value.total, f"return {returned.id}", now)
            if restock:
                return_to_stock(session, row, units)
            session.flush()
            order_id, result = row.id, _value(session, row, returned)
        self._desk.make_refunds(order_id)
        return result

    def close(self, number: str, return_id: int) -> Return:
        """For the merchant: the goods never came. Raises UnknownOrder, UnknownReturn."""
        with self._database.transaction() as session:
            row, returned = self._expected(session, number, return_id)
            returned.state = ReturnState.CLOSED.value
            returned.closed_at = self._clock.now()
            session.flush()
            return _value(session, row, returned)

    def refund(self, number: str, amount: Money, request: str) -> None:
        """For the merchant: give a part of the price back though no goods come back. The same request counts once.

        Raises UnknownOrder, RefundTooLarge, IdempotencyConflict, MixedCurrencies.
        """
        now = self._clock.now()
        with self._database.transaction() as session:
            row = lock_order(session, find_order(session, self._shop, number).id)
            if amount.currency != row.currency:
                raise MixedCurrencies(row.currency, amount.currency)
            give_back(session, row, amount.amount, f"merchant {request}", now)
            book_allowance(session, row, amount.amount, request, now)
            order_id = row.id
        self._desk.make_refunds(order_id)

    def list(self, number: str) -> builtins.list[Return]:
        """For the merchant: the returns of an order, the oldest first. Raises UnknownOrder."""
        with self._database.reading() as session:
            row = find_order(session, self._shop, number)
            found = session.scalars(select(ReturnRow).where(ReturnRow.order_id == row.id).order_by(ReturnRow.id)).all()
            return [_value(session, row, returned) for returned in found]

    def _own(self, session: Session, customer: str, number: str) -> OrderRow:
        return find_order(session, self._shop, number, customer_id(session, self._shop.id, customer))

    def _expected(self, session: Session, number: str, return_id: int) -> tuple[OrderRow, ReturnRow]:
        row = lock_order(session, find_order(session, self._shop, number).id)
        returned = session.get(ReturnRow, return_id, populate_existing=True)
        if returned is None or returned.order_id != row.id or returned.state != ReturnState.EXPECTED:
            raise UnknownReturn(number, return_id)
        return row, returned

    def _check_can_come_back(self, session: Session, row: OrderRow, now: datetime) -> None:
        is_sent = row.status in (OrderStatus.DISPATCHED, OrderStatus.DELIVERED)
        is_paid = payment_of(session, row.id).state in (PaymentState.CAPTURED, PaymentState.REFUNDED)
        if not is_sent or not is_paid:
            raise TooEarly(str(row.number), row.status)
        ends = _ends(session, row)
        if ends is not None and now >= ends:
            raise ReturnPeriodOver(str(row.number), ends)


def _ends(session: Session, row: OrderRow) -> datetime | None:
    """At the end of the fourteenth day after the day of delivery, UTC."""
    delivered = session.scalar(
        select(OrderEventRow.at).where(
            OrderEventRow.order_id == row.id, OrderEventRow.status == OrderStatus.DELIVERED.value
        )
    )
    if delivered is None:
        return None
    return datetime.combine(delivered.date() + WITHDRAWAL + timedelta(days=1), time(), UTC)


def _return_points(
    session: Session, row: OrderRow, returned: ReturnRow, units: Mapping[int, int], at: datetime
) -> None:
    """The goods' share of the points that were used and earned, by their full price; before they count as received."""
    lines = _lines(session, row)
    earlier = _returned(session, row.id, (ReturnState.RECEIVED,))
    whole = sum(line.unit_price * line.quantity for line in lines) or 1
    before = sum(line.unit_price * earlier[line.position] for line in lines)
    now = sum(line.unit_price * units.get(line.position, 0) for line in lines)
    points.give_back(session, row, (before, whole), (before + now, whole), f"return {returned.id}", at)


def _checked(session: Session, row: OrderRow, units: Mapping[int, int] | None) -> dict[int, int]:
    """The units that are sent back, by line. Raises UnitsExceeded."""
    bought = Counter({line.position: line.quantity for line in _lines(session, row)})
    left = bought - _returned(session, row.id, (ReturnState.EXPECTED, ReturnState.RECEIVED))
    wanted = dict(left if units is None else units)
    for line, count in wanted.items():
        if not 0 < count <= left[line]:
            raise UnitsExceeded(str(row.number), line, count, left[line])
    if not wanted:
        raise UnitsExceeded(str(row.number), 0, 1, 0)
    return wanted


def _worth(session: Session, row: OrderRow, units: Mapping[int, int]) -> Worth:
    return worth(row, _lines(session, row), _returned(session, row.id, (ReturnState.RECEIVED,)), units)


def _returned(session: Session, order_id: int, states: tuple[ReturnState, ...]) -> Counter[int]:
    found = session.execute(
        select(ReturnLineRow.line, func.sum(ReturnLineRow.units))
        .join(ReturnRow, ReturnRow.id == ReturnLineRow.return_id)
        .where(ReturnRow.order_id == order_id, ReturnRow.state.in_([state.value for state in states]))
        .group_by(ReturnLineRow.line)
    )
    return Counter({line: int(units) for line, units in found})


def _lines(session: Session, row: OrderRow) -> builtins.list[OrderLineRow]:
    wanted = select(OrderLineRow).where(OrderLineRow.order_id == row.id).order_by(OrderLineRow.position)
    return builtins.list(session.scalars(wanted.execution_options(populate_existing=True)))


def _units(session: Session, return_id: int) -> dict[int, int]:
    lines = session.scalars(select(ReturnLineRow).where(ReturnLineRow.return_id == return_id))
    return {line.line: line.units for line in lines}


def _value(session: Session, row: OrderRow, returned: ReturnRow) -> Return:
    state = ReturnState(returned.state)
    units = _units(session, returned.id)
    return Return(returned.id, str(row.number), state, units, returned.reason, returned.asked_at)
