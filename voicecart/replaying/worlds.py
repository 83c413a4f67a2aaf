"""A fresh set of sample shops for each replay: what one changes the next does not see, and no real shop is touched."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

from commerce.clock import FrozenClock
from commerce.payments.trial_gateway import Behaviour, TrialGateway
from commerce.sessions import Sessions, StoredSession
from commerce.shop import Shop
from commerce.storage.database import Database
from skills.dialogue import Assistant
from voicecart.assembly import Assembly


@dataclass(frozen=True, slots=True)
class World:
    """One shop as the samples have it, its assistant, and a clock that stands still."""

    shop: Shop
    assistant: Assistant[StoredSession]
    clock: FrozenClock
    gateway: TrialGateway


class Worlds:
    """Makes worlds by copying one database that was stocked once. Use it in a `with` block."""

    def __init__(self, assembly: Assembly) -> None:
        self._assembly = assembly
        self._folder = tempfile.TemporaryDirectory(prefix="voicecart-replay-")
        self._made = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._folder.cleanup()

    @contextmanager
    def fresh(self, shop: str, behaviour: Behaviour = Behaviour.ACCEPTS) -> Iterator[World]:
        """A world for one conversation. Raises UnknownShop."""
        path, start = self._stocked
        self._made += 1
        copy = path.with_name(f"world-{self._made}.sqlite3")
        shutil.copy(path, copy)
        clock = FrozenClock(start)
        gateway = TrialGateway(sleep=lambda _seconds: None, otherwise=behaviour)
        database = Database.open(f"sqlite:///{copy}")
        try:
            opened = Shop.open(database, shop, clock, gateway)
            sessions = Sessions(database, shop, clock)
            yield World(opened, Assistant(opened, self._assembly.understanding, sessions, clock), clock, gateway)
        finally:
            database.close()
            gateway.close()
            copy.unlink()

    @cached_property
    def _stocked(self) -> tuple[Path, datetime]:
        """The database to copy and the moment at which its clock stands."""
        path = Path(self._folder.name, "stocked.sqlite3")
        clock = FrozenClock()
        settings = self._assembly.settings.model_copy(update={"database": f"sqlite:///{path}"})
        Assembly(settings, clock).database.close()
        return path, clock.now()
