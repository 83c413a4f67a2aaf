"""Importing a whole shop, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from commerce.catalogue.loading import load_products
from commerce.catalogue.products import OptionGroup, Product
from commerce.clock import Clock
from commerce.errors import InvalidShopFiles
from commerce.importing.amounts import to_minor
from commerce.importing.catalogue_rows import put, write_catalogue
from commerce.importing.checking import ShopFiles, load
from commerce.importing.customer_rows import write_customers
from commerce.importing.format import ShopFile
from commerce.importing.promotion_rows import write_promotions, write_reviews
from commerce.importing.reading import Source
from commerce.shop_info import ShopInfo, load_info
from commerce.storage.database import Database
from commerce.storage.shop_tables import ShopRow


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """What an import left in the database.

    is_new: whether the shop was not there before.
    products, variants, option_groups: on sale now; customers, orders: those that the files name.
    """

    key: str
    name: str
    is_new: bool
    products: int
    variants: int
    option_groups: int
    customers: int
    orders: int


def import_shop(database: Database, folder: Path, clock: Clock) -> ImportSummary:
    """Make the shop in the database what the files say, or change nothing.

    Prices, stock and names of known SKUs are updated in place; a SKU or a promotion that is no longer there is retired.
    Carts, orders, balances and customers whom the files don't name stay as they are. Days in the files count from the
    clock's now.
    Raises InvalidShopFiles, DatabaseBusy, DatabaseUnusable.
    """
    files = load(folder)
    if not isinstance(files, ShopFiles):
        raise InvalidShopFiles([str(problem) for problem in files])
    with database.transaction() as session:
        return _write(session, files, clock.now())


def _write(session: Session, files: ShopFiles, now: datetime) -> ImportSummary:
    row, is_new = _write_shop(session, files.shop, files.shop_source, now)
    info = load_info(session, files.shop.key)
    before = None if is_new else _sayable(session, info)
    write_catalogue(session, info, files.catalogue)
    if _sayable(session, info) != before:
        row.catalogue_version += 1
    write_promotions(session, info, files.promotions, now)
    write_reviews(session, info, files.reviews, now)
    write_customers(session, info, files.customers, now)
    catalogue, customers = files.catalogue, files.customers.customers
    return ImportSummary(
        key=info.key,
        name=info.name,
        is_new=is_new,
        products=len(catalogue.products),
        variants=sum(len(product.variants) for product in catalogue.products),
        option_groups=len(catalogue.option_groups),
        customers=len(customers),
        orders=sum(len(customer.orders) for customer in customers),
    )


def _write_shop(session: Session, file: ShopFile, source: Source[ShopFile], now: datetime) -> tuple[ShopRow, bool]:
    known = session.scalar(select(ShopRow).where(ShopRow.key == file.key))
    if known is not None and known.currency != file.currency:
        problem = source.problem(("currency",), f"can't change: the shop's books are in {known.currency}")
        raise InvalidShopFiles([str(problem)])
    free_from = file.delivery.free_from
    values = {
        **file.model_dump(exclude={"delivery"}),
        "delivery_fee": to_minor(file.delivery.fee, file.currency),
        "delivery_free_from": None if free_from is None else to_minor(free_from, file.currency),
        "delivery_days": file.delivery.days,
    }
    if known is None:
        values |= {"catalogue_version": 0, "created_at": now}
    row = put(session, known, ShopRow, values)
    session.flush()
    return row, known is None


def _sayable(session: Session, shop: ShopInfo) -> list[object]:
    """Everything of the catalogue by which things are named; not prices, tax or stock."""
    return [_names(product) for product in load_products(session, shop)]


def _names(product: Product) -> tuple[object, ...]:
    return (
        product.key,
        product.names,
        product.unit,
        product.brand,
        product.category,
        [(variant.sku, variant.name, variant.spoken, variant.attributes) for variant in product.variants],
        [
            (group.key, group.name, group.minimum, group.maximum, group.default, group.amounts, _choices(group))
            for group in product.option_groups
        ],
    )


def _choices(group: OptionGroup) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((choice.key, choice.names) for choice in group.choices)
