"""Tables of payments and of the outbox through which gateways are asked."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from commerce.storage.base import Base
from commerce.storage.ledger_tables import BigId
from commerce.storage.types import UtcDateTime


class PaymentMethodRow(Base):
    """How a customer pays at a gateway: its token and a name to speak of ("Visa ending in 4242"). No card data."""

    __tablename__ = "payment_methods"
    __table_args__ = (UniqueConstraint("customer_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    key: Mapped[str] = mapped_column(String(64))
    token: Mapped[str] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(Text)
    position: Mapped[int] = mapped_column(Integer)


class PaymentRow(Base):
    """The payment of one order. method: card, account, delivery.

    key: what the gateway knows the charge by. reference: the gateway's own name for it, "" until it gave one.
    token: the gateway's token, "" for other methods. account_id: the account that pays, for the method `account`.
    reason: why it was declined, else "". finish_at: where the customer finishes it on the phone, or None.
    """

    __tablename__ = "payments"
    __table_args__ = (CheckConstraint("amount >= 0", name="amount_not_negative"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), unique=True)
    method: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    key: Mapped[str] = mapped_column(String(64), unique=True)
    token: Mapped[str] = mapped_column(String(255))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    reference: Mapped[str] = mapped_column(String(255))
    reason: Mapped[str] = mapped_column(Text)
    finish_at: Mapped[str | None] = mapped_column(Text)
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)


class OutboxRow(Base):
    """Something to be done outside the database, committed with the reason for it and done at least once.

    topic, subject: what is to be done (see `commerce.outbox`), and the id of what it is about.
    due_at: not before. claimed_until: another worker is at it. attempts: how often it was begun.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("topic", "subject"),
        Index("ix_outbox_done_at_due_at", "done_at", "due_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    shop_id: Mapped[int] = mapped_column(ForeignKey("shops.id"))
    topic: Mapped[str] = mapped_column(String(32))
    subject: Mapped[int] = mapped_column(BigInteger)
    attempts: Mapped[int] = mapped_column(Integer)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class StripeIntentRow(Base):
    """Which of Stripe's payment intents is a payment's. intent: "" when none may ever be confirmed for it."""

    __tablename__ = "stripe_intents"

    key: Mapped[str] = mapped_column(ForeignKey("payments.key"), primary_key=True)
    intent: Mapped[str] = mapped_column(String(64))
