"""Writing a catalogue file into the database: what is new is added, what is known updated, what is gone retired.

A SKU keeps its row for ever, so carts and orders that point at it are left alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from commerce.importing.amounts import to_minor
from commerce.importing.format import CatalogueFile, OptionGroupEntry, ProductEntry, VariantEntry
from commerce.pricing import ppm
from commerce.shop_info import ShopInfo
from commerce.storage.base import Base
from commerce.storage.shop_tables import (
    OptionChoiceRow,
    OptionGroupRow,
    ProductOptionRow,
    ProductRow,
    StockRow,
    SubstituteRow,
    VariantRow,
)

Row = TypeVar("Row", bound=Base)


def write_catalogue(session: Session, shop: ShopInfo, catalogue: CatalogueFile) -> None:
    """Make the shop's catalogue what the file says."""
    groups = _write_groups(session, shop, catalogue.option_groups)
    products = _write_products(session, shop, catalogue.products)
    _write_variants(session, shop, catalogue.products, products)
    session.execute(delete(ProductOptionRow).where(ProductOptionRow.group_id.in_([row.id for row in groups.values()])))
    links = [
        {"product_id": products[entry.key].id, "group_id": groups[key].id, "position": position}
        for entry in catalogue.products
        for position, key in enumerate(entry.options)
    ]
    if links:
        session.execute(insert(ProductOptionRow), links)


def full_name(product: str, attributes: Mapping[str, str]) -> str:
    """What a variant without a name of its own is called: "Oat milk, 1 litre"."""
    return ", ".join([product, *attributes.values()])


def put(session: Session, row: Row | None, table: type[Row], values: Mapping[str, Any]) -> Row:
    """Set the columns of a row, of a new one when there is none yet."""
    if row is None:
        row = table(**values)
        session.add(row)
    else:
        for column, value in values.items():
            setattr(row, column, value)
    return row


def _write_groups(session: Session, shop: ShopInfo, entries: list[OptionGroupEntry]) -> dict[str, OptionGroupRow]:
    known = {row.key: row for row in session.scalars(select(OptionGroupRow).where(OptionGroupRow.shop_id == shop.id))}
    for row in known.values():
        row.retired = True
    written = {
        entry.key: put(
            session,
            known.get(entry.key),
            OptionGroupRow,
            {
                "shop_id": shop.id,
                "key": entry.key,
                "name": entry.name,
                "minimum": entry.minimum,
                "maximum": entry.maximum,
                "defaults": entry.default,
                "amounts": entry.amounts,
                "position": position,
                "retired": False,
            },
        )
        for position, entry in enumerate(entries)
    }
    session.flush()
    for entry in entries:
        _write_choices(session, shop, written[entry.key], entry)
    return known | written


def _write_choices(session: Session, shop: ShopInfo, group: OptionGroupRow, entry: OptionGroupEntry) -> None:
    known = {
        row.key: row for row in session.scalars(select(OptionChoiceRow).where(OptionChoiceRow.group_id == group.id))
    }
    for row in known.values():
        row.retired = True
    for position, choice in enumerate(entry.choices):
        put(
            session,
            known.get(choice.key),
            OptionChoiceRow,
            {
                "group_id": group.id,
                "key": choice.key,
                "name": choice.name,
                "spoken": choice.spoken,
                "price_effect": to_minor(choice.price, shop.currency),
                "position": position,
                "retired": False,
            },
        )
    session.flush()


def _write_products(session: Session, shop: ShopInfo, entries: list[ProductEntry]) -> dict[str, ProductRow]:
    known = {row.key: row for row in session.scalars(select(ProductRow).where(ProductRow.shop_id == shop.id))}
    for row in known.values():
        row.retired = True
    written = {
        entry.key: put(
            session,
            known.get(entry.key),
            ProductRow,
            {
                "shop_id": shop.id,
                "key": entry.key,
                "name": entry.name,
                "spoken": entry.spoken,
                "synonyms": entry.synonyms,
                "category": entry.category,
                "brand": entry.brand,
                "unit": entry.unit,
                "position": position,
                "retired": False,
            },
        )
        for position, entry in enumerate(entries)
    }
    session.flush()
    return written


def _write_variants(
    session: Session, shop: ShopInfo, entries: list[ProductEntry], products: Mapping[str, ProductRow]
) -> None:
    known = {row.sku: row for row in session.scalars(select(VariantRow).where(VariantRow.shop_id == shop.id))}
    for row in known.values():
        row.retired = True
    written: list[tuple[VariantRow, VariantEntry]] = []
    for entry in entries:
        for position, variant in enumerate(entry.variants):
            values = {
                "shop_id": shop.id,
                "product_id": products[entry.key].id,
                "sku": variant.sku,
                "name": variant.name or full_name(entry.name, variant.attributes),
                "spoken": variant.spoken,
                "attributes": variant.attributes,
                "price": to_minor(variant.price, shop.currency),
                "tax_ppm": ppm(entry.tax if variant.tax is None else variant.tax),
                "position": position,
                "retired": False,
            }
            written.append((put(session, known.get(variant.sku), VariantRow, values), variant))
    session.flush()
    counted = {
        row.variant_id: row
        for row in session.scalars(
            select(StockRow).join(VariantRow, VariantRow.id == StockRow.variant_id).where(VariantRow.shop_id == shop.id)
        )
    }
    for row, variant in written:
        levels = {"variant_id": row.id, "available": variant.stock, "back_orders": variant.back_orders}
        put(session, counted.get(row.id), StockRow, levels)
    session.flush()
    ids = {variant.sku: row.id for row, variant in written}
    _write_substitutes(session, shop, ids, [variant for _, variant in written])


def _write_substitutes(session: Session, shop: ShopInfo, ids: Mapping[str, int], entries: list[VariantEntry]) -> None:
    # By a query and not by the ids: databases bind some ten thousand values in a statement, shops sell more.
    on_sale = select(VariantRow.id).where(VariantRow.shop_id == shop.id, VariantRow.retired.is_(False))
    session.execute(delete(SubstituteRow).where(SubstituteRow.variant_id.in_(on_sale)))
    links = [
        {"variant_id": ids[entry.sku], "substitute_id": ids[sku], "position": position}
        for entry in entries
        for position, sku in enumerate(entry.substitutes)
    ]
    if links:
        session.execute(insert(SubstituteRow), links)
