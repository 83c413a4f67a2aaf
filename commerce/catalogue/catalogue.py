"""The catalogue of one shop."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from commerce.catalogue import stock
from commerce.catalogue.instead import Substitute, find_substitutes
from commerce.catalogue.loading import load_products, variant_value
from commerce.catalogue.products import Availability, Product, Variant
from commerce.errors import AmountOutOfRange, MixedCurrencies, UnknownProduct, UnknownSku
from commerce.ledger import MOST
from commerce.money import Money
from commerce.shop_info import ShopInfo
from commerce.storage.database import Database
from commerce.storage.shop_tables import ProductRow, ShopRow, StockRow, VariantRow


def version_of(shop: str, changes: int) -> str:
    """What a shop's catalogue is called after so many changes. shop: its key."""
    return f"{shop}-{changes}"


class Catalogue:
    """What one shop sells."""

    def __init__(self, database: Database, shop: ShopInfo) -> None:
        self._database = database
        self._shop = shop

    def version(self) -> str:
        """Changes whenever something sayable does (names, variants, options), not with prices or stock. Cheap."""
        with self._database.reading() as session:
            counted = session.scalars(select(ShopRow.catalogue_version).where(ShopRow.id == self._shop.id)).one()
            return version_of(self._shop.key, counted)

    def products(self) -> tuple[Product, ...]:
        """Everything on sale, in the shop's order."""
        with self._database.reading() as session:
            return load_products(session, self._shop)

    def product(self, key: str) -> Product:
        """One product. Raises UnknownProduct."""
        with self._database.reading() as session:
            found = load_products(session, self._shop, ProductRow.key == key)
        if not found:
            raise UnknownProduct(key)
        return found[0]

    def variant(self, sku: str) -> Variant:
        """One variant. Raises UnknownSku."""
        with self._database.reading() as session:
            return _variant(session, self._shop, sku)

    def availability(self, sku: str) -> Availability:
        """Whether a variant can be had now, and for how much. Raises UnknownSku."""
        variant = self.variant(sku)
        return Availability(variant.sku, variant.name, variant.stock, variant.price)

    def substitutes(self, sku: str, units: int = 1) -> tuple[Substitute, ...]:
        """What can be had instead, so many units of it, the best first. Raises UnknownSku."""
        with self._database.reading() as session:
            _variant(session, self._shop, sku)
            return find_substitutes(session, self._shop, sku, units)

    def set_stock(self, sku: str, level: int | None) -> None:
        """Set what a count of the shelf came to; None stops counting. Orders that wait are served first.

        Raises UnknownSku, ShelfOutOfRange.
        """
        self._database.write(lambda session: stock.set_level(session, self._shop.id, sku, level))

    def set_price(self, sku: str, price: Money) -> None:
        """Set the price of one unit. Raises UnknownSku, MixedCurrencies, AmountOutOfRange."""
        if price.currency != self._shop.currency:
            raise MixedCurrencies(self._shop.currency, price.currency)
        if not 0 <= price.amount <= MOST:
            raise AmountOutOfRange(price.amount, 0, MOST)
        with self._database.transaction() as session:
            _variant(session, self._shop, sku)
            of_sku = (VariantRow.shop_id == self._shop.id, VariantRow.sku == sku)
            session.execute(update(VariantRow).where(*of_sku).values(price=price.amount))


def _variant(session: Session, shop: ShopInfo, sku: str) -> Variant:
    found = session.execute(
        select(VariantRow, ProductRow.key, StockRow.available)
        .join(ProductRow, ProductRow.id == VariantRow.product_id)
        .join(StockRow, StockRow.variant_id == VariantRow.id)
        .where(VariantRow.shop_id == shop.id, VariantRow.sku == sku, VariantRow.retired.is_(False))
    ).one_or_none()
    if found is None:
        raise UnknownSku(sku)
    row, product_key, available = found
    return variant_value(row, product_key, available, shop.currency)
