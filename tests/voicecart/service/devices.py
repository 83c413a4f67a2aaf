"""A device as its maker would write it, and the shop behind the server as its owner sees it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

import requests

from commerce.access import Access
from commerce.clock import SystemClock
from commerce.linking.values import LinkedSpeaker, LinkKind
from commerce.money import Money
from commerce.payments.trial_gateway import TrialGateway
from commerce.shop import Shop
from commerce.storage.database import Database
from tests.voicecart.service.running import Server

_TURNS = count()


@dataclass(frozen=True, slots=True)
class Behind:
    """The shop that a server serves, and who is let in there."""

    database: Database
    shop: Shop
    access: Access


@contextmanager
def behind(server: Server, shop: str = "home") -> Iterator[Behind]:
    """The server's own database, opened beside it."""
    assert server.database is not None
    database, clock = Database.open(server.database), SystemClock()
    opened = Shop.open(database, shop, clock, TrialGateway())
    try:
        yield Behind(database, opened, Access.open(database, opened.info, clock))
    finally:
        database.close()


@dataclass(frozen=True, slots=True)
class FarDevice:
    """A paired device, without a microphone."""

    server: Server
    token: str

    def get(self, path: str) -> requests.Response:
        """GET as the device."""
        return requests.get(f"{self.server.url}{path}", headers=self._headers(), timeout=60)

    def post(self, path: str, body: Any) -> requests.Response:
        """POST as the device."""
        return requests.post(f"{self.server.url}{path}", json=body, headers=self._headers(), timeout=60)

    def says(self, text: str) -> dict[str, Any]:
        """One typed turn, answered."""
        answer = self.post("/api/v1/turns", turn(text)).json()
        assert answer["status"] == "answered", answer
        found: dict[str, Any] = answer["turn"]
        return found

    def speaker(self) -> LinkedSpeaker:
        """How its owner's shop knows it."""
        with behind(self.server) as there:
            found = there.access.linking.customer_of(self.token, LinkKind.DEVICE)
        assert found is not None
        return found

    def let_buy(self, may_buy: bool = True, cap: int | None = None) -> None:
        """What its owner switches on the account's page."""
        with behind(self.server) as there:
            speaker = self.speaker()
            limit = None if cap is None else Money(cap, "USD")
            there.access.linking.set_speaker(speaker.customer, speaker.device, "Kitchen", may_buy, limit)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


def paired(server: Server, customer: str = "anna") -> FarDevice:
    """A device that was let in."""
    with behind(server) as there:
        tokens = there.access.linking.link(customer, LinkKind.DEVICE, "device", "Kitchen")
    return FarDevice(server, tokens.access)


def turn(*texts: str, spoken: bool = False, turn_id: str | None = None) -> dict[str, Any]:
    """A turn's body."""
    hypotheses = [{"text": text, "log_probability": -1.0 - place / 4} for place, text in enumerate(texts)]
    return {
        "turn_id": turn_id or f"turn-{next(_TURNS)}",
        "language": "en",
        "spoken": spoken,
        "hypotheses": hypotheses,
    }
