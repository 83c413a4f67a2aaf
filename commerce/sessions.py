"""Where conversations are kept between two turns, so that any process can serve the next one.

A turn takes its session, works and gives it back. Two turns of one session that arrive together wait for each other:
the second sees what the first left, neither is lost. A process that died leaves the session to the next turn after
`LEASE`. The dialogue's state is opaque here, and not worth waiting for the disk: what was bought is kept elsewhere.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Integer, Select, bindparam, case, func, literal_column, select, update
from sqlalchemy.exc import IntegrityError

from commerce.catalogue.catalogue import version_of
from commerce.clock import Clock
from commerce.errors import CommerceError, UnknownCustomer
from commerce.storage.cart_tables import CartRow
from commerce.storage.customer_tables import CustomerRow
from commerce.storage.database import Database
from commerce.storage.session_tables import SessionRow
from commerce.storage.shop_tables import ShopRow

LEASE = timedelta(seconds=15)  # longer than any turn may last
PATIENCE = 8.0  # seconds that a turn waits for the one before it
_PAUSE = 0.02  # seconds between two looks

_OWNER = (
    select(CustomerRow.id)
    .join(ShopRow, ShopRow.id == CustomerRow.shop_id)
    .where(ShopRow.key == bindparam("shop"), CustomerRow.key == bindparam("customer"))
    .scalar_subquery()
)
# Written out: of columns behind RETURNING, SQLAlchemy leaves the table away for SQLite, in subqueries too.
_ITS_CUSTOMER = literal_column("sessions.customer_id", Integer)
_CART = (
    select(func.coalesce(func.max(CartRow.version), 0)).where(CartRow.customer_id == _ITS_CUSTOMER).scalar_subquery()
)
_CATALOGUE = select(ShopRow.catalogue_version).where(ShopRow.key == bindparam("shop")).scalar_subquery()
_HAS_IT = SessionRow.turn_id == bindparam("turn")  # the turn that takes it took it before, and its process died
_TAKE = (
    update(SessionRow)
    .where(SessionRow.customer_id == _OWNER, SessionRow.device == bindparam("speaker"))
    .where(SessionRow.taken_at.is_(None) | (SessionRow.taken_at <= bindparam("ended")))
    .values(
        version=SessionRow.version + 1,
        turn_id=bindparam("turn"),
        taken_at=bindparam("now"),
        updated_at=bindparam("now"),
        cart_version=case((_HAS_IT, SessionRow.cart_version), else_=_CART),
    )
    .returning(
        SessionRow.customer_id,
        SessionRow.version,
        SessionRow.state,
        SessionRow.cart_version.label("cart_then"),
        _CART.label("cart"),
        _CATALOGUE.label("catalogue"),
    )
)
_GIVE_BACK = (
    update(SessionRow)
    .where(SessionRow.customer_id == bindparam("owner"), SessionRow.device == bindparam("speaker"))
    .where(SessionRow.version == bindparam("taken"))
    .values(version=SessionRow.version + 1, state=bindparam("said"), turn_id=None, taken_at=None)
    .returning(SessionRow.version)
)


class SessionBusy(CommerceError):
    """The turn before this one did not end in time. Nothing was done."""

    code = "session_busy"

    def __init__(self, customer: str, device: str) -> None:
        super().__init__(f"another turn of {customer!r} at {device!r} is still being answered")
        self.customer = customer
        self.device = device


class SessionMoved(CommerceError):
    """The turn took longer than its lease, and another turn has taken the session since."""

    code = "session_moved"

    def __init__(self, device: str) -> None:
        super().__init__(f"the session at {device!r} went on without this turn")
        self.device = device


@dataclass(frozen=True, slots=True)
class StoredSession:
    """A session as a turn took it.

    version: to give it back with.
    state: the dialogue's own text; None when the customer never spoke at this device.
    catalogue_version: as `Catalogue.version` tells it.
    cart_version: of the customer's cart; 0 when there was never one.
    changed_before: this very turn was begun before by a process that died, and the cart has changed since.
    """

    customer_id: int
    device: str
    version: int
    state: str | None
    catalogue_version: str
    cart_version: int = 0
    changed_before: bool = False


class Sessions:
    """The sessions of one shop."""

    def __init__(self, database: Database, shop: str, clock: Clock) -> None:
        self._database = database
        self._shop = shop
        self._clock = clock

    def take(self, customer: str, device: str, turn_id: str) -> StoredSession:
        """Take the session for one turn, waiting while another turn has it. Raises SessionBusy, UnknownCustomer."""
        deadline = time.monotonic() + PATIENCE
        while (stored := self._try_to_take(customer, device, turn_id)) is None:
            if time.monotonic() > deadline:
                raise SessionBusy(customer, device)
            time.sleep(_PAUSE)
        return stored

    def give_back(self, stored: StoredSession, state: str) -> None:
        """Keep the state and let the next turn in. Raises SessionMoved when the lease ended meanwhile."""
        place = {"owner": stored.customer_id, "speaker": stored.device}
        if not self._database.at_once(_GIVE_BACK, **place, taken=stored.version, said=state):
            raise SessionMoved(stored.device)

    def _try_to_take(self, customer: str, device: str, turn_id: str) -> StoredSession | None:
        """The session, if no other turn has it now."""
        now = self._clock.now()
        whose = {"shop": self._shop, "customer": customer, "speaker": device}
        taken = self._database.at_once(_TAKE, **whose, turn=turn_id, now=now, ended=now - LEASE)
        if not taken:
            return self._first(customer, device, turn_id, now)
        found = taken[0]
        catalogue = version_of(self._shop, found.catalogue)
        changed = found.cart_then != found.cart  # the cart that a turn took it with is written down when it begins
        return StoredSession(found.customer_id, device, found.version, found.state, catalogue, found.cart, changed)

    def _first(self, customer: str, device: str, turn_id: str, now: datetime) -> StoredSession | None:
        """The session of a customer who never spoke at this device; None when there is one. Raises UnknownCustomer."""
        try:
            with self._database.passing() as session:
                found = session.execute(_newcomer(self._shop, customer, device)).first()
                if found is None:
                    raise UnknownCustomer(customer)
                if found.version is not None:
                    return None
                values = {"turn_id": turn_id, "taken_at": now, "cart_version": found.cart, "updated_at": now}
                session.add(SessionRow(customer_id=found.id, device=device, version=1, **values))
                session.flush()
                return StoredSession(found.id, device, 1, None, version_of(self._shop, found.catalogue), found.cart)
        except IntegrityError:  # two first turns at once: the other one made the row
            return None


def _newcomer(shop: str, customer: str, device: str) -> Select[int, int, int, int | None]:
    """Who a customer is; the version only if there is a session."""
    return (
        select(
            CustomerRow.id,
            ShopRow.catalogue_version.label("catalogue"),
            func.coalesce(CartRow.version, 0).label("cart"),
            SessionRow.version,
        )
        .join(ShopRow, ShopRow.id == CustomerRow.shop_id)
        .outerjoin(CartRow, CartRow.customer_id == CustomerRow.id)
        .outerjoin(SessionRow, (SessionRow.customer_id == CustomerRow.id) & (SessionRow.device == device))
        .where(ShopRow.key == shop, CustomerRow.key == customer)
    )
