"""Forgotten passwords: a link is mailed to the customer, and whoever has the link may choose a new password, once.

The link's token is made when the mail is written (`new_resets`), and only its hash is kept.
"""

from __future__ import annotations

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from commerce.clock import Clock
from commerce.errors import ResetGone
from commerce.logins.logins import keep_login, plain_email
from commerce.logins.passwords import check_strength, hash_password
from commerce.notifications.announcing import tell
from commerce.notifications.events import Event
from commerce.secrets import kept
from commerce.shop_info import ShopInfo
from commerce.storage.customer_tables import CustomerRow
from commerce.storage.database import Database
from commerce.storage.login_tables import LoginRow, PasswordResetRow


class Resets:
    """New passwords for one shop's customers. A customer without a login, but with an address, gets one this way."""

    def __init__(self, database: Database, shop: ShopInfo, clock: Clock) -> None:
        self._database = database
        self._shop = shop
        self._clock = clock

    def ask(self, email: str, page: str) -> None:
        """Mail a link to the customer of this address, at most once a minute; without one, nothing happens.

        page: where a new password is chosen; the mail adds `?token=...`. What happened is not told to whoever asked.
        """
        now = self._clock.now()
        with self._database.transaction() as session:
            owner = _owner(session, self._shop, plain_email(email))
            if owner is not None:
                minute = now.replace(second=0, microsecond=0)
                tell(session, self._shop.id, owner, Event.LOCKED_OUT, f"{minute:%Y%m%d%H%M}", now, page=page)

    def is_open(self, token: str) -> bool:
        """Whether a new password can be chosen with this token."""
        with self._database.reading() as session:
            row = session.get(PasswordResetRow, kept(token))
            return row is not None and row.expires_at > self._clock.now()

    def choose(self, token: str, password: str) -> str:
        """Set the new password and return the customer's key; all browsers are logged out.

        Raises ResetGone, WeakPassword.
        """
        with self._database.reading() as session:
            check_strength(password, self._email(session, self._find(session, token)))
        hashed = hash_password(password)
        with self._database.transaction() as session:
            row = self._find(session, token)
            customer = session.get_one(CustomerRow, row.customer_id)
            used = delete(PasswordResetRow).where(PasswordResetRow.token == row.token).returning(PasswordResetRow.token)
            if session.execute(used).first() is None:  # somebody else used the link at this moment
                raise ResetGone
            keep_login(session, self._shop, customer.id, self._email(session, row), hashed, self._clock)
            return customer.key

    def _find(self, session: Session, token: str) -> PasswordResetRow:
        row = session.get(PasswordResetRow, kept(token))
        if row is None or row.expires_at <= self._clock.now():
            raise ResetGone
        return row

    def _email(self, session: Session, row: PasswordResetRow) -> str:
        login = session.get(LoginRow, row.customer_id)
        return login.email if login else session.get_one(CustomerRow, row.customer_id).email or ""


def _owner(session: Session, shop: ShopInfo, email: str) -> int | None:
    """The customer whom a link for this address may be mailed to: the mail goes to the customer's own address."""
    of_shop = select(CustomerRow.id).where(CustomerRow.shop_id == shop.id, CustomerRow.email.is_not(None))
    login = of_shop.join(LoginRow, LoginRow.customer_id == CustomerRow.id).where(LoginRow.email == email)
    found = session.scalar(login)
    if found is not None:
        return found
    owners = session.scalars(of_shop.where(func.lower(CustomerRow.email) == email).limit(2)).all()
    return owners[0] if len(owners) == 1 else None
