"""Orders after they were placed: where they are, and what can still be done about them."""

from __future__ import annotations

import builtins

from sqlalchemy import select
from sqlalchemy.orm import Session

from commerce.clock import Clock
from commerce.customers import Address, customer_id, load_addresses
from commerce.errors import IllegalTransition, TooLate, UnknownAddress, UnknownOrder
from commerce.notifications.announcing import announce
from commerce.notifications.events import Event
from commerce.order_items import LineItem, Order, OrderKind, ReorderLine
from commerce.order_rows import find_order, load_order, load_orders, lock_order, move
from commerce.order_states import OrderStatus
from commerce.outbox import Topic
from commerce.payments.desk import PaymentDesk
from commerce.payments.rows import payment_of
from commerce.payments.settling import receive_cash, undo_order
from commerce.payments.states import PaymentState
from commerce.shipping import Label, check_all_sent, pack
from commerce.shop_info import ShopInfo
from commerce.storage.database import Database
from commerce.storage.order_tables import OrderRow
from commerce.storage.shop_tables import OptionChoiceRow, OptionGroupRow, ProductRow, StockRow, VariantRow

BEFORE_DISPATCH = frozenset({OrderStatus.PLACED, OrderStatus.PAID, OrderStatus.ACCEPTED})
BY_THE_MERCHANT = frozenset({OrderStatus.ACCEPTED, OrderStatus.DISPATCHED, OrderStatus.DELIVERED})


