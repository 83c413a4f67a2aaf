"""Tables of the speakers and devices that act for a customer. Codes and tokens are here as sha256 only."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from commerce.storage.base import Base
from commerce.storage.types import Amount, UtcDateTime


class LinkRow(Base):
    """A customer's permission for a skill or a paired device to act for them: its tokens live and die with it.

    kind: `skill` or `device`. outside_user: sha256 of what the skill's platform calls its user, once it was told.
    """

    __tablename__ = "links"
    __table_args__ = (Index("ix_links_customer_id", "customer_id"), Index("ix_links_outside_user", "outside_user"))

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    kind: Mapped[str] = mapped_column(String(16))
    client: Mapped[str] = mapped_column(String(64))
    outside_user: Mapped[str | None] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SpeakerRow(Base):
    """One loudspeaker or device of a link.

    key: names its conversations (`sessions.device`). outside: sha256 of what the platform calls the speaker, "" for one
    that was not named. may_buy: the purchase switch. spend_cap: the most that an order from here may cost, minor units.
    """

    __tablename__ = "speakers"
    __table_args__ = (
        UniqueConstraint("key"),
        UniqueConstraint("link_id", "outside"),
        Index("ix_speakers_customer_id", "customer_id"),
        CheckConstraint("spend_cap >= 0", name="spend_cap_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    link_id: Mapped[int] = mapped_column(ForeignKey("links.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    key: Mapped[str] = mapped_column(String(40))
    outside: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(Text)
    may_buy: Mapped[bool] = mapped_column(Boolean)
    spend_cap: Mapped[int | None] = mapped_column(Amount)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class OAuthCodeRow(Base):
    """An authorization code. challenge: PKCE's, S256. link_id: what it was exchanged for; a code is good once."""

    __tablename__ = "oauth_codes"

    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    client: Mapped[str] = mapped_column(String(64))
    redirect_uri: Mapped[str] = mapped_column(Text)
    challenge: Mapped[str] = mapped_column(String(128))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    link_id: Mapped[int | None] = mapped_column(ForeignKey("links.id"))


class OAuthTokenRow(Base):
    """An access token and the refresh token that came with it.

    access_expires_at: None for a paired device, whose token lasts until it is revoked. spent_at: when the refresh token
    was exchanged for the next pair; showing it again means that somebody copied it.
    """

    __tablename__ = "oauth_tokens"

    access: Mapped[str] = mapped_column(String(64), primary_key=True)
    link_id: Mapped[int] = mapped_column(ForeignKey("links.id"), index=True)
    access_expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    refresh: Mapped[str | None] = mapped_column(String(64), unique=True)
    refresh_expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    spent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PairingRow(Base):
    """A device that waits to be let in. device_code, user_code: sha256.

    state: waiting, approved, denied, used. pause: seconds that the device must wait between two questions.
    """

    __tablename__ = "pairings"

    device_code: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_code: Mapped[str] = mapped_column(String(64), unique=True)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"), index=True)
    name: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    pause: Mapped[int] = mapped_column(Integer)
