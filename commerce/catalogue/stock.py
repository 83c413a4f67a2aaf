"""How many units can still be sold. Works inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import ScalarSelect, or_, select, update
from sqlalchemy.orm import Session

from commerce.errors import InsufficientStock, UnknownSku
from commerce.storage.shop_tables import StockRow, VariantRow


def take(session: Session, shop_id: int, units: Mapping[str, int]) -> None:
    """Take units by SKU, all or none: two buyers of the last unit can't both have it.

    Raises InsufficientStock, after which the transaction must be rolled back.
    """
    for sku in sorted(units):  # always in one order, so that two orders never wait for each other's rows
        taken = session.execute(
            update(StockRow)
            .where(
                StockRow.variant_id == _variant(shop_id, sku),
                or_(StockRow.available.is_(None), StockRow.available >= units[sku]),
            )
            .values(available=StockRow.available - units[sku])
            .returning(StockRow.variant_id)
        ).one_or_none()
        if taken is None:
            raise InsufficientStock(sku, units[sku], available(session, shop_id, sku) or 0)


def put_back(session: Session, shop_id: int, units: Mapping[str, int]) -> None:
    """Give units back, by SKU: an order was cancelled, or its payment declined."""
    for sku in sorted(units):
        session.execute(
            update(StockRow)
            .where(StockRow.variant_id == _variant(shop_id, sku))
            .values(available=StockRow.available + units[sku])
        )


def available(session: Session, shop_id: int, sku: str) -> int | None:
    """Units that can be sold, or None where nobody counts. Raises UnknownSku."""
    row = session.scalar(select(StockRow).where(StockRow.variant_id == _variant(shop_id, sku)))
    if row is None:
        raise UnknownSku(sku)
    session.refresh(row)
    return row.available


def set_level(session: Session, shop_id: int, sku: str, level: int | None) -> None:
    """Set what a count of the shelf came to; None stops counting. Raises UnknownSku."""
    counted = session.execute(
        update(StockRow)
        .where(StockRow.variant_id == _variant(shop_id, sku))
        .values(available=level)
        .returning(StockRow.variant_id)
    ).one_or_none()
    if counted is None:
        raise UnknownSku(sku)


def _variant(shop_id: int, sku: str) -> ScalarSelect[int]:
    return select(VariantRow.id).where(VariantRow.shop_id == shop_id, VariantRow.sku == sku).scalar_subquery()
