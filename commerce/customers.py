"""Who buys: a shop's customers, their addresses and payees, and their voice codes."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from commerce.clock import Clock
from commerce.errors import CodeLocked, InvalidCode, NoCode, UnknownCustomer, WrongCode
from commerce.money import Money
from commerce.shop_info import ShopInfo
from commerce.storage.customer_tables import AddressRow, CustomerRow, PayeeRow, VoiceCodeRow
from commerce.storage.database import Database
from commerce.voice_codes import hash_code, is_code, matches

MOST_TRIES = 3


@dataclass(frozen=True, slots=True)
class Address:
    """Where orders go. country: ISO 3166 code."""

    id: int
    key: str
    name: str
    street: str
    city: str
    region: str | None
    postcode: str
    country: str

    @property
    def one_line(self) -> str:
        """As it is written on one line: "12 Mill Lane, Springfield, MA 01103"."""
        return address_line(self.street, self.city, self.region, self.postcode)


@dataclass(frozen=True, slots=True)
class Payee:
    """Somebody whose bills the customer pays. spoken: names besides `name`."""

    id: int
    key: str
    name: str
    spoken: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer of one shop.

    language: BCP 47 tag.
    addresses: the default one first; may be empty.
    spend_cap: the most that one order may cost, or None.
    has_code: whether a voice code was set.
    """

    id: int
    key: str
    name: str
    email: str | None
    language: str
    addresses: tuple[Address, ...]
    payees: tuple[Payee, ...]
    spend_cap: Money | None
    has_code: bool

    @property
    def default_address(self) -> Address | None:
        """Where orders go unless another address is named."""
        return self.addresses[0] if self.addresses else None


def address_line(street: str, city: str, region: str | None, postcode: str) -> str:
    """An address on one line, without the country."""
    town = f"{region} {postcode}" if region else postcode
    return f"{street}, {city}, {town}"


_OF_KEY = (CustomerRow.shop_id == bindparam("shop"), CustomerRow.key == bindparam("customer"))
_ID = select(CustomerRow.id).where(*_OF_KEY)
_CUSTOMER = (
    select(
        CustomerRow.id,
        CustomerRow.key,
        CustomerRow.name,
        CustomerRow.email,
        CustomerRow.language,
        CustomerRow.spend_cap,
        VoiceCodeRow.customer_id.label("code_of"),
    )
    .outerjoin(VoiceCodeRow, VoiceCodeRow.customer_id == CustomerRow.id)
    .where(*_OF_KEY)
)
_PAYEES = (
    select(PayeeRow.id, PayeeRow.key, PayeeRow.name, PayeeRow.spoken)
    .where(PayeeRow.customer_id == bindparam("owner"))
    .order_by(PayeeRow.position)
)
_ADDRESSES = select(AddressRow).where(AddressRow.customer_id == bindparam("owner")).order_by(AddressRow.position)


def customer_id(session: Session, shop_id: int, key: str) -> int:
    """The row of a customer. Raises UnknownCustomer."""
    found = session.scalar(_ID, {"shop": shop_id, "customer": key})
    if found is None:
        raise UnknownCustomer(key, _keys(session, shop_id))
    return found


class Customers:
    """The customers of one shop."""

    def __init__(self, database: Database, shop: ShopInfo, clock: Clock) -> None:
        self._database = database
        self._shop = shop
        self._clock = clock

    def list(self) -> tuple[Customer, ...]:
        """Every customer, in the shop's order."""
        with self._database.reading() as session:
            return tuple(self.load(session, key) for key in _keys(session, self._shop.id))

    def first(self) -> Customer:
        """The one to whom a device belongs that nobody was named for. Raises UnknownCustomer when there is none."""
        with self._database.reading() as session:
            for key in _keys(session, self._shop.id):
                return self.load(session, key)
        raise UnknownCustomer("at all")

    def get(self, key: str) -> Customer:
        """One customer. Raises UnknownCustomer."""
        with self._database.reading() as session:
            return self.load(session, key)

    def set_code(self, key: str, digits: str) -> None:
        """Set or reset the voice code, which opens a locked one. Raises UnknownCustomer, InvalidCode."""
        if not is_code(digits):
            raise InvalidCode
        hashed = hash_code(digits)
        with self._database.transaction() as session:
            owner = customer_id(session, self._shop.id, key)
            session.merge(VoiceCodeRow(customer_id=owner, hash=hashed, tries=0, set_at=self._clock.now()))

    def check_code(self, key: str, digits: str) -> None:
        """Return when the digits are the customer's voice code, and forget earlier wrong tries.

        A try is counted before it is checked, so guesses that come at once get no more than three tries either.
        Raises UnknownCustomer, NoCode, WrongCode, CodeLocked (from the third wrong try on).
        """
        hashed, tries = self._claim_try(key)
        if not matches(digits, hashed):
            if tries >= MOST_TRIES:
                raise CodeLocked(key)
            raise WrongCode(MOST_TRIES - tries)
        with self._database.transaction() as session:
            owner = customer_id(session, self._shop.id, key)
            session.execute(
                update(VoiceCodeRow)
                .where(VoiceCodeRow.customer_id == owner, VoiceCodeRow.hash == hashed)
                .values(tries=0)
            )

    def _claim_try(self, key: str) -> tuple[str, int]:
        with self._database.transaction() as session:
            owner = customer_id(session, self._shop.id, key)
            claimed = session.execute(
                update(VoiceCodeRow)
                .where(VoiceCodeRow.customer_id == owner, VoiceCodeRow.tries < MOST_TRIES)
                .values(tries=VoiceCodeRow.tries + 1)
                .returning(VoiceCodeRow.hash, VoiceCodeRow.tries)
            ).one_or_none()
            if claimed is not None:
                return claimed.hash, claimed.tries
            if session.get(VoiceCodeRow, owner) is None:
                raise NoCode(key)
            raise CodeLocked(key)

    def load(self, session: Session, key: str) -> Customer:
        """One customer, inside the caller's transaction. Raises UnknownCustomer."""
        row = session.execute(_CUSTOMER, {"shop": self._shop.id, "customer": key}).one_or_none()
        if row is None:
            raise UnknownCustomer(key, _keys(session, self._shop.id))
        payees = session.execute(_PAYEES, {"owner": row.id})
        return Customer(
            id=row.id,
            key=row.key,
            name=row.name,
            email=row.email,
            language=row.language,
            addresses=load_addresses(session, row.id),
            payees=tuple(Payee(payee.id, payee.key, payee.name, tuple(payee.spoken)) for payee in payees),
            spend_cap=None if row.spend_cap is None else Money(row.spend_cap, self._shop.currency),
            has_code=row.code_of is not None,
        )


def _keys(session: Session, shop_id: int) -> tuple[str, ...]:
    ordered = select(CustomerRow.key).where(CustomerRow.shop_id == shop_id).order_by(CustomerRow.position)
    return tuple(session.scalars(ordered))


def load_addresses(session: Session, owner: int) -> tuple[Address, ...]:
    """Where the orders of a customer (a row id) can go, the default address first."""
    return tuple(_address(row) for row in session.scalars(_ADDRESSES, {"owner": owner}))


def _address(row: AddressRow) -> Address:
    return Address(row.id, row.key, row.name, row.street, row.city, row.region, row.postcode, row.country)
