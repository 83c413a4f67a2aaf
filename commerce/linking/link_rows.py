"""Links, speakers and tokens as rows. Works inside the caller's transaction."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from commerce.linking.values import LinkKind, Tokens
from commerce.secrets import kept, new_secret
from commerce.storage.link_tables import LinkRow, OAuthTokenRow, SpeakerRow
from commerce.storage.once import insert_once

ACCESS_LASTS = timedelta(hours=1)
REFRESH_LASTS = timedelta(days=400)  # since it was handed out; each exchange hands out a new one


def open_link(session: Session, owner: int, kind: LinkKind, client: str, name: str, at: datetime) -> LinkRow:
    """A new link with one speaker, which may not buy."""
    link = LinkRow(customer_id=owner, kind=kind.value, client=client, outside_user=None, made_at=at, revoked_at=None)
    session.add(link)
    session.flush()
    add_speaker(session, link, "", name, at)
    return link


def add_speaker(session: Session, link: LinkRow, outside: str, name: str, at: datetime) -> None:
    """A speaker of the link, unless it is known; buying is off until its owner switches it on."""
    insert_once(
        session,
        SpeakerRow,
        link_id=link.id,
        customer_id=link.customer_id,
        key=f"{link.kind}-{secrets.token_hex(12)}",
        outside=outside,
        name=name,
        may_buy=False,
        spend_cap=None,
        made_at=at,
        seen_at=None,
    )


def hand_out(session: Session, link: LinkRow, at: datetime) -> Tokens:
    """New tokens. A skill's access token lasts an hour and is refreshed; a device's lasts as long as its link."""
    access = new_secret()
    row = OAuthTokenRow(access=kept(access), link_id=link.id, made_at=at)
    session.add(row)
    if link.kind == LinkKind.DEVICE:
        return Tokens(access, None, None)
    refresh = new_secret()
    row.access_expires_at = at + ACCESS_LASTS
    row.refresh, row.refresh_expires_at = kept(refresh), at + REFRESH_LASTS
    return Tokens(access, refresh, int(ACCESS_LASTS.total_seconds()))


def revoke(session: Session, link_id: int, at: datetime) -> None:
    """None of the link's tokens opens anything from now on; once more does no harm."""
    session.execute(update(LinkRow).where(LinkRow.id == link_id, LinkRow.revoked_at.is_(None)).values(revoked_at=at))
