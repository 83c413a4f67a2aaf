"""Table of the users of a smart speaker's platform who want to be told something."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from commerce.storage.base import Base
from commerce.storage.types import UtcDateTime


class SkillUserRow(Base):
    """What a user of the skill's platform agreed to be told. user: what the platform calls them; needed to reach them.

    customer_id: null until they have linked an account. statuses, alerts: consent to news of orders, and to reminders.
    """

    __tablename__ = "skill_users"
    __table_args__ = (Index("ix_skill_users_customer_id", "customer_id"),)

    user: Mapped[str] = mapped_column(String(255), primary_key=True)
    shop_id: Mapped[int] = mapped_column(ForeignKey("shops.id"))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"))
    statuses: Mapped[bool] = mapped_column(Boolean)
    alerts: Mapped[bool] = mapped_column(Boolean)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
