"""Tables of quotes and orders."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from commerce.storage.base import Base
from commerce.storage.ledger_tables import BigId
from commerce.storage.types import UtcDateTime


class QuoteRow(Base):
    """An offer that was read out. Only a customer's newest one can be confirmed, once, before it expires.

    content: everything that the digest covers (see `commerce.quotes`).
    order_id: the order that came of it, else None.
    """

    __tablename__ = "quotes"

    sequence: Mapped[int] = mapped_column(BigId, primary_key=True)
    id: Mapped[str] = mapped_column(String(32), unique=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(64))
    needs_code: Mapped[bool] = mapped_column()
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"), unique=True)


class OrderRow(Base):
    """Something bought. kind: `goods`, or `bill` for a bill that was paid. Amounts are minor units.

    number: what is spoken; unique within the shop, None only inside the transaction that makes the order.
    """

    __tablename__ = "orders"
    __table_args__ = (
        UniqueConstraint("shop_id", "number"),
        CheckConstraint("total >= 0", name="total_not_negative"),
        Index("ix_orders_customer_id_placed_at", "customer_id", "placed_at"),
        Index("ix_orders_shop_id_placed_at", "shop_id", "placed_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    shop_id: Mapped[int] = mapped_column(ForeignKey("shops.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    number: Mapped[str | None] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(8))
    status: Mapped[str] = mapped_column(String(16))
    currency: Mapped[str] = mapped_column(String(3))
    delivery: Mapped[int] = mapped_column(BigInteger)
    tax: Mapped[int] = mapped_column(BigInteger)
    total: Mapped[int] = mapped_column(BigInteger)
    payee: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    placed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expected_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class OrderLineRow(Base):
    """A line of an order, as it was bought.

    variant_id: None for what is no product (a bill). product_key, sku, name: as they were then.
    options: list of [group key, choice key, amount or null], as a cart keeps them.
    choices: the same as they were sold, with names and prices.
    held: units of stock that this line took and that were not given back. owed: units that are not here yet.
    """

    __tablename__ = "order_lines"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("held >= 0 AND held <= quantity", name="held_within_quantity"),
        Index("ix_order_lines_variant_id", "variant_id"),
    )

    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    variant_id: Mapped[int | None] = mapped_column(ForeignKey("variants.id"))
    product_key: Mapped[str] = mapped_column(String(128))
    sku: Mapped[str] = mapped_column(String(128))
    name: Mapped[str] = mapped_column(Text)
    quantity: Mapped[int] = mapped_column(Integer)
    options: Mapped[list[list[str | None]]] = mapped_column(JSON)
    choices: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    unit_price: Mapped[int] = mapped_column(BigInteger)
    tax_ppm: Mapped[int] = mapped_column(Integer)
    total: Mapped[int] = mapped_column(BigInteger)
    held: Mapped[int] = mapped_column(Integer)
    owed: Mapped[int] = mapped_column(Integer, server_default="0")


class OrderEventRow(Base):
    """One entry of an order's status history."""

    __tablename__ = "order_events"

    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    status: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class IdempotencyRow(Base):
    """A write that was asked for under a key, and what it made. body: sha256 of what was asked, without any code."""

    __tablename__ = "idempotency_keys"

    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(128), primary_key=True)
    body: Mapped[str] = mapped_column(String(64))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
