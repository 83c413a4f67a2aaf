"""Writing promotions, points and reviews into the database.

A promotion keeps its row for ever, so orders that it was part of still point at it; one that is gone from the file is
retired.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from commerce.importing.amounts import to_minor
from commerce.importing.catalogue_rows import put
from commerce.importing.promotion_format import LoyaltyEntry, PromotionEntry, PromotionsFile, ReviewsFile
from commerce.pricing import ppm
from commerce.shop_info import ShopInfo
from commerce.storage.opinion_tables import ReviewRow
from commerce.storage.promotion_tables import LoyaltyRow, PromotionRow
from commerce.storage.shop_tables import ProductRow


def write_promotions(session: Session, shop: ShopInfo, file: PromotionsFile, now: datetime) -> None:
    """Make the shop's promotions what the file says; how often each was used stays. Days in it count from `now`."""
    known = {row.key: row for row in session.scalars(select(PromotionRow).where(PromotionRow.shop_id == shop.id))}
    for before in known.values():
        before.retired = True
        before.code = None  # so that another promotion can have it
    session.flush()
    for position, entry in enumerate(file.promotions):
        row = known.get(entry.key)
        used = entry.used if row is None else row.used
        values = {**_columns(entry, shop, now), "shop_id": shop.id, "position": position, "used": used}
        if entry.uses is not None:
            values["uses"] = max(entry.uses, used)  # fewer than there were already: it is used up
        put(session, row, PromotionRow, values)
    _write_loyalty(session, shop, file.loyalty)
    session.flush()


def write_reviews(session: Session, shop: ShopInfo, file: ReviewsFile, now: datetime) -> None:
    """Make the reviews of the shop's products those of the file."""
    products = select(ProductRow.key, ProductRow.id).where(ProductRow.shop_id == shop.id)
    ids = dict(session.execute(products).all())
    session.execute(delete(ReviewRow).where(ReviewRow.product_id.in_(products.with_only_columns(ProductRow.id))))
    rows = [
        {"product_id": ids[entry.product], "stars": entry.stars, "says": entry.says, "written_at": when(entry.day, now)}
        for entry in file.reviews
    ]
    if rows:
        session.execute(insert(ReviewRow), rows)


def when(moment: str, now: datetime) -> datetime:
    """ "-12d" is twelve days ago at this time of the day; "2026-12-24" begins at midnight UTC."""
    if moment.endswith("d"):
        return now + timedelta(days=int(moment.removesuffix("d")))
    return datetime.fromisoformat(moment.removesuffix("Z")).replace(tzinfo=UTC)


def _columns(entry: PromotionEntry, shop: ShopInfo, now: datetime) -> dict[str, object]:
    amount = entry.amount or entry.price
    return {
        "key": entry.key,
        "name": entry.name,
        "kind": entry.kind,
        "code": entry.code,
        "spoken": entry.spoken,
        "products": entry.products,
        "categories": entry.categories,
        "percent_ppm": 0 if entry.percent is None else ppm(entry.percent),
        "amount": 0 if amount is None else to_minor(amount, shop.currency),
        "buy": entry.buy or 0,
        "pay": entry.pay or 0,
        "minimum": to_minor(entry.minimum, shop.currency),
        "starts": None if entry.starts is None else when(entry.starts, now),
        "ends": None if entry.ends is None else when(entry.ends, now),
        "uses": entry.uses,
        "uses_per_customer": entry.uses_per_customer,
        "retired": False,
    }


def _write_loyalty(session: Session, shop: ShopInfo, entry: LoyaltyEntry | None) -> None:
    row = session.get(LoyaltyRow, shop.id)
    if entry is None:
        if row is not None:
            session.delete(row)
        return
    spend, worth = to_minor(entry.spend, shop.currency), to_minor(entry.worth, shop.currency)
    put(session, row, LoyaltyRow, {"shop_id": shop.id, "name": entry.name, "spend": spend, "worth": worth})
