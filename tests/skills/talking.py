"""Typing to a sample shop: everything real, on a fresh embedded database, on a Tuesday morning."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import mkdtemp

import commerce.samples
from commerce.clock import FrozenClock
from commerce.importing.shops import import_shop
from commerce.payments.trial_gateway import TrialGateway
from commerce.sessions import Sessions
from commerce.shop import Shop
from commerce.storage.database import Database
from skills.contract import Heard, Hypothesis
from skills.dialogue import Assistant, SessionKey, Turn
from skills.understanding import Understanding

TUESDAY = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
SAMPLES = Path(commerce.samples.__file__).parent
UNDERSTANDING = Understanding()


@cache
def imported(shop: str) -> Path:
    """A database with one sample shop, imported once for all tests; each works on a copy."""
    path = Path(mkdtemp()) / "shop.db"
    database = Database.open(f"sqlite:///{path}")
    database.upgrade()
    import_shop(database, SAMPLES / shop, FrozenClock(TUESDAY))
    database.close()
    return path


@dataclass(slots=True)
class Talk:
    """A conversation with one sample shop."""

    shop: Shop
    assistant: Assistant
    clock: FrozenClock
    customer: str
    gateway: TrialGateway
    language: str = "en"
    device: str = "here"
    turn_ids: count[int] = field(default_factory=count)

    def says(self, text: str, turn_id: str | None = None) -> Turn:
        """One typed utterance."""
        heard = Heard(turn_id or f"turn-{next(self.turn_ids)}", self.language, (Hypothesis(text),), spoken=False)
        return self.assistant.hears(heard, session=SessionKey(self.customer, self.device))


def talk(shop: str, customer: str, folder: Path, language: str = "en") -> Talk:
    """A fresh copy of a sample shop, and somebody to talk to."""
    path = folder / "shop.db"
    shutil.copy(imported(shop), path)
    return at(path, shop, customer, language)


def at(path: Path, shop: str, customer: str, language: str = "en") -> Talk:
    """Somebody to talk to in the shop at `path`, as it is there."""
    clock = FrozenClock(TUESDAY)
    database = Database.open(f"sqlite:///{path}")
    gateway = TrialGateway()
    opened = Shop.open(database, shop, clock, gateway)
    assistant = Assistant(opened, UNDERSTANDING, Sessions(database, shop, clock), clock)
    return Talk(opened, assistant, clock, customer, gateway, language)
