"""What customers bought before, and so will probably mean."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from commerce.cart_items import ChosenOption
from commerce.customers import customer_id
from commerce.order_states import OrderStatus
from commerce.shop_info import ShopInfo
from commerce.storage.database import Database
from commerce.storage.order_tables import OrderLineRow, OrderRow
from commerce.storage.shop_tables import ProductRow, VariantRow

NOT_BOUGHT = (OrderStatus.CANCELLED, OrderStatus.DECLINED)
RECENT_ORDERS = 8  # the usual basket follows habits that change


@dataclass(frozen=True, slots=True)
class Usual:
    """Something that was bought before, and is still sold.

    options: with which it was bought.
    times: orders that held it; share: of the orders that were looked at, above 0 to 1.
    quantity: the most frequent one; last: when it was ordered last.
    """

    sku: str
    product_key: str
    name: str
    options: tuple[ChosenOption, ...]
    times: int
    share: float
    quantity: int
    last: datetime


@dataclass(frozen=True, slots=True)
class Bought:
    """A line of a past order, of something that is still sold."""

    order_id: int
    placed_at: datetime
    sku: str
    product_key: str
    name: str
    options: tuple[ChosenOption, ...]
    quantity: int


class History:
    """The past purchases of one shop's customers. Cancelled and declined orders don't count."""

    def __init__(self, database: Database, shop: ShopInfo) -> None:
        self._database = database
        self._shop = shop

    def usual(self, customer: str, product_keys: Collection[str]) -> tuple[Usual, ...]:
        """Which of these products the customer bought: the most frequent first, then the latest.

        `share` is of the orders that held any of them. Raises UnknownCustomer.
        """
        with self._database.reading() as session:
            bought = bought_by(session, self._shop, customer)
        return _ranked([line for line in bought if line.product_key in product_keys])

    def usual_basket(self, customer: str) -> tuple[Usual, ...]:
        """What is in at least half of the customer's last eight orders, else the one thing bought twice or more.

        Empty when there is no such habit. Raises UnknownCustomer.
        """
        with self._database.reading() as session:
            bought = bought_by(session, self._shop, customer)
        recent = list(dict.fromkeys(line.order_id for line in bought))[:RECENT_ORDERS]
        ranked = [item for item in _ranked([line for line in bought if line.order_id in recent]) if item.times > 1]
        return tuple(item for item in ranked if item.share >= 0.5) or tuple(ranked[:1])

    def popularity(self) -> Mapping[str, int]:
        """Units sold to all customers, by SKU, the most sold first."""
        units = func.sum(OrderLineRow.quantity)
        with self._database.reading() as session:
            sold = session.execute(
                select(OrderLineRow.sku, units)
                .join(OrderRow, OrderRow.id == OrderLineRow.order_id)
                .where(OrderRow.shop_id == self._shop.id, OrderRow.status.not_in(NOT_BOUGHT))
                .where(OrderLineRow.variant_id.is_not(None))
                .group_by(OrderLineRow.sku)
                .order_by(units.desc(), OrderLineRow.sku)
            )
            return {sku: int(total) for sku, total in sold}


_BOUGHT = (
    select(
        OrderRow.id,
        OrderRow.placed_at,
        VariantRow.sku,
        ProductRow.key,
        VariantRow.name,
        OrderLineRow.options,
        OrderLineRow.quantity,
    )
    .join(OrderRow, OrderRow.id == OrderLineRow.order_id)
    .join(VariantRow, VariantRow.id == OrderLineRow.variant_id)
    .join(ProductRow, ProductRow.id == VariantRow.product_id)
    .where(OrderRow.customer_id == bindparam("owner"), OrderRow.status.not_in(NOT_BOUGHT))
    .where(VariantRow.retired.is_(False), ProductRow.retired.is_(False))
    .order_by(OrderRow.placed_at.desc(), OrderRow.id.desc(), OrderLineRow.position)
)


def bought_by(session: Session, shop: ShopInfo, customer: str) -> list[Bought]:
    """Everything that a customer bought and can buy again, the newest order first. Raises UnknownCustomer."""
    rows = session.execute(_BOUGHT, {"owner": customer_id(session, shop.id, customer)})
    return [
        Bought(
            order_id,
            placed_at,
            sku,
            product_key,
            name,
            tuple(ChosenOption(str(group), str(value), amount) for group, value, amount in options),
            quantity,
        )
        for order_id, placed_at, sku, product_key, name, options, quantity in rows
    ]


def most_frequent_quantity(lines: Sequence[Bought]) -> int:
    """In which quantity something is bought; among equals the latest."""
    return Counter(line.quantity for line in lines).most_common(1)[0][0]


def _ranked(bought: Sequence[Bought]) -> tuple[Usual, ...]:
    orders = len({line.order_id for line in bought})
    alike: dict[tuple[str, tuple[ChosenOption, ...]], list[Bought]] = defaultdict(list)
    for line in bought:
        alike[line.sku, line.options].append(line)
    items = [_usual(lines, orders) for lines in alike.values()]
    return tuple(sorted(items, key=lambda item: (-item.times, -item.last.timestamp(), item.sku)))


def _usual(lines: Sequence[Bought], orders: int) -> Usual:
    newest = lines[0]
    times = len({line.order_id for line in lines})
    return Usual(
        sku=newest.sku,
        product_key=newest.product_key,
        name=newest.name,
        options=newest.options,
        times=times,
        share=times / orders,
        quantity=most_frequent_quantity(lines),
        last=newest.placed_at,
    )
