"""Tables of what customers are told, and how they want to be told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from commerce.storage.base import Base
from commerce.storage.ledger_tables import BigId
from commerce.storage.types import UtcDateTime


class NotificationRow(Base):
    """Something that a customer, or the merchant's own system, is told through one channel. No text, no address.

    key: what makes it happen once, such as `order:17:order.paid:email`. facts: what the order's rows don't say.
    message_id: the same for every try. state: waiting, sent, withheld (nobody to send it to, or not wanted),
    undeliverable. reported: tries whose end was written down. doubtful: tries of which nobody knows whether the other
    side took the message: only these can have been delivered twice. note: what the last try came to, else "".
    """

    __tablename__ = "notifications"
    __table_args__ = (
        UniqueConstraint("shop_id", "key"),
        Index("ix_notifications_customer_id", "customer_id"),
        Index("ix_notifications_order_id", "order_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    shop_id: Mapped[int] = mapped_column(ForeignKey("shops.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"))
    event: Mapped[str] = mapped_column(String(32))
    channel: Mapped[str] = mapped_column(String(8))
    key: Mapped[str] = mapped_column(String(120))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    message_id: Mapped[str] = mapped_column(String(64), unique=True)
    state: Mapped[str] = mapped_column(String(16))
    reported: Mapped[int] = mapped_column(Integer)
    doubtful: Mapped[int] = mapped_column(Integer)
    note: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ContactRow(Base):
    """How a customer wants to be told. No row: e-mail only, no advertising, no quiet hours.

    phone: for text messages, E.164; null for none. marketing: consent to advertising; marketing_at: when it last
    changed. quiet_from, quiet_until: minutes after midnight in `time_zone`, or null. unsubscribe_token: ends the
    consent without a login.
    """

    __tablename__ = "contacts"

    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), primary_key=True)
    phone: Mapped[str | None] = mapped_column(String(20))
    marketing: Mapped[bool] = mapped_column()
    marketing_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    quiet_from: Mapped[int | None] = mapped_column(Integer)
    quiet_until: Mapped[int | None] = mapped_column(Integer)
    time_zone: Mapped[str] = mapped_column(String(64))
    unsubscribe_token: Mapped[str] = mapped_column(String(64), unique=True)


class WebhookRow(Base):
    """Where a shop's own system hears of its orders. The secret that signs is a setting and never stored."""

    __tablename__ = "webhooks"

    shop_id: Mapped[int] = mapped_column(ForeignKey("shops.id"), primary_key=True)
    url: Mapped[str] = mapped_column(Text)
