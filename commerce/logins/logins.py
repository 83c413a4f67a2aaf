"""Signing up and logging in. A login belongs to one customer of one shop."""

from __future__ import annotations

import re
import secrets

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from commerce.clock import Clock
from commerce.customers import customer_id
from commerce.errors import EmailTaken, WrongPassword
from commerce.logins.passwords import check_strength, hash_password, is_outdated, matches
from commerce.registering import add_customer
from commerce.shop_info import ShopInfo
from commerce.storage.customer_tables import CustomerRow
from commerce.storage.database import Database
from commerce.storage.login_tables import LoginRow, PasswordResetRow, SittingRow


def plain_email(email: str) -> str:
    """An e-mail address as it is compared: mail servers that tell cases apart are not met any more."""
    return email.strip().casefold()


class Logins:
    """The logins of one shop's customers. `customer` is a customer's key."""

    def __init__(self, database: Database, shop: ShopInfo, clock: Clock) -> None:
        self._database = database
        self._shop = shop
        self._clock = clock

    def sign_up(self, name: str, email: str, password: str, language: str | None = None) -> str:
        """Make a new customer with a login, and return the customer's key.

        An address that a customer of the shop has can't be signed up with: whoever owns it gets in by a mailed link.
        Raises EmailTaken, WeakPassword, InvalidCustomer.
        """
        email = email.strip()
        check_strength(password, email)
        with self._database.reading() as session:
            if self._owners(session, email):
                raise EmailTaken
        fields = {"key": _new_key(name), "name": name.strip(), "email": email, "language": language}
        customer = add_customer(self._database, self._shop, self._clock, fields).key
        self._keep(customer, email, hash_password(password))
        return customer

    def log_in(self, email: str, password: str) -> str:
        """The key of the customer who has this login. Raises WrongPassword, in the same time whatever is wrong."""
        with self._database.reading() as session:
            found = session.execute(
                select(LoginRow.password, CustomerRow.key)
                .join(CustomerRow, CustomerRow.id == LoginRow.customer_id)
                .where(LoginRow.shop_id == self._shop.id, LoginRow.email == plain_email(email))
            ).first()
        if not matches(password, found.password if found else None) or found is None:
            raise WrongPassword
        if is_outdated(found.password):
            self._rehash(plain_email(email), found.password, hash_password(password))
        return str(found.key)

    def check_password(self, customer: str, password: str) -> None:
        """Return when it is this customer's password. Raises UnknownCustomer, WrongPassword."""
        with self._database.reading() as session:
            row = session.get(LoginRow, customer_id(session, self._shop.id, customer))
        if not matches(password, row.password if row else None):
            raise WrongPassword

    def set_password(self, customer: str, email: str, password: str) -> None:
        """Give a customer a login, or change it: every browser is logged out and mailed links are worth nothing.

        Raises UnknownCustomer, WeakPassword, EmailTaken.
        """
        check_strength(password, email)
        self._keep(customer, email, hash_password(password))

    def _keep(self, customer: str, email: str, hashed: str) -> None:
        try:
            with self._database.transaction() as session:
                owner = customer_id(session, self._shop.id, customer)
                keep_login(session, self._shop, owner, email, hashed, self._clock)
        except IntegrityError:  # somebody took the address at this moment
            raise EmailTaken from None

    def _rehash(self, email: str, before: str, after: str) -> None:
        same = (LoginRow.shop_id == self._shop.id) & (LoginRow.email == email) & (LoginRow.password == before)
        with self._database.transaction() as session:
            session.execute(update(LoginRow).where(same).values(password=after))

    def _owners(self, session: Session, email: str) -> bool:
        plain = plain_email(email)
        with_login = select(LoginRow.customer_id).where(LoginRow.shop_id == self._shop.id, LoginRow.email == plain)
        customers = select(CustomerRow.id).where(
            CustomerRow.shop_id == self._shop.id, func.lower(CustomerRow.email) == plain
        )
        return session.scalar(with_login.union_all(customers).limit(1)) is not None


def keep_login(session: Session, shop: ShopInfo, owner: int, email: str, hashed: str, clock: Clock) -> None:
    """Write a customer's (a row id) login down and end what the password before it opened. Raises EmailTaken."""
    plain = plain_email(email)
    taken = select(LoginRow.customer_id).where(LoginRow.shop_id == shop.id, LoginRow.email == plain)
    if session.scalar(taken.where(LoginRow.customer_id != owner)) is not None:
        raise EmailTaken
    session.merge(LoginRow(customer_id=owner, shop_id=shop.id, email=plain, password=hashed, set_at=clock.now()))
    session.execute(delete(SittingRow).where(SittingRow.customer_id == owner))
    session.execute(delete(PasswordResetRow).where(PasswordResetRow.customer_id == owner))


def _new_key(name: str) -> str:
    """A customer's key: who reads it should know whom it means, and two Annas must not collide."""
    said = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:20] or "customer"
    return f"{said}-{secrets.token_hex(4)}"
