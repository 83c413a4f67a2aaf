"""Tables of what happens to an order after the sale: parcels, returns, refunds."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from commerce.storage.base import Base
from commerce.storage.ledger_tables import BigId
from commerce.storage.types import UtcDateTime


class ParcelRow(Base):
    """One parcel of an order. position: 1 for the first. carrier, tracking: "" where there are none."""

    __tablename__ = "parcels"
    __table_args__ = (UniqueConstraint("order_id", "position"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    position: Mapped[int] = mapped_column(Integer)
    carrier: Mapped[str] = mapped_column(String(64))
    tracking: Mapped[str] = mapped_column(String(128))
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ParcelLineRow(Base):
    """What is in a parcel. line: the position of the order's line."""

    __tablename__ = "parcel_lines"
    __table_args__ = (CheckConstraint("units > 0", name="units_positive"),)

    parcel_id: Mapped[int] = mapped_column(ForeignKey("parcels.id"), primary_key=True)
    line: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    units: Mapped[int] = mapped_column(Integer)


class ReturnRow(Base):
    """Goods that a customer sends back. state: expected, received, closed (they never came)."""

    __tablename__ = "returns"
    __table_args__ = (Index("ix_returns_order_id", "order_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    state: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ReturnLineRow(Base):
    """What is sent back. line: the position of the order's line."""

    __tablename__ = "return_lines"
    __table_args__ = (CheckConstraint("units > 0", name="units_positive"),)

    return_id: Mapped[int] = mapped_column(ForeignKey("returns.id"), primary_key=True)
    line: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    units: Mapped[int] = mapped_column(Integer)


class RefundRow(Base):
    """Money of an order that goes back. amount: minor units. state: requested, done.

    key: what the gateway knows it by. request: who asked for it, unique within the order: the same wish counts once.
    """

    __tablename__ = "refunds"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_positive"),
        UniqueConstraint("order_id", "request"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    key: Mapped[str] = mapped_column(String(80), unique=True)
    request: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(16))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
