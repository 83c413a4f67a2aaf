"""Tokens for links with which a new password may be chosen: made while the mail is written, so no queue holds them."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from commerce.secrets import kept, new_secret
from commerce.storage.login_tables import PasswordResetRow

LASTS = timedelta(hours=1)


def new_reset(session: Session, owner: int, asked_at: datetime) -> str:
    """A token for a mail to a customer (a row id). A link that was mailed before stays good until it is old."""
    token = new_secret()
    session.execute(delete(PasswordResetRow).where(PasswordResetRow.expires_at <= asked_at))
    session.add(PasswordResetRow(token=kept(token), customer_id=owner, expires_at=asked_at + LASTS))
    session.flush()
    return token
