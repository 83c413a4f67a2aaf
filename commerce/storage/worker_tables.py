"""Table of the background workers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from commerce.storage.base import Base
from commerce.storage.types import UtcDateTime


class WorkerRow(Base):
    """A process that works in the background. beat_at: when it was last seen; done: how much it did."""

    __tablename__ = "workers"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    beat_at: Mapped[datetime] = mapped_column(UtcDateTime)
    done: Mapped[int] = mapped_column(BigInteger)
