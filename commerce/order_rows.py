"""An order's rows: writing, reading, changing its status. Everything here works inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from commerce.errors import UnknownOrder
from commerce.money import Money
from commerce.order_items import LineItem, Order, OrderKind, StatusChange, option_document, option_of
from commerce.order_numbers import free_number
from commerce.order_states import OrderStatus, check_transition
from commerce.pricing import MILLION, ppm
from commerce.promotions.redeeming import write_discounts
from commerce.promotions.rules import Discount
from commerce.shop_info import ShopInfo
from commerce.storage.order_tables import OrderEventRow, OrderLineRow, OrderRow
from commerce.storage.promotion_tables import OrderDiscountRow
from commerce.storage.shop_tables import VariantRow


@dataclass(frozen=True, slots=True)
class NewOrder:
    """An order to be written. owner: the customer's row; number: None for one of the shop's own choosing."""

    owner: int
    kind: OrderKind
    lines: tuple[LineItem, ...]
    delivery: Money
    tax: Money
    total: Money
    payee: str
    address: str
    placed_at: datetime
    expected_at: datetime | None
    number: str | None = None
    discounts: tuple[Discount, ...] = ()


def insert_order(session: Session, shop: ShopInfo, new: NewOrder, *, holds_stock: bool) -> OrderRow:
    """Write a placed order. holds_stock: whether its lines' units were taken from the stock."""
    row = OrderRow(
        shop_id=shop.id,
        customer_id=new.owner,
        number=new.number,
        kind=new.kind.value,
        status=OrderStatus.PLACED.value,
        currency=new.total.currency,
        delivery=new.delivery.amount,
        tax=new.tax.amount,
        total=new.total.amount,
        payee=new.payee,
        address=new.address,
        placed_at=new.placed_at,
        expected_at=new.expected_at,
    )
    session.add(row)
    session.flush()
    if row.number is None:
        row.number = free_number(session, shop.id, row.id)
    variants = _variant_ids(session, shop, new.lines)
    for item in new.lines:
        session.add(_line_row(row.id, item, variants.get(item.sku), holds_stock))
    session.add(OrderEventRow(order_id=row.id, position=0, status=row.status, at=new.placed_at))
    session.flush()
    write_discounts(session, row, new.discounts)
    return row


def lock_order(session: Session, order_id: int) -> OrderRow:
    """The order as it is; nobody else can change it until the transaction ends."""
    locked = select(OrderRow).where(OrderRow.id == order_id).with_for_update()
    return session.scalars(locked.execution_options(populate_existing=True)).one()


def move(session: Session, row: OrderRow, status: OrderStatus, at: datetime) -> None:
    """Change the status of a locked order. Raises IllegalTransition."""
    check_transition(str(row.number), OrderStatus(row.status), status)
    row.status = status.value
    last = select(func.max(OrderEventRow.position)).where(OrderEventRow.order_id == row.id)
    position = session.scalars(last).one()
    session.add(OrderEventRow(order_id=row.id, position=position + 1, status=status.value, at=at))
    session.flush()


def find_order(session: Session, shop: ShopInfo, number: str, owner: int | None = None) -> OrderRow:
    """The order of this number; of this customer, unless `owner` is None. Raises UnknownOrder."""
    wanted = select(OrderRow).where(OrderRow.shop_id == shop.id, OrderRow.number == number)
    if owner is not None:
        wanted = wanted.where(OrderRow.customer_id == owner)
    row = session.scalar(wanted)
    if row is None:
        raise UnknownOrder(number)
    return row


def load_orders(session: Session, rows: Sequence[OrderRow]) -> tuple[Order, ...]:
    """Rows as values, in their order, with four queries however many there are."""
    ids = [row.id for row in rows]
    lines: dict[int, list[LineItem]] = {identity: [] for identity in ids}
    currencies = {row.id: row.currency for row in rows}
    for line in session.scalars(
        select(OrderLineRow).where(OrderLineRow.order_id.in_(ids)).order_by(OrderLineRow.position)
    ):
        lines[line.order_id].append(_line_item(line, currencies[line.order_id]))
    history: dict[int, list[StatusChange]] = {identity: [] for identity in ids}
    for event in session.scalars(
        select(OrderEventRow).where(OrderEventRow.order_id.in_(ids)).order_by(OrderEventRow.position)
    ):
        history[event.order_id].append(StatusChange(OrderStatus(event.status), event.at))
    discounts: dict[int, list[Discount]] = {identity: [] for identity in ids}
    for off in session.scalars(
        select(OrderDiscountRow).where(OrderDiscountRow.order_id.in_(ids)).order_by(OrderDiscountRow.position)
    ):
        amount = Money(off.amount, currencies[off.order_id])
        discounts[off.order_id].append(Discount(off.key, off.name, amount, off.points))
    return tuple(_order(row, lines[row.id], history[row.id], discounts[row.id]) for row in rows)


def load_order(session: Session, order_id: int) -> Order:
    """One order as a value."""
    row = session.get_one(OrderRow, order_id, populate_existing=True)
    return load_orders(session, [row])[0]


def _variant_ids(session: Session, shop: ShopInfo, lines: Sequence[LineItem]) -> dict[str, int]:
    found = session.execute(
        select(VariantRow.sku, VariantRow.id).where(
            VariantRow.shop_id == shop.id, VariantRow.sku.in_([line.sku for line in lines])
        )
    )
    return {row.sku: row.id for row in found}


def _line_row(order_id: int, item: LineItem, variant_id: int | None, holds_stock: bool) -> OrderLineRow:
    return OrderLineRow(
        order_id=order_id,
        position=item.number,
        variant_id=variant_id,
        product_key=item.product_key,
        sku=item.sku,
        name=item.name,
        quantity=item.quantity,
        options=[[option.group, option.value, option.amount] for option in item.options],
        choices=[option_document(option) for option in item.options],
        unit_price=item.unit_price.amount,
        tax_ppm=ppm(item.tax_rate),
        total=item.total.amount,
        held=item.quantity if holds_stock else 0,
    )


def _line_item(row: OrderLineRow, currency: str) -> LineItem:
    return LineItem(
        number=row.position,
        sku=row.sku,
        product_key=row.product_key,
        name=row.name,
        quantity=row.quantity,
        options=tuple(option_of(choice, currency) for choice in row.choices),
        unit_price=Money(row.unit_price, currency),
        total=Money(row.total, currency),
        tax_rate=(Decimal(row.tax_ppm) / MILLION).normalize(),
    )


def _order(
    row: OrderRow, lines: Sequence[LineItem], history: Sequence[StatusChange], discounts: Sequence[Discount]
) -> Order:
    return Order(
        id=row.id,
        number=str(row.number),
        kind=OrderKind(row.kind),
        status=OrderStatus(row.status),
        lines=tuple(lines),
        delivery=Money(row.delivery, row.currency),
        tax=Money(row.tax, row.currency),
        total=Money(row.total, row.currency),
        payee=row.payee,
        address=row.address,
        placed_at=row.placed_at,
        expected_at=row.expected_at,
        history=tuple(history),
        discounts=tuple(discounts),
    )
