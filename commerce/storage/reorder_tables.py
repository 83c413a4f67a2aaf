"""Tables of who wants to hear of what is running out, and of what they heard."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from commerce.storage.base import Base
from commerce.storage.types import UtcDateTime


class ReorderConsentRow(Base):
    """A customer's consent to be reminded of what is running out; no row: none was given, or it was taken back.

    channel: `email` or `sms`. looked_at_from: when a worker looks again at what the customer is running out of.
    """

    __tablename__ = "reorder_consents"

    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), primary_key=True)
    channel: Mapped[str] = mapped_column(String(8))
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    looked_at_from: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class ReorderReminderRow(Base):
    """A product of which a customer was reminded. bought_at: the purchase after which it was, the last one then."""

    __tablename__ = "reorder_reminders"

    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"), primary_key=True, index=True)
    bought_at: Mapped[datetime] = mapped_column(UtcDateTime)
