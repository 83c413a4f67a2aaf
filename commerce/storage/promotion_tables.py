"""Tables of promotions, of what a cart asks for, and of what an order had taken off."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from commerce.storage.base import Base
from commerce.storage.ledger_tables import BigId
from commerce.storage.types import Amount, UtcDateTime


class PromotionRow(Base):
    """A promotion: see `commerce.promotions.rules.Promotion`. One that the shop's files no longer name is retired.

    used: orders that it was part of and that were not undone; the database refuses more than `uses`.
    """

    __tablename__ = "promotions"
    __table_args__ = (
        UniqueConstraint("shop_id", "key"),
        UniqueConstraint("shop_id", "code"),
        CheckConstraint("used >= 0 AND (uses IS NULL OR used <= uses)", name="not_used_too_often"),
        CheckConstraint("amount >= 0", name="amount_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    shop_id: Mapped[int] = mapped_column(ForeignKey("shops.id"))
    key: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(16))
    code: Mapped[str | None] = mapped_column(String(64))
    spoken: Mapped[list[str]] = mapped_column(JSON)
    products: Mapped[list[str]] = mapped_column(JSON)
    categories: Mapped[list[str]] = mapped_column(JSON)
    percent_ppm: Mapped[int] = mapped_column(Integer)
    amount: Mapped[int] = mapped_column(Amount)
    buy: Mapped[int] = mapped_column(Integer)
    pay: Mapped[int] = mapped_column(Integer)
    minimum: Mapped[int] = mapped_column(Amount)
    starts: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ends: Mapped[datetime | None] = mapped_column(UtcDateTime)
    uses: Mapped[int | None] = mapped_column(Integer)
    uses_per_customer: Mapped[int | None] = mapped_column(Integer)
    used: Mapped[int] = mapped_column(Integer)
    position: Mapped[int] = mapped_column(Integer)
    retired: Mapped[bool] = mapped_column()


class LoyaltyRow(Base):
    """A shop's points. spend: minor units that earn one. worth: minor units that one takes off."""

    __tablename__ = "loyalty"
    __table_args__ = (CheckConstraint("spend > 0 AND worth > 0", name="worth_something"),)

    shop_id: Mapped[int] = mapped_column(ForeignKey("shops.id"), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    spend: Mapped[int] = mapped_column(Amount)
    worth: Mapped[int] = mapped_column(Amount)


class CartBenefitsRow(Base):
    """What the customer asked for to pay less. promotion_id: the coupon in the cart, at most one."""

    __tablename__ = "cart_benefits"

    cart_id: Mapped[int] = mapped_column(ForeignKey("carts.id"), primary_key=True)
    promotion_id: Mapped[int | None] = mapped_column(ForeignKey("promotions.id"))
    uses_points: Mapped[bool] = mapped_column()


class OrderDiscountRow(Base):
    """What a promotion, or points, took off an order. amount: minor units.

    promotion_id: None for points, and for what was imported from another time.
    """

    __tablename__ = "order_discounts"
    __table_args__ = (CheckConstraint("amount > 0 AND points >= 0", name="takes_something_off"),)

    order_id: Mapped[int] = mapped_column(BigId, ForeignKey("orders.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    promotion_id: Mapped[int | None] = mapped_column(ForeignKey("promotions.id"), index=True)
    key: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(Text)
    amount: Mapped[int] = mapped_column(BigInteger)
    points: Mapped[int] = mapped_column(Integer)
