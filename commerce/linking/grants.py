"""OAuth's codes and tokens: handed out once, exchanged once, and what follows when one is shown twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from commerce.clock import Clock
from commerce.customers import customer_id
from commerce.errors import GrantRefused
from commerce.linking.link_rows import hand_out, open_link, revoke
from commerce.linking.values import LinkKind, Tokens
from commerce.secrets import kept, new_secret
from commerce.shop_info import ShopInfo
from commerce.storage.customer_tables import CustomerRow
from commerce.storage.database import Database
from commerce.storage.link_tables import LinkRow, OAuthCodeRow, OAuthTokenRow

CODE_LASTS = timedelta(minutes=5)
REMEMBERED = timedelta(days=30)  # how long an exchanged refresh token is known, to tell a copy from nonsense
FIRST_SPEAKER = "Smart speaker"


@dataclass(frozen=True, slots=True)
class Code:
    """An authorization code that may still be exchanged. challenge: PKCE's, S256. customer: a customer's key."""

    client: str
    customer: str
    redirect_uri: str
    challenge: str


@dataclass(frozen=True, slots=True)
class Refresh:
    """A refresh token that may still be exchanged."""

    client: str
    customer: str


class Grants:
    """The authorization codes and refresh tokens of one shop."""

    def __init__(self, database: Database, shop: ShopInfo, clock: Clock) -> None:
        self._database = database
        self._shop = shop
        self._clock = clock

    def new_code(self, code: Code) -> str:
        """Write a permission down and return the code for it, good for five minutes. Raises UnknownCustomer."""
        secret = new_secret()
        with self._database.transaction() as session:
            row = OAuthCodeRow(
                code=kept(secret),
                customer_id=customer_id(session, self._shop.id, code.customer),
                client=code.client,
                redirect_uri=code.redirect_uri,
                challenge=code.challenge,
                expires_at=self._clock.now() + CODE_LASTS,
                link_id=None,
            )
            session.add(row)
        return secret

    def code(self, secret: str) -> Code:
        """What a code permits. A code that was exchanged before was copied by somebody: its link ends.

        Raises GrantRefused.
        """
        with self._database.transaction() as session:
            row = session.get(OAuthCodeRow, kept(secret))
            used = row.link_id if row else None
            if used is not None:
                revoke(session, used, self._clock.now())
            elif row is not None and row.expires_at > self._clock.now():
                return Code(row.client, self._owner(session, row.customer_id), row.redirect_uri, row.challenge)
        raise GrantRefused("unknown" if row is None else "used" if used is not None else "expired")

    def exchange_code(self, secret: str) -> Tokens:
        """A new link and its first tokens. Of two exchanges at once, one is refused. Raises GrantRefused."""
        now = self._clock.now()

        def work(session: Session) -> Tokens:
            row = session.get(OAuthCodeRow, kept(secret), with_for_update=True)
            if row is None or row.link_id is not None or row.expires_at <= now:
                raise GrantRefused("used")
            link = open_link(session, row.customer_id, LinkKind.SKILL, row.client, FIRST_SPEAKER, now)
            row.link_id = link.id
            return hand_out(session, link, now)

        return self._database.write(work)

    def refresh(self, secret: str) -> Refresh:
        """What a refresh token permits. One that was exchanged before was copied by somebody: its link ends.

        Raises GrantRefused.
        """
        with self._database.transaction() as session:
            row = _refresh_row(session, secret)
            if row is None:
                raise GrantRefused("unknown")
            link = session.get_one(LinkRow, row.link_id)
            refused = _why_not(row, link, self._clock.now())
            if refused == "used":
                revoke(session, link.id, self._clock.now())
            if refused is None:
                return Refresh(link.client, self._owner(session, link.customer_id))
        raise GrantRefused(refused)

    def exchange_refresh(self, secret: str) -> Tokens:
        """The link's next tokens; the access token before lasts out its hour, for requests that are under way.

        Of two exchanges at once, the second ends the link. Raises GrantRefused.
        """
        now = self._clock.now()

        def work(session: Session) -> Tokens | None:
            row = _refresh_row(session, secret)
            link = session.get(LinkRow, row.link_id, with_for_update=True) if row else None
            if row is None or link is None:
                raise GrantRefused("unknown")
            session.refresh(row)
            refused = _why_not(row, link, now)
            if refused == "used":
                revoke(session, link.id, now)
                return None
            if refused is not None:
                raise GrantRefused(refused)
            row.spent_at = now
            of_link = OAuthTokenRow.link_id == link.id
            session.execute(delete(OAuthTokenRow).where(of_link, OAuthTokenRow.spent_at < now - REMEMBERED))
            return hand_out(session, link, now)

        tokens = self._database.write(work)
        if tokens is None:
            raise GrantRefused("used")
        return tokens

    def client_of(self, token: str) -> str | None:
        """To which client an access or refresh token was given, however old it is; None for an unknown one."""
        hashed = kept(token)
        with self._database.reading() as session:
            links = select(LinkRow.client).join(OAuthTokenRow, OAuthTokenRow.link_id == LinkRow.id)
            return session.scalar(links.where((OAuthTokenRow.access == hashed) | (OAuthTokenRow.refresh == hashed)))

    def _owner(self, session: Session, customer: int) -> str:
        row = session.get_one(CustomerRow, customer)
        if row.shop_id != self._shop.id:
            raise GrantRefused("unknown")
        return row.key


def _refresh_row(session: Session, secret: str) -> OAuthTokenRow | None:
    return session.scalar(select(OAuthTokenRow).where(OAuthTokenRow.refresh == kept(secret)))


def _why_not(row: OAuthTokenRow, link: LinkRow, at: datetime) -> str | None:
    if link.revoked_at is not None:
        return "revoked"
    if row.spent_at is not None:
        return "used"
    if row.refresh_expires_at is None or row.refresh_expires_at <= at:
        return "expired"
    return None
