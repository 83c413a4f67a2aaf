"""What comes off a customer's cart now. Works inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from commerce.cart_items import Cart
from commerce.promotions import points
from commerce.promotions.loading import counting, load_loyalty, load_promotions
from commerce.promotions.reckoning import Portion, Reckoning, reckon
from commerce.promotions.rules import Promotion
from commerce.shop_info import ShopInfo
from commerce.storage.cart_tables import CartRow
from commerce.storage.promotion_tables import CartBenefitsRow
from commerce.storage.shop_tables import ProductRow


def with_discounts(session: Session, shop: ShopInfo, owner: int, cart: Cart, at: datetime) -> Cart:
    """The cart with what comes off it."""
    return replace(cart, discounts=reckon_cart(session, shop, owner, cart, at).discounts)


def reckon_cart(session: Session, shop: ShopInfo, owner: int, cart: Cart, at: datetime) -> Reckoning:
    """What comes off a cart, and off which lines. A withdrawn line counts like any other: it can't be bought anyway."""
    promotions, benefits = load_promotions(session, shop), _benefits(session, owner)
    if not cart.lines or not (promotions or benefits):
        return Reckoning()
    coupon = benefits.promotion_id if benefits else None
    loyalty = load_loyalty(session, shop) if benefits and benefits.uses_points else None
    return reckon(
        _portions(session, shop, cart, promotions),
        counting(session, promotions, owner, coupon, at),
        shop.currency,
        loyalty,
        0 if loyalty is None else points.balance(session, shop.id, owner),
    )


def _benefits(session: Session, owner: int) -> CartBenefitsRow | None:
    asked = select(CartBenefitsRow).join(CartRow, CartRow.id == CartBenefitsRow.cart_id)
    return session.scalar(asked.where(CartRow.customer_id == owner).execution_options(populate_existing=True))


def _portions(session: Session, shop: ShopInfo, cart: Cart, promotions: Collection[Promotion]) -> list[Portion]:
    categories: dict[str, str | None] = {}
    if any(promotion.categories for promotion in promotions):
        keys = {line.product_key for line in cart.lines}
        found = select(ProductRow.key, ProductRow.category).where(ProductRow.shop_id == shop.id)
        categories = dict(session.execute(found.where(ProductRow.key.in_(keys))).all())
    return [
        Portion(
            line.id, line.product_key, categories.get(line.product_key), max(line.unit_price.amount, 0), line.quantity
        )
        for line in cart.lines
    ]
