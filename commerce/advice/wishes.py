"""Wish lists: what customers would like to have one day."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from commerce.clock import Clock
from commerce.customers import customer_id
from commerce.errors import UnknownSku
from commerce.money import Money
from commerce.shop_info import ShopInfo
from commerce.storage.database import Database
from commerce.storage.once import insert_once
from commerce.storage.opinion_tables import WishRow
from commerce.storage.shop_tables import ProductRow, StockRow, VariantRow


@dataclass(frozen=True, slots=True)
class Wish:
    """Something on a wish list, at today's price. in_stock: whether it could go into the cart now."""

    sku: str
    product_key: str
    name: str
    price: Money
    in_stock: bool
    added_at: datetime


class Wishes:
    """The wish lists of one shop's customers. `customer` is a customer's key; all methods raise UnknownCustomer."""

    def __init__(self, database: Database, shop: ShopInfo, clock: Clock) -> None:
        self._database = database
        self._shop = shop
        self._clock = clock

    def list(self, customer: str) -> tuple[Wish, ...]:
        """What the customer wished for and can still be bought, the oldest wish first."""
        with self._database.reading() as session:
            owner = customer_id(session, self._shop.id, customer)
            rows = session.execute(
                select(VariantRow, ProductRow.key, StockRow.available, WishRow.added_at)
                .join(WishRow, WishRow.variant_id == VariantRow.id)
                .join(ProductRow, ProductRow.id == VariantRow.product_id)
                .join(StockRow, StockRow.variant_id == VariantRow.id)
                .where(WishRow.customer_id == owner)
                .where(VariantRow.retired.is_(False), ProductRow.retired.is_(False))
                .order_by(WishRow.added_at, VariantRow.id)
            )
            return tuple(
                Wish(row.sku, key, row.name, Money(row.price, self._shop.currency), available != 0, added_at)
                for row, key, available, added_at in rows
            )

    def add(self, customer: str, sku: str) -> bool:
        """Put something on the list; False when it is there already. Raises UnknownSku."""
        with self._database.transaction() as session:
            owner = customer_id(session, self._shop.id, customer)
            return add_wishes(session, self._shop, owner, [sku], self._clock.now()) > 0

    def remove(self, customer: str, sku: str) -> bool:
        """Take something off the list; False when it is not there. Raises UnknownSku."""
        with self._database.transaction() as session:
            owner = customer_id(session, self._shop.id, customer)
            mine = (WishRow.customer_id == owner) & (WishRow.variant_id == _variant(session, self._shop, sku))
            return session.scalar(delete(WishRow).where(mine).returning(WishRow.variant_id)) is not None


def add_wishes(session: Session, shop: ShopInfo, owner: int, skus: Collection[str], at: datetime) -> int:
    """Put what is not there yet on the list of a customer (a row id); how many that was. Raises UnknownSku."""
    written = [
        insert_once(session, WishRow, customer_id=owner, variant_id=_variant(session, shop, sku), added_at=at)
        for sku in skus
    ]
    return sum(row is not None for row in written)


def _variant(session: Session, shop: ShopInfo, sku: str) -> int:
    found = session.scalar(
        select(VariantRow.id)
        .join(ProductRow, ProductRow.id == VariantRow.product_id)
        .where(VariantRow.shop_id == shop.id, VariantRow.sku == sku)
        .where(VariantRow.retired.is_(False), ProductRow.retired.is_(False))
    )
    if found is None:
        raise UnknownSku(sku)
    return found
