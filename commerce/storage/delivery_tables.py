"""Table of the requests that an outside platform delivered to us."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from commerce.storage.base import Base
from commerce.storage.types import UtcDateTime


class DeliveryRow(Base):
    """A request that came in.

    id: sha256 of what the platform calls it. answer: JSON, once it is known and worth keeping.
    ends_at: from then on the same request would be too old to be taken anyway.
    """

    __tablename__ = "deliveries"
    __table_args__ = (Index("ix_deliveries_ends_at", "ends_at"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answer: Mapped[str | None] = mapped_column(Text)
