"""Table of the conversations."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from commerce.storage.base import Base
from commerce.storage.types import UtcDateTime


class SessionRow(Base):
    """One conversation of a customer at a device.

    version: rises whenever a turn takes the session and whenever it gives it back.
    state: the dialogue's own JSON.
    turn_id, taken_at: the turn that holds the session now; null when none does.
    cart_version: the cart's version when that turn took the session.
    """

    __tablename__ = "sessions"

    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), primary_key=True)
    device: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[int] = mapped_column(Integer)
    state: Mapped[str | None] = mapped_column(Text)
    turn_id: Mapped[str | None] = mapped_column(String(64))
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cart_version: Mapped[int | None] = mapped_column(Integer)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
