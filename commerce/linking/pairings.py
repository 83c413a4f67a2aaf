"""Pairing: a device shows a short code, its owner approves it on the account's page, and the device gets its token.

The device's side is RFC 8628; the code has twenty letters that can't be taken for one another, and lasts ten minutes.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from commerce.clock import Clock
from commerce.customers import customer_id
from commerce.errors import GrantRefused, UnknownPairing
from commerce.linking.link_rows import hand_out, open_link
from commerce.linking.values import LONGEST_NAME, LinkKind, Tokens
from commerce.secrets import kept, new_secret
from commerce.shop_info import ShopInfo
from commerce.storage.database import Database
from commerce.storage.link_tables import PairingRow

ALPHABET = "BCDFGHJKLMNPQRSTVWXZ"  # no vowels, so no words; no digits, so no 0 and O
LENGTH = 8
LASTS = timedelta(minutes=10)
PAUSE = 5  # seconds
UNNAMED = "New device"


@dataclass(frozen=True, slots=True)
class Pairing:
    """A device that waits. device_code: the device's secret; user_code: for its owner's eyes, as "BCDF-GHJK"."""

    device_code: str
    user_code: str


class Pairings:
    """The devices that wait to be let in at one shop."""

    def __init__(self, database: Database, shop: ShopInfo, clock: Clock) -> None:
        self._database = database
        self._shop = shop
        self._clock = clock

    def begin(self, name: str = "") -> Pairing:
        """A device wants to be let in. name: what it calls itself."""
        letters = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        device_code, now = new_secret(), self._clock.now()
        with self._database.transaction() as session:
            session.execute(delete(PairingRow).where(PairingRow.expires_at <= now - LASTS))
            row = PairingRow(
                device_code=kept(device_code),
                user_code=kept(letters),
                customer_id=None,
                name=name.strip()[:LONGEST_NAME] or UNNAMED,
                state="waiting",
                expires_at=now + LASTS,
                asked_at=None,
                pause=PAUSE,
            )
            session.add(row)
        return Pairing(device_code, f"{letters[: LENGTH // 2]}-{letters[LENGTH // 2 :]}")

    def name(self, user_code: str) -> str:
        """What the device calls itself that waits with this code. Raises UnknownPairing."""
        with self._database.reading() as session:
            return self._waiting(session, user_code).name

    def approve(self, customer: str, user_code: str, name: str = "") -> None:
        """Let the device in. name: what its owner calls it. Raises UnknownCustomer, UnknownPairing."""
        with self._database.transaction() as session:
            row = self._waiting(session, user_code)
            row.customer_id = customer_id(session, self._shop.id, customer)
            row.name = name.strip()[:LONGEST_NAME] or row.name
            row.state = "approved"

    def deny(self, user_code: str) -> None:
        """Turn the device away. Raises UnknownPairing."""
        with self._database.transaction() as session:
            self._waiting(session, user_code).state = "denied"

    def state(self, device_code: str) -> str | None:
        """How it stands: `waiting`, `approved`, `denied`, `used` or `expired`; None for an unknown code."""
        with self._database.reading() as session:
            row = session.get(PairingRow, kept(device_code))
            if row is None:
                return None
            is_over = row.expires_at <= self._clock.now() and row.state != "used"
            return "expired" if is_over else row.state

    def too_soon(self, device_code: str) -> int:
        """Write down that the device asked: 0, or seconds to wait if it was too soon; then it must pause longer."""
        now = self._clock.now()
        with self._database.transaction() as session:
            row = session.get(PairingRow, kept(device_code))
            if row is None:
                return 0
            fast = row.asked_at is not None and now < row.asked_at + timedelta(seconds=row.pause)
            row.asked_at = now
            row.pause += PAUSE if fast else 0
            return row.pause if fast else 0

    def collect(self, device_code: str, client: str) -> Tokens:
        """The approved device's token, once. Raises GrantRefused."""

        def work(session: Session) -> Tokens:
            row = session.get(PairingRow, kept(device_code), with_for_update=True)
            now = self._clock.now()
            if row is None or row.customer_id is None or row.state != "approved" or row.expires_at <= now:
                raise GrantRefused("used")
            row.state = "used"
            return hand_out(session, open_link(session, row.customer_id, LinkKind.DEVICE, client, row.name, now), now)

        return self._database.write(work)

    def _waiting(self, session: Session, user_code: str) -> PairingRow:
        letters = "".join(letter for letter in user_code.upper() if letter in ALPHABET)
        found = session.scalar(
            select(PairingRow).where(PairingRow.user_code == kept(letters), PairingRow.state == "waiting")
        )
        if found is None or found.expires_at <= self._clock.now():
            raise UnknownPairing
        return found
