"""Promotions from their rows, and which of them count for whom. Works inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from commerce.order_states import OrderStatus
from commerce.promotions.rules import Loyalty, Promotion, PromotionKind
from commerce.shop_info import ShopInfo
from commerce.storage.order_tables import OrderRow
from commerce.storage.promotion_tables import LoyaltyRow, OrderDiscountRow, PromotionRow

UNDONE = (OrderStatus.CANCELLED.value, OrderStatus.DECLINED.value)


def load_promotions(session: Session, shop: ShopInfo) -> tuple[Promotion, ...]:
    """Every promotion that the shop's files name, in their order, whether it is on or not."""
    rows = session.scalars(
        select(PromotionRow)
        .where(PromotionRow.shop_id == shop.id, PromotionRow.retired.is_(False))
        .order_by(PromotionRow.position)
        .execution_options(populate_existing=True)
    )
    return tuple(promotion_value(row) for row in rows)


def load_loyalty(session: Session, shop: ShopInfo) -> Loyalty | None:
    """The terms of the shop's points, None where there are none."""
    row = session.get(LoyaltyRow, shop.id)
    return None if row is None else Loyalty(row.name, row.spend, row.worth)


def counting(
    session: Session, promotions: Sequence[Promotion], owner: int, coupon: int | None, at: datetime
) -> list[Promotion]:
    """Those that count for a customer now: on, not used up, and without a code unless it is the coupon in the cart."""
    running = [
        promotion
        for promotion in promotions
        if promotion.runs(at) and not promotion.is_used_up and (promotion.code is None or promotion.id == coupon)
    ]
    limited = [promotion.id for promotion in running if promotion.uses_per_customer is not None]
    times = uses_by(session, owner, limited)
    return [
        promotion
        for promotion in running
        if promotion.uses_per_customer is None or times.get(promotion.id, 0) < promotion.uses_per_customer
    ]


def uses_by(session: Session, owner: int, promotions: Sequence[int]) -> dict[int, int]:
    """How many of a customer's orders each promotion was part of; undone ones don't count."""
    if not promotions:
        return {}
    found = session.execute(
        select(OrderDiscountRow.promotion_id, func.count())
        .join(OrderRow, OrderRow.id == OrderDiscountRow.order_id)
        .where(OrderRow.customer_id == owner, OrderRow.status.not_in(UNDONE))
        .where(OrderDiscountRow.promotion_id.in_(promotions))
        .group_by(OrderDiscountRow.promotion_id)
    )
    return {promotion: times for promotion, times in found if promotion is not None}


def promotion_value(row: PromotionRow) -> Promotion:
    """A row as a value."""
    return Promotion(
        id=row.id,
        key=row.key,
        name=row.name,
        kind=PromotionKind(row.kind),
        code=row.code,
        spoken=tuple(row.spoken),
        products=tuple(row.products),
        categories=tuple(row.categories),
        percent_ppm=row.percent_ppm,
        amount=row.amount,
        buy=row.buy,
        pay=row.pay,
        minimum=row.minimum,
        starts=row.starts,
        ends=row.ends,
        uses=row.uses,
        uses_per_customer=row.uses_per_customer,
        used=row.used,
    )
