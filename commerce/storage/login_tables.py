"""Tables of how customers get into their accounts. Passwords and tokens are here as hashes only."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from commerce.storage.base import Base
from commerce.storage.types import UtcDateTime


class LoginRow(Base):
    """How a customer logs in. email: in lower case. password: an argon2id hash, which says how it was made."""

    __tablename__ = "logins"
    __table_args__ = (UniqueConstraint("shop_id", "email"),)

    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), primary_key=True)
    shop_id: Mapped[int] = mapped_column(ForeignKey("shops.id"))
    email: Mapped[str] = mapped_column(String(254))
    password: Mapped[str] = mapped_column(Text)
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SittingRow(Base):
    """A browser that is logged in. token: sha256 of what its cookie holds."""

    __tablename__ = "sittings"

    token: Mapped[str] = mapped_column(String(64), primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PasswordResetRow(Base):
    """A link that was mailed, with which a new password may be chosen once. token: sha256 of what the link holds."""

    __tablename__ = "password_resets"

    token: Mapped[str] = mapped_column(String(64), primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RateRow(Base):
    """How often something was tried lately. key: sha256 of what and by whom; ends_at: when counting begins anew."""

    __tablename__ = "rates"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int] = mapped_column(Integer)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
