"""Tables of the shops and what they sell."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from commerce.storage.base import Base
from commerce.storage.types import Amount, UtcDateTime


class ShopRow(Base):
    """A shop. catalogue_version: counts changes of anything sayable. Amounts are minor units of `currency`."""

    __tablename__ = "shops"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(32))
    currency: Mapped[str] = mapped_column(String(3))
    language: Mapped[str] = mapped_column(String(35))
    seller: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    returns: Mapped[str] = mapped_column(Text)
    delivery_fee: Mapped[int] = mapped_column(Amount)
    delivery_free_from: Mapped[int | None] = mapped_column(Amount)
    delivery_days: Mapped[int] = mapped_column(Integer)
    prices_include_tax: Mapped[bool] = mapped_column()
    catalogue_version: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ProductRow(Base):
    """A product. spoken, synonyms: lists of names. A retired product is kept for old orders and can't be bought."""

    __tablename__ = "products"
    __table_args__ = (UniqueConstraint("shop_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    shop_id: Mapped[int] = mapped_column(ForeignKey("shops.id"))
    key: Mapped[str] = mapped_column(String(128))
    name: Mapped[str] = mapped_column(Text)
    spoken: Mapped[list[str]] = mapped_column(JSON)
    synonyms: Mapped[list[str]] = mapped_column(JSON)
    category: Mapped[str | None] = mapped_column(Text)
    brand: Mapped[str | None] = mapped_column(Text)
    unit: Mapped[str | None] = mapped_column(Text)
    position: Mapped[int] = mapped_column(Integer)
    retired: Mapped[bool] = mapped_column()


class VariantRow(Base):
    """What is sold: one size, pack or colour. price: minor units; tax_ppm: tax rate in millionths."""

    __tablename__ = "variants"
    __table_args__ = (
        UniqueConstraint("shop_id", "sku"),
        CheckConstraint("price >= 0", name="price_not_negative"),
        CheckConstraint("tax_ppm >= 0", name="tax_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    shop_id: Mapped[int] = mapped_column(ForeignKey("shops.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"), index=True)
    sku: Mapped[str] = mapped_column(String(128))
    name: Mapped[str] = mapped_column(Text)
    spoken: Mapped[list[str]] = mapped_column(JSON)
    attributes: Mapped[dict[str, str]] = mapped_column(JSON)
    price: Mapped[int] = mapped_column(Amount)
    tax_ppm: Mapped[int] = mapped_column(Integer)
    position: Mapped[int] = mapped_column(Integer)
    retired: Mapped[bool] = mapped_column()


class StockRow(Base):
    """Units that can still be sold; None where nobody counts (a cafe's drinks). One row a variant.

    back_orders: the most units that may be owed to buyers. owed: units sold that are not here yet.
    due_on: the day on which they should be here, where the shop knows it.
    """

    __tablename__ = "stock"
    __table_args__ = (
        CheckConstraint("available >= 0", name="available_not_negative"),
        CheckConstraint("owed >= 0", name="owed_not_negative"),
    )

    variant_id: Mapped[int] = mapped_column(ForeignKey("variants.id"), primary_key=True)
    available: Mapped[int | None] = mapped_column(Integer)
    back_orders: Mapped[int] = mapped_column(Integer, server_default="0")
    owed: Mapped[int] = mapped_column(Integer, server_default="0")
    due_on: Mapped[date | None] = mapped_column(Date)


class ReservationRow(Base):
    """Units taken out of the stock for a customer who has not bought them yet. The row goes when they go back."""

    __tablename__ = "reservations"
    __table_args__ = (
        CheckConstraint("units > 0", name="units_positive"),
        Index("ix_reservations_variant_id", "variant_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("variants.id"))
    units: Mapped[int] = mapped_column(Integer)
    until: Mapped[datetime] = mapped_column(UtcDateTime)


class SubstituteRow(Base):
    """What can be taken instead of a variant when that is out. position: the best first."""

    __tablename__ = "substitutes"

    variant_id: Mapped[int] = mapped_column(ForeignKey("variants.id"), primary_key=True)
    substitute_id: Mapped[int] = mapped_column(ForeignKey("variants.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer)


class OptionGroupRow(Base):
    """A set of modifiers. defaults: keys of choices taken when the shopper names none; amounts: list of words."""

    __tablename__ = "option_groups"
    __table_args__ = (UniqueConstraint("shop_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    shop_id: Mapped[int] = mapped_column(ForeignKey("shops.id"))
    key: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(Text)
    minimum: Mapped[int] = mapped_column(Integer)
    maximum: Mapped[int] = mapped_column(Integer)
    defaults: Mapped[list[str]] = mapped_column(JSON)
    amounts: Mapped[list[str]] = mapped_column(JSON)
    position: Mapped[int] = mapped_column(Integer)
    retired: Mapped[bool] = mapped_column()


class OptionChoiceRow(Base):
    """One choice of a group. price_effect: minor units added to the unit price, may be negative."""

    __tablename__ = "option_choices"
    __table_args__ = (UniqueConstraint("group_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("option_groups.id"))
    key: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(Text)
    spoken: Mapped[list[str]] = mapped_column(JSON)
    price_effect: Mapped[int] = mapped_column(Amount)
    position: Mapped[int] = mapped_column(Integer)
    retired: Mapped[bool] = mapped_column()


class ProductOptionRow(Base):
    """A product can be had with the choices of this group."""

    __tablename__ = "product_options"

    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"), primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("option_groups.id"), primary_key=True, index=True)
    position: Mapped[int] = mapped_column(Integer)
