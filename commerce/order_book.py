"""The merchant's view: who ordered what, how it is paid, and what a day came to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from commerce.money import Money
from commerce.order_items import Order, OrderKind
from commerce.order_rows import find_order, load_orders
from commerce.order_states import OrderStatus
from commerce.payments.states import OPEN, PaymentMethod, PaymentState
from commerce.shop_info import ShopInfo
from commerce.storage.customer_tables import CustomerRow
from commerce.storage.database import Database
from commerce.storage.order_tables import OrderLineRow, OrderRow
from commerce.storage.payment_tables import PaymentRow
from commerce.storage.shop_tables import StockRow, VariantRow

FEW = 5  # units, from which on a shelf is worth a look
SHOWN = 5  # best sellers
CAME_TO_NOTHING = (OrderStatus.CANCELLED.value, OrderStatus.DECLINED.value)


@dataclass(frozen=True, slots=True)
class Sale:
    """An order as the merchant sees it. customer: the key."""

    order: Order
    customer: str
    name: str
    method: PaymentMethod
    payment: PaymentState


@dataclass(frozen=True, slots=True)
class OnShelf:
    """Units of a SKU: sold that day, or left."""

    sku: str
    name: str
    units: int


@dataclass(frozen=True, slots=True)
class Summary:
    """What one day (UTC) came to, and what waits now, whatever the day.

    orders: placed that day, those that came to nothing left out; lost: those. taken: the total of `orders`.
    to_accept, to_dispatch: orders that wait for the merchant. unsettled: payments whose end is not known yet.
    best: most units first. few: counted SKUs on sale with five units or fewer left, fewest first.
    """

    day: date
    orders: int
    lost: int
    taken: Money
    to_accept: int
    to_dispatch: int
    unsettled: int
    best: tuple[OnShelf, ...]
    few: tuple[OnShelf, ...]


class OrderBook:
    """The orders of goods of one shop."""

    def __init__(self, database: Database, shop: ShopInfo) -> None:
        self._database = database
        self._shop = shop

    def list(self, limit: int = 20, status: OrderStatus | None = None) -> tuple[Sale, ...]:
        """Orders, the newest first; only those in a status, if one is named."""
        wanted = self._goods(select(OrderRow))
        if status is not None:
            wanted = wanted.where(OrderRow.status == status.value)
        newest = wanted.order_by(OrderRow.placed_at.desc(), OrderRow.id.desc()).limit(limit)
        with self._database.reading() as session:
            return _sales(session, session.scalars(newest).all())

    def show(self, number: str) -> Sale:
        """One order. Raises UnknownOrder."""
        with self._database.reading() as session:
            return _sales(session, [find_order(session, self._shop, number)])[0]

    def summary(self, day: date) -> Summary:
        """What a day came to."""
        begin = datetime.combine(day, time(), UTC)
        of_day = (OrderRow.placed_at >= begin, OrderRow.placed_at < begin + timedelta(days=1))
        good = OrderRow.status.not_in(CAME_TO_NOTHING)
        with self._database.reading() as session:
            totals = self._goods(select(func.count(), func.coalesce(func.sum(OrderRow.total), 0))).where(*of_day)
            orders, taken = session.execute(totals.where(good)).one()
            return Summary(
                day=day,
                orders=orders,
                lost=session.execute(totals.where(~good)).one()[0],
                taken=Money(int(taken), self._shop.currency),
                to_accept=self._to_accept(session),
                to_dispatch=self._count(session, OrderRow.status == OrderStatus.ACCEPTED.value),
                unsettled=self._count(session, PaymentRow.state.in_([state.value for state in OPEN])),
                best=self._best(session, *of_day, good),
                few=self._few(session),
            )

    def _goods(self, wanted: Select) -> Select:  # type: ignore[type-arg]
        return wanted.where(OrderRow.shop_id == self._shop.id, OrderRow.kind == OrderKind.GOODS.value)

    def _count(self, session: Session, *conditions: object) -> int:
        joined = select(func.count()).select_from(OrderRow).join(PaymentRow, PaymentRow.order_id == OrderRow.id)
        return int(session.scalars(self._goods(joined).where(*conditions)).one())  # type: ignore[arg-type]

    def _to_accept(self, session: Session) -> int:
        on_delivery = PaymentRow.state == PaymentState.ON_DELIVERY.value
        unpaid = (OrderRow.status == OrderStatus.PLACED.value) & on_delivery
        return self._count(session, (OrderRow.status == OrderStatus.PAID.value) | unpaid)

    def _best(self, session: Session, *conditions: object) -> tuple[OnShelf, ...]:
        units = func.sum(OrderLineRow.quantity)
        sold = self._goods(
            select(OrderLineRow.sku, func.max(OrderLineRow.name), units)
            .join(OrderRow, OrderRow.id == OrderLineRow.order_id)
            .group_by(OrderLineRow.sku)
        )
        best = sold.where(*conditions).order_by(units.desc(), OrderLineRow.sku).limit(SHOWN)  # type: ignore[arg-type]
        return tuple(OnShelf(sku, name, int(count)) for sku, name, count in session.execute(best))

    def _few(self, session: Session) -> tuple[OnShelf, ...]:
        few = (
            select(VariantRow.sku, VariantRow.name, StockRow.available)
            .join(StockRow, StockRow.variant_id == VariantRow.id)
            .where(VariantRow.shop_id == self._shop.id, VariantRow.retired.is_(False), StockRow.available <= FEW)
            .order_by(StockRow.available, VariantRow.sku)
        )
        return tuple(OnShelf(sku, name, int(units or 0)) for sku, name, units in session.execute(few))


def _sales(session: Session, rows: Sequence[OrderRow]) -> tuple[Sale, ...]:
    """Orders with who made them and how they are paid, in the same order."""
    about = {
        order_id: (key, name, PaymentMethod(method), PaymentState(state))
        for order_id, key, name, method, state in session.execute(
            select(OrderRow.id, CustomerRow.key, CustomerRow.name, PaymentRow.method, PaymentRow.state)
            .join(CustomerRow, CustomerRow.id == OrderRow.customer_id)
            .join(PaymentRow, PaymentRow.order_id == OrderRow.id)
            .where(OrderRow.id.in_([row.id for row in rows]))
        )
    }
    return tuple(Sale(order, *about[order.id]) for order in load_orders(session, rows))
