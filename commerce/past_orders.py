"""Importing orders of the past, with their history and their place in the books."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from commerce.bookings import book_payment, book_sale
from commerce.cart_items import ChosenOption, settle_options
from commerce.cart_rows import RawLine, price
from commerce.catalogue.loading import load_products
from commerce.errors import UnknownSku
from commerce.ledger import OPENING
from commerce.money import Money
from commerce.order_items import LineItem, OrderKind
from commerce.order_rows import NewOrder, insert_order, move
from commerce.order_states import OrderStatus
from commerce.payments.rows import Means, add_payment
from commerce.payments.states import PaymentMethod, PaymentState
from commerce.pricing import add_up
from commerce.promotions.rules import Discount
from commerce.shop_info import ShopInfo
from commerce.storage.order_tables import OrderRow
from commerce.storage.shop_tables import ProductRow, VariantRow

WAY: tuple[OrderStatus, ...] = (
    OrderStatus.PLACED,
    OrderStatus.PAID,
    OrderStatus.ACCEPTED,
    OrderStatus.DISPATCHED,
    OrderStatus.DELIVERED,
)
PACKED_AFTER = timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class PastLine:
    """A line of an order to import. unit_price: of one, minor units; when None, today's
    price, and left-out options take their defaults. off: minor units that a discount took off the whole line.
    """

    sku: str
    quantity: int
    options: tuple[ChosenOption, ...] = ()
    unit_price: int | None = None
    off: int = 0


def seed_order(
    session: Session,
    shop: ShopInfo,
    owner: int,
    *,
    lines: Sequence[PastLine],
    placed_at: datetime,
    status: OrderStatus,
    address: str,
    at: datetime,
    number: str | None = None,
    expected_at: datetime | None = None,
    discounts: Sequence[Discount] = (),
) -> str:
    """Import an order of the customer `owner` (a row id) as it stands at the time `at`; returns its number.

    Its history is the usual way to its status. It was paid before these books began and holds no stock of today. An
    order of this number that is there is left as it is. discounts: what the lines' `off` adds up to.
    Raises UnknownSku, OptionError.
    """
    present = select(OrderRow.id).where(OrderRow.shop_id == shop.id, OrderRow.number == number)
    if number is not None and session.scalar(present) is not None:
        return number
    items = _items(session, shop, lines)
    totals = add_up(items, shop.terms)
    arrives = expected_at or placed_at + timedelta(days=shop.delivery_days)
    new = NewOrder(
        owner=owner,
        kind=OrderKind.GOODS,
        lines=items,
        delivery=totals.delivery,
        tax=totals.tax,
        total=totals.total,
        payee=shop.seller,
        address=address,
        placed_at=placed_at,
        expected_at=arrives,
        number=number,
        discounts=tuple(discounts),
    )
    row = insert_order(session, shop, new, holds_stock=False)
    _pay_elsewhere(session, row, totals.net, status)
    for following, when in _history(status, placed_at, arrives, at):
        move(session, row, following, when)
    return str(row.number)


def _items(session: Session, shop: ShopInfo, lines: Sequence[PastLine]) -> tuple[LineItem, ...]:
    variants = {
        row.sku: (row.id, product_key)
        for row, product_key in session.execute(
            select(VariantRow, ProductRow.key)
            .join(ProductRow, ProductRow.id == VariantRow.product_id)
            .where(VariantRow.shop_id == shop.id, VariantRow.sku.in_({line.sku for line in lines}))
        )
    }
    keys = {product_key for _, product_key in variants.values()}
    groups = {product.key: product.option_groups for product in load_products(session, shop, ProductRow.key.in_(keys))}
    raw = []
    for position, line in enumerate(lines, start=1):
        if line.sku not in variants:
            raise UnknownSku(line.sku)
        variant_id, product_key = variants[line.sku]
        options = line.options
        if line.unit_price is None:
            options = settle_options(line.sku, groups.get(product_key, ()), line.options)
        chosen = tuple((option.group, option.value, option.amount) for option in options)
        raw.append(RawLine(position, variant_id, line.quantity, chosen))
    items = [LineItem.of_cart(priced) for priced in price(session, shop, raw, version=0).lines]
    return tuple(
        item if line.unit_price is None else item.at_price(Money(line.unit_price, shop.currency)).less(line.off)
        for item, line in zip(items, lines, strict=True)
    )


def _pay_elsewhere(session: Session, row: OrderRow, net: Money, status: OrderStatus) -> None:
    states = {OrderStatus.PLACED: PaymentState.ON_DELIVERY, OrderStatus.CANCELLED: PaymentState.VOIDED}
    state = states.get(status, PaymentState.CAPTURED)
    if state is not PaymentState.VOIDED:
        book_sale(session, row, net, row.placed_at)
    if state is PaymentState.CAPTURED:
        book_payment(session, row, OPENING, row.placed_at)
    method = PaymentMethod.DELIVERY if state is PaymentState.ON_DELIVERY else PaymentMethod.ELSEWHERE
    add_payment(session, row, Means(method), state, row.placed_at)


def _history(
    status: OrderStatus, placed_at: datetime, arrives: datetime, at: datetime
) -> list[tuple[OrderStatus, datetime]]:
    """What followed after the order was placed, and when; nothing of it in the future."""
    packed = placed_at + PACKED_AFTER
    times = {
        OrderStatus.PAID: placed_at,
        OrderStatus.ACCEPTED: packed,
        OrderStatus.DISPATCHED: max(packed, placed_at + (arrives - placed_at) / 2),
        OrderStatus.DELIVERED: max(packed, arrives),
        OrderStatus.CANCELLED: packed,
    }
    way = (OrderStatus.CANCELLED,) if status is OrderStatus.CANCELLED else WAY[1 : WAY.index(status) + 1]
    return [(following, min(times[following], max(at, placed_at))) for following in way]
