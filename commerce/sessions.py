"""Where conversations are kept between two turns, so that any process can serve the next one.

A turn takes its session, works and gives it back. Two turns of one session that arrive together wait for each other:
the second sees what the first left, neither is lost. A process that died leaves the session to the next turn after
`LEASE`. The dialogue's state is opaque here, and not worth waiting for the disk: what was bought is kept elsewhere.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import CursorResult, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

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
    cart_version: of the customer's cart; 0 when there was never one.
    changed_before: this very turn was begun before by a process that died, and the cart has changed since.
    """

    customer_id: int
    device: str
    version: int
    state: str | None
    cart_version: int = 0
    changed_before: bool = False


@dataclass(frozen=True, slots=True)
class _Found:
    """A customer's session as it is in the database; without a version when there is none yet."""

    customer_id: int
    cart: int
    version: int | None
    state: str | None
    turn_id: str | None
    taken_at: datetime | None
    cart_then: int | None


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
        with self._database.passing() as session:
            kept = _update_if(session, stored, stored.version, state=state, turn_id=None, taken_at=None)
            if not kept:
                raise SessionMoved(stored.device)

    def _try_to_take(self, customer: str, device: str, turn_id: str) -> StoredSession | None:
        now = self._clock.now()
        try:
            with self._database.passing() as session:
                found = self._find(session, customer, device)
                if found.version is None:
                    values = {"turn_id": turn_id, "taken_at": now, "cart_version": found.cart, "updated_at": now}
                    session.add(SessionRow(customer_id=found.customer_id, device=device, version=1, **values))
                    session.flush()
                    return StoredSession(found.customer_id, device, 1, None, found.cart)
                if found.taken_at is not None and found.taken_at + LEASE > now:
                    return None
                died = found.turn_id == turn_id
                changed = died and found.cart_then != found.cart
                stored = StoredSession(found.customer_id, device, found.version + 1, found.state, found.cart, changed)
                before = {} if died else {"cart_version": found.cart}
                values = {"turn_id": turn_id, "taken_at": now, "updated_at": now, **before}
                return stored if _update_if(session, stored, found.version, **values) else None
        except IntegrityError:  # two first turns at once: the other one made the row
            return None

    def _find(self, session: Session, customer: str, device: str) -> _Found:
        found = session.execute(
            select(
                CustomerRow.id,
                func.coalesce(CartRow.version, 0),
                SessionRow.version,
                SessionRow.state,
                SessionRow.turn_id,
                SessionRow.taken_at,
                SessionRow.cart_version,
            )
            .join(ShopRow, ShopRow.id == CustomerRow.shop_id)
            .outerjoin(CartRow, CartRow.customer_id == CustomerRow.id)
            .outerjoin(SessionRow, (SessionRow.customer_id == CustomerRow.id) & (SessionRow.device == device))
            .where(ShopRow.key == self._shop, CustomerRow.key == customer)
        ).first()
        if found is None:
            raise UnknownCustomer(customer)
        return _Found(*found)


def _update_if(session: Session, stored: StoredSession, version: int, **values: object) -> bool:
    """Change the session's row if it still has `version`; one version on."""
    result = session.execute(
        update(SessionRow)
        .where(SessionRow.customer_id == stored.customer_id, SessionRow.device == stored.device)
        .where(SessionRow.version == version)
        .values(version=version + 1, **values)
    )
    return isinstance(result, CursorResult) and result.rowcount == 1
