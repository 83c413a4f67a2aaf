"""What an order's discounts do: uses are counted, points are paid, and both come back when the order is undone.

Works inside the caller's transaction. A promotion's row is changed only while a use is left, so whoever takes the last
one is the last; rows are taken in the order of their ids, so that two orders never wait for each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from commerce.errors import PromotionGone
from commerce.promotions import points
from commerce.promotions.rules import POINTS, Discount
from commerce.storage.order_tables import OrderRow
from commerce.storage.promotion_tables import CartBenefitsRow, OrderDiscountRow, PromotionRow


def write_discounts(session: Session, order: OrderRow, discounts: Sequence[Discount]) -> None:
    """Write down what comes off an order."""
    known = _ids(session, order.shop_id, [discount.key for discount in discounts])
    session.add_all(
        OrderDiscountRow(
            order_id=order.id,
            position=position,
            promotion_id=None if discount.points else known.get(discount.key),
            key=discount.key,
            name=discount.name,
            amount=discount.amount.amount,
            points=discount.points,
        )
        for position, discount in enumerate(discounts)
    )
    session.flush()


def take_uses(session: Session, order: OrderRow, at: datetime) -> None:
    """Count this order's promotions and pay its points. Raises PromotionGone, PointsGone."""
    rows = _rows(session, order)
    for row in _by_promotion(rows):
        taken = session.execute(
            update(PromotionRow)
            .where(PromotionRow.id == row.promotion_id)
            .where(or_(PromotionRow.uses.is_(None), PromotionRow.used < PromotionRow.uses))
            .values(used=PromotionRow.used + 1)
            .returning(PromotionRow.id)
            .execution_options(synchronize_session=False)
        ).one_or_none()
        if taken is None:
            raise PromotionGone(row.key)
    used = sum(row.points for row in rows)
    if used:
        points.redeem(session, order, used, at)


def give_back_uses(session: Session, order: OrderRow, at: datetime) -> None:
    """The order is off: its promotions can be used again, and its points go back where they came from."""
    for row in _by_promotion(_rows(session, order)):
        session.execute(
            update(PromotionRow)
            .where(PromotionRow.id == row.promotion_id, PromotionRow.used > 0)
            .values(used=PromotionRow.used - 1)
            .execution_options(synchronize_session=False)
        )
    points.undo(session, order, at)


def restore_benefits(session: Session, order: OrderRow, cart_id: int) -> None:
    """Put an order's coupon, and the wish to use points, into the cart that they came from."""
    rows = _rows(session, order)
    coupons = session.scalars(
        select(PromotionRow.id)
        .where(PromotionRow.id.in_([row.promotion_id for row in rows]), PromotionRow.code.is_not(None))
        .order_by(PromotionRow.id)
    ).all()
    uses_points = any(row.key == POINTS for row in rows)
    if coupons or uses_points:
        coupon = coupons[0] if coupons else None
        session.merge(CartBenefitsRow(cart_id=cart_id, promotion_id=coupon, uses_points=uses_points))
        session.flush()


def _rows(session: Session, order: OrderRow) -> Sequence[OrderDiscountRow]:
    return session.scalars(select(OrderDiscountRow).where(OrderDiscountRow.order_id == order.id)).all()


def _by_promotion(rows: Iterable[OrderDiscountRow]) -> list[OrderDiscountRow]:
    counted = [row for row in rows if row.promotion_id is not None]
    return sorted(counted, key=lambda row: row.promotion_id or 0)


def _ids(session: Session, shop_id: int, keys: Sequence[str]) -> dict[str, int]:
    if not keys:
        return {}
    found = select(PromotionRow.key, PromotionRow.id).where(PromotionRow.shop_id == shop_id, PromotionRow.key.in_(keys))
    return dict(session.execute(found).all())
