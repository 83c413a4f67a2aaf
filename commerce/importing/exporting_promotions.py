"""A shop's promotions and the reviews of its products, as an import reads them."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from commerce.importing.amounts import to_decimal
from commerce.importing.promotion_format import LoyaltyEntry, PromotionEntry, PromotionsFile, ReviewEntry, ReviewsFile
from commerce.pricing import MILLION
from commerce.promotions.loading import load_loyalty, load_promotions
from commerce.promotions.rules import Promotion, PromotionKind
from commerce.shop_info import ShopInfo
from commerce.storage.opinion_tables import ReviewRow
from commerce.storage.shop_tables import ProductRow


def promotions_file(session: Session, shop: ShopInfo) -> PromotionsFile:
    """Every promotion that was not retired; its times stand as they are, so that an export moves none of them."""
    terms = load_loyalty(session, shop)
    return PromotionsFile(
        loyalty=None
        if terms is None
        else LoyaltyEntry(
            name=terms.name,
            spend=to_decimal(terms.spend, shop.currency),
            worth=to_decimal(terms.worth, shop.currency),
        ),
        promotions=[_entry(promotion, shop.currency) for promotion in load_promotions(session, shop)],
    )


def reviews_file(session: Session, shop: ShopInfo, now: datetime) -> ReviewsFile:
    """Every review of a product that is on sale; days count from `now`."""
    rows = session.execute(
        select(ReviewRow, ProductRow.key)
        .join(ProductRow, ProductRow.id == ReviewRow.product_id)
        .where(ProductRow.shop_id == shop.id, ProductRow.retired.is_(False))
        .order_by(ProductRow.position, ReviewRow.id)
    )
    return ReviewsFile(
        reviews=[
            ReviewEntry(
                product=key,
                stars=row.stars,
                says=row.says,
                day=f"{round((row.written_at - now) / timedelta(days=1)):+d}d",
            )
            for row, key in rows
        ]
    )


def _entry(promotion: Promotion, currency: str) -> PromotionEntry:
    def amount_of(kind: PromotionKind) -> Decimal | None:
        return to_decimal(promotion.amount, currency) if promotion.kind is kind else None

    return PromotionEntry(
        key=promotion.key,
        name=promotion.name,
        kind=promotion.kind.value,
        code=promotion.code,
        spoken=list(promotion.spoken),
        products=list(promotion.products),
        categories=list(promotion.categories),
        percent=(Decimal(promotion.percent_ppm) / MILLION).normalize() if promotion.percent_ppm else None,
        amount=amount_of(PromotionKind.AMOUNT),
        buy=promotion.buy or None,
        pay=promotion.pay or None,
        price=amount_of(PromotionKind.BUNDLE),
        minimum=to_decimal(promotion.minimum, currency),
        starts=_written(promotion.starts),
        ends=_written(promotion.ends),
        uses=promotion.uses,
        uses_per_customer=promotion.uses_per_customer,
        used=promotion.used,
    )


def _written(at: datetime | None) -> str | None:
    return None if at is None else f"{at:%Y-%m-%dT%H:%M:%SZ}"