class Orders:
    """The orders of one shop. `customer` is a customer's key; another customer's number is an UnknownOrder."""

    def __init__(self, database: Database, shop: ShopInfo, desk: PaymentDesk, clock: Clock) -> None:
        self._database = database
        self._shop = shop
        self._desk = desk
        self._clock = clock

    def list(self, customer: str, limit: int = 10, kind: OrderKind | None = OrderKind.GOODS) -> tuple[Order, ...]:
        """A customer's orders, the newest first; with kind None the paid bills too. Raises UnknownCustomer."""
        with self._database.reading() as session:
            return self._newest(session, customer_id(session, self._shop.id, customer), limit, kind)

    def latest(self, customer: str) -> Order | None:
        """The newest order of goods, or None when there is none. Raises UnknownCustomer."""
        return next(iter(self.list(customer, limit=1)), None)

    def get(self, customer: str, number: str) -> Order:
        """One order. Raises UnknownCustomer, UnknownOrder."""
        with self._database.reading() as session:
            owner = customer_id(session, self._shop.id, customer)
            return load_orders(session, [find_order(session, self._shop, number, owner)])[0]

    def reorder_lines(self, customer: str, number: str | None = None) -> builtins.list[ReorderLine]:
        """What buying an order again would put into the cart; without a number, the newest one that was not declined.

        Raises UnknownCustomer, UnknownOrder (also when nothing was ever ordered).
        """
        with self._database.reading() as session:
            owner = customer_id(session, self._shop.id, customer)
            row = find_order(session, self._shop, number, owner) if number else self._last_wanted(session, owner)
            if row.kind != OrderKind.GOODS:
                raise UnknownOrder(str(row.number))
            return [self._reorder_line(session, item) for item in load_orders(session, [row])[0].lines]

    def cancel(self, customer: str, number: str) -> Order:
        """Cancel an order that was not dispatched: the stock is freed and what was paid goes back.

        Raises UnknownCustomer, UnknownOrder, IllegalTransition.
        """
        with self._database.reading() as session:
            owner = customer_id(session, self._shop.id, customer)
            order_id = find_order(session, self._shop, number, owner).id
        return self._cancel(order_id)

    def change_address(self, customer: str, number: str, address: str) -> Order:
        """Send an order of goods to another of the customer's addresses (a key), before anything was sent.

        Raises UnknownCustomer, UnknownOrder, UnknownAddress, TooLate.
        """
        with self._database.transaction() as session:
            owner = customer_id(session, self._shop.id, customer)
            row = lock_order(session, find_order(session, self._shop, number, owner).id)
            if row.kind != OrderKind.GOODS or OrderStatus(row.status) not in BEFORE_DISPATCH:
                raise TooLate(number, row.status, "change the address")
            goes_to = _address(session, owner, address).one_line
            if goes_to != row.address:
                row.address = goes_to
                now = self._clock.now()
                announce(session, row, Event.READDRESSED, now, occasion=now.isoformat())
                session.flush()
            return load_order(session, row.id)

    def all(self, limit: int = 50, status: OrderStatus | None = None) -> tuple[Order, ...]:
        """For the merchant: every customer's orders of goods, the newest first, or only those in a status."""
        wanted = select(OrderRow).where(OrderRow.shop_id == self._shop.id, OrderRow.kind == OrderKind.GOODS.value)
        if status is not None:
            wanted = wanted.where(OrderRow.status == status.value)
        with self._database.reading() as session:
            newest = wanted.order_by(OrderRow.placed_at.desc(), OrderRow.id.desc()).limit(limit)
            return load_orders(session, session.scalars(newest).all())

    def show(self, number: str) -> Order:
        """For the merchant: any customer's order. Raises UnknownOrder."""
        with self._database.reading() as session:
            return load_orders(session, [find_order(session, self._shop, number)])[0]

    def advance(self, number: str, status: OrderStatus) -> Order:
        """For the merchant: an order was accepted, dispatched or delivered (and, where so agreed, paid at the door).

        Dispatched: in one parcel; for several see `shop.shipping`.
        Raises UnknownOrder, IllegalTransition, StillToShip.
        """
        with self._database.transaction() as session:
            row = lock_order(session, find_order(session, self._shop, number).id)
            now = self._clock.now()
            if row.kind != OrderKind.GOODS or status not in BY_THE_MERCHANT or self._awaits_money(session, row):
                raise IllegalTransition(number, row.status, status.value)
            if status is OrderStatus.DELIVERED:
                check_all_sent(session, row)
            move(session, row, status, now)
            if status is OrderStatus.DISPATCHED:
                pack(session, row, None, Label(), now)
            if status is OrderStatus.DELIVERED:
                receive_cash(session, row, now)
            return load_order(session, row.id)

    def withdraw(self, number: str) -> Order:
        """For the merchant: cancel any customer's order. Raises UnknownOrder, IllegalTransition."""
        with self._database.reading() as session:
            order_id = find_order(session, self._shop, number).id
        return self._cancel(order_id)

    def _cancel(self, order_id: int) -> Order:
        def undo(session: Session) -> int:
            row = lock_order(session, order_id)
            if row.kind != OrderKind.GOODS:
                raise IllegalTransition(str(row.number), row.status, OrderStatus.CANCELLED.value)
            undo_order(session, row, self._clock.now())
            return payment_of(session, order_id).id

        payment_id = self._database.write(undo)
        self._desk.attend(payment_id, Topic.VOID)
        self._desk.make_refunds(order_id)
        with self._database.reading() as session:
            return load_order(session, order_id)

    def _newest(self, session: Session, owner: int, limit: int, kind: OrderKind | None) -> tuple[Order, ...]:
        wanted = select(OrderRow).where(OrderRow.customer_id == owner)
        if kind is not None:
            wanted = wanted.where(OrderRow.kind == kind.value)
        newest = wanted.order_by(OrderRow.placed_at.desc(), OrderRow.id.desc()).limit(limit)
        return load_orders(session, session.scalars(newest).all())

    def _last_wanted(self, session: Session, owner: int) -> OrderRow:
        unwanted = (OrderStatus.DECLINED.value, OrderStatus.CANCELLED.value)
        newest = session.scalar(
            select(OrderRow)
            .where(OrderRow.customer_id == owner, OrderRow.kind == OrderKind.GOODS.value)
            .where(OrderRow.status.not_in(unwanted))
            .order_by(OrderRow.placed_at.desc(), OrderRow.id.desc())
            .limit(1)
        )
        if newest is None:
            raise UnknownOrder("latest")
        return newest

    def _reorder_line(self, session: Session, item: LineItem) -> ReorderLine:
        found = session.execute(
            select(StockRow.available)
            .join(VariantRow, VariantRow.id == StockRow.variant_id)
            .join(ProductRow, ProductRow.id == VariantRow.product_id)
            .where(VariantRow.shop_id == self._shop.id, VariantRow.sku == item.sku)
            .where(VariantRow.retired.is_(False), ProductRow.retired.is_(False))
        ).one_or_none()
        options = all(self._still_offered(session, option.group, option.value) for option in item.options)
        return ReorderLine(item, found is not None and options, None if found is None else found.available)

    def _still_offered(self, session: Session, group: str, value: str) -> bool:
        offered = (
            select(OptionChoiceRow.id)
            .join(OptionGroupRow, OptionGroupRow.id == OptionChoiceRow.group_id)
            .where(OptionGroupRow.shop_id == self._shop.id, OptionGroupRow.key == group)
            .where(OptionChoiceRow.key == value)
            .where(OptionGroupRow.retired.is_(False), OptionChoiceRow.retired.is_(False))
        )
        return session.scalar(offered) is not None

    def _awaits_money(self, session: Session, row: OrderRow) -> bool:
        if row.status != OrderStatus.PLACED:
            return False
        return payment_of(session, row.id).state != PaymentState.ON_DELIVERY


def _address(session: Session, owner: int, key: str) -> Address:
    found = {address.key: address for address in load_addresses(session, owner)}
    if key not in found:
        raise UnknownAddress(key, tuple(found))
    return found[key]
