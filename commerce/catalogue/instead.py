"""What can be had when something is out: other variants, or the same one later."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from commerce.money import Money
from commerce.shop_info import ShopInfo
from commerce.storage.shop_tables import ProductRow, StockRow, SubstituteRow, VariantRow


@dataclass(frozen=True, slots=True)
class Substitute:
    """What to take instead. difference: what a unit costs more, maybe negative. available: units, or None."""

    sku: str
    name: str
    price: Money
    difference: Money
    available: int | None


def find_substitutes(session: Session, shop: ShopInfo, sku: str, units: int) -> tuple[Substitute, ...]:
    """Other variants that are on sale with so many units here, the best first."""
    wanted, other = aliased(VariantRow), aliased(VariantRow)
    found = session.execute(
        select(other.sku, other.name, other.price, wanted.price, StockRow.available)
        .join(SubstituteRow, SubstituteRow.substitute_id == other.id)
        .join(wanted, wanted.id == SubstituteRow.variant_id)
        .join(ProductRow, ProductRow.id == other.product_id)
        .join(StockRow, StockRow.variant_id == other.id)
        .where(wanted.shop_id == shop.id, wanted.sku == sku)
        .where(other.retired.is_(False), ProductRow.retired.is_(False))
        .where(or_(StockRow.available.is_(None), StockRow.available >= units))
        .order_by(SubstituteRow.position)
    )
    return tuple(
        Substitute(instead, name, Money(price, shop.currency), Money(price - usual, shop.currency), available)
        for instead, name, price, usual, available in found
    )


def load_substitutes(session: Session, shop: ShopInfo) -> dict[str, list[str]]:
    """Every SKU's substitutes, the best first."""
    wanted, other = aliased(VariantRow), aliased(VariantRow)
    found: dict[str, list[str]] = defaultdict(list)
    for sku, instead in session.execute(
        select(wanted.sku, other.sku)
        .join(SubstituteRow, SubstituteRow.variant_id == wanted.id)
        .join(other, other.id == SubstituteRow.substitute_id)
        .where(wanted.shop_id == shop.id, other.retired.is_(False))
        .order_by(SubstituteRow.position)
    ):
        found[sku].append(instead)
    return found


def load_back_orders(session: Session, shop: ShopInfo) -> dict[str, int]:
    """How many units of each SKU may be sold before they are here."""
    promised = (
        select(VariantRow.sku, StockRow.back_orders)
        .join(StockRow, StockRow.variant_id == VariantRow.id)
        .where(VariantRow.shop_id == shop.id)
    )
    return {row.sku: row.back_orders for row in session.execute(promised)}
