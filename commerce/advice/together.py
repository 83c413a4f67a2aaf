"""What people also buy: plain counting in the shop's own orders.

Of the shop's latest orders it is counted how many hold a product, how many another one, and how many both. The lift is
how many times more often the other one is in an order with the product than in any order:

    lift = (both / with it) / (with the other / all)

R. Agrawal, T. Imielinski, A. Swami: "Mining association rules between sets of items in large databases", SIGMOD 1993
(support and confidence); S. Brin et al.: "Dynamic itemset counting and implication rules", SIGMOD 1997 (lift). What
is in at least a tenth of the orders with the product and has more than `LEAST_LIFT` is told, most orders first beyond
what chance would bring, so that two curious orders of a rare thing don't win over a habit of many. Nothing is kept:
the count is bounded by `LOOKED_AT` orders.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import CTE, func, select
from sqlalchemy.orm import Session

from commerce.clock import Clock
from commerce.history import NOT_BOUGHT
from commerce.order_items import OrderKind
from commerce.shop_info import ShopInfo
from commerce.storage.database import Database
from commerce.storage.order_tables import OrderLineRow, OrderRow
from commerce.storage.shop_tables import ProductRow

LOOKED_AT = 5_000  # orders
NOT_OLDER_THAN = timedelta(days=400)
LEAST_TOGETHER = 3  # orders with both
LEAST_CUSTOMERS = 2  # nobody hears of one other customer's habits
LEAST_SHARE = 0.1  # of the orders with the product
LEAST_LIFT = 1.2


@dataclass(frozen=True, slots=True)
class AlsoBought:
    """Something that people buy with a product. together: orders with both; of: orders with the product."""

    product_key: str
    name: str
    together: int
    of: int
    lift: float


class Together:
    """What is bought together in one shop. Cancelled and declined orders don't count."""

    def __init__(self, database: Database, shop: ShopInfo, clock: Clock) -> None:
        self._database = database
        self._shop = shop
        self._clock = clock

    def with_any(self, product_keys: Collection[str], most: int = 3) -> tuple[AlsoBought, ...]:
        """What people buy with any of these products, and is still sold; the clearest first, at most so many."""
        with self._database.reading() as session:
            recent = self._recent()
            baskets = _baskets(recent)
            holding = select(baskets.c.order_id).where(baskets.c.product_key.in_(product_keys)).distinct().cte()
            orders = session.scalars(select(func.count()).select_from(recent)).one()
            of = session.scalars(select(func.count()).select_from(holding)).one()
            if of < LEAST_TOGETHER:
                return ()
            found = self._counted(session, baskets, holding, product_keys)
        ranked = sorted(
            (AlsoBought(key, name, both, of, both * orders / (of * alone)) for key, name, alone, both in found),
            key=lambda also: (-also.together * (1 - 1 / also.lift), also.product_key),
        )
        clear = (also for also in ranked if also.lift >= LEAST_LIFT and also.together >= LEAST_SHARE * also.of)
        return tuple(clear)[:most]

    def _recent(self) -> CTE:
        """The latest orders of goods."""
        return (
            select(OrderRow.id, OrderRow.customer_id)
            .where(OrderRow.shop_id == self._shop.id, OrderRow.kind == OrderKind.GOODS.value)
            .where(OrderRow.status.not_in(NOT_BOUGHT))
            .where(OrderRow.placed_at >= self._clock.now() - NOT_OLDER_THAN)
            .order_by(OrderRow.placed_at.desc())
            .limit(LOOKED_AT)
            .cte("recent")
        )

    def _counted(
        self, session: Session, baskets: CTE, holding: CTE, product_keys: Collection[str]
    ) -> list[tuple[str, str, int, int]]:
        """Key, name, orders with it, orders with it and any of the products; of what was often enough among both."""
        both = func.count(holding.c.order_id)
        customers = func.count(baskets.c.customer_id.distinct()).filter(holding.c.order_id.is_not(None))
        rows = session.execute(
            select(ProductRow.key, ProductRow.name, func.count(), both)
            .select_from(baskets)
            .join(ProductRow, ProductRow.key == baskets.c.product_key)
            .outerjoin(holding, holding.c.order_id == baskets.c.order_id)
            .where(ProductRow.shop_id == self._shop.id, ProductRow.retired.is_(False))
            .where(ProductRow.key.not_in(product_keys))
            .group_by(ProductRow.key, ProductRow.name)
            .having(both >= LEAST_TOGETHER, customers >= LEAST_CUSTOMERS)
        )
        return [(key, name, alone, together) for key, name, alone, together in rows]


def _baskets(recent: CTE) -> CTE:
    """Which products each order holds, each product once."""
    return (
        select(recent.c.id.label("order_id"), recent.c.customer_id, OrderLineRow.product_key)
        .join(OrderLineRow, OrderLineRow.order_id == recent.c.id)
        .where(OrderLineRow.variant_id.is_not(None))
        .distinct()
        .cte("baskets")
    )
