"""Reading the catalogue's rows into values: a handful of queries, however many products are asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from commerce.catalogue.products import OptionChoice, OptionGroup, Product, Variant
from commerce.money import Money
from commerce.shop_info import ShopInfo
from commerce.storage.shop_tables import (
    OptionChoiceRow,
    OptionGroupRow,
    ProductOptionRow,
    ProductRow,
    StockRow,
    VariantRow,
)

MILLION = Decimal(1_000_000)


def load_products(session: Session, shop: ShopInfo, *wanted: ColumnElement[bool]) -> tuple[Product, ...]:
    """The products on sale that fulfil every condition on `ProductRow`, in the shop's order."""
    conditions = (ProductRow.shop_id == shop.id, ProductRow.retired.is_(False), *wanted)
    variants = _variants(session, shop, conditions)
    groups = load_product_groups(session, shop, *conditions)
    rows = session.scalars(select(ProductRow).where(*conditions).order_by(ProductRow.position))
    return tuple(_product(row, variants[row.id], groups[row.id]) for row in rows)


def load_groups(session: Session, shop: ShopInfo) -> dict[int, OptionGroup]:
    """The option groups in use, by row id, in the menu's order."""
    choices: dict[int, list[OptionChoice]] = defaultdict(list)
    for choice in session.scalars(
        select(OptionChoiceRow)
        .join(OptionGroupRow, OptionGroupRow.id == OptionChoiceRow.group_id)
        .where(OptionGroupRow.shop_id == shop.id, OptionChoiceRow.retired.is_(False))
        .order_by(OptionChoiceRow.position)
    ):
        effect = Money(choice.price_effect, shop.currency)
        choices[choice.group_id].append(OptionChoice(choice.key, choice.name, tuple(choice.spoken), effect))
    rows = session.scalars(
        select(OptionGroupRow)
        .where(OptionGroupRow.shop_id == shop.id, OptionGroupRow.retired.is_(False))
        .order_by(OptionGroupRow.position)
    )
    return {row.id: _group(row, choices[row.id]) for row in rows}


def variant_value(row: VariantRow, product_key: str, available: int | None, currency: str) -> Variant:
    """A variant's row as a value."""
    return Variant(
        sku=row.sku,
        product_key=product_key,
        name=row.name,
        spoken=tuple(row.spoken),
        attributes=dict(row.attributes),
        price=Money(row.price, currency),
        stock=available,
        tax_rate=(row.tax_ppm / MILLION).normalize(),
    )


def _variants(session: Session, shop: ShopInfo, conditions: Sequence[ColumnElement[bool]]) -> dict[int, list[Variant]]:
    found: dict[int, list[Variant]] = defaultdict(list)
    for row, key, available in session.execute(
        select(VariantRow, ProductRow.key, StockRow.available)
        .join(ProductRow, ProductRow.id == VariantRow.product_id)
        .join(StockRow, StockRow.variant_id == VariantRow.id)
        .where(*conditions, VariantRow.retired.is_(False))
        .order_by(VariantRow.position)
    ):
        found[row.product_id].append(variant_value(row, key, available, shop.currency))
    return found


def load_product_groups(
    session: Session, shop: ShopInfo, *conditions: ColumnElement[bool]
) -> defaultdict[int, list[OptionGroup]]:
    """The option groups of the products that fulfil every condition on `ProductRow`, by the product's row id."""
    links = session.execute(
        select(ProductOptionRow.product_id, ProductOptionRow.group_id)
        .join(ProductRow, ProductRow.id == ProductOptionRow.product_id)
        .where(*conditions)
        .order_by(ProductOptionRow.position)
    ).all()
    groups = load_groups(session, shop) if links else {}
    found: defaultdict[int, list[OptionGroup]] = defaultdict(list)
    for product_id, group_id in links:
        if group_id in groups:
            found[product_id].append(groups[group_id])
    return found


def _group(row: OptionGroupRow, choices: Sequence[OptionChoice]) -> OptionGroup:
    return OptionGroup(
        row.key, row.name, row.minimum, row.maximum, tuple(row.defaults), tuple(row.amounts), tuple(choices)
    )


def _product(row: ProductRow, variants: Sequence[Variant], groups: Sequence[OptionGroup]) -> Product:
    return Product(
        key=row.key,
        name=row.name,
        spoken=tuple(row.spoken),
        synonyms=tuple(row.synonyms),
        category=row.category,
        brand=row.brand,
        unit=row.unit,
        variants=tuple(variants),
        option_groups=tuple(groups),
    )
