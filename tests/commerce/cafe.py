"""A small real cafe for tests: imported once, then copied for every test."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from commerce.clock import FrozenClock
from commerce.importing import import_shop
from commerce.payments.trial_gateway import TrialGateway
from commerce.shop import Shop
from commerce.storage.database import Database

FILES = Path(__file__).parent / "cafe_shop"
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Cafe:
    """The open shop and its database."""

    shop: Shop
    database: Database
    clock: FrozenClock


def open_cafe(folder: Path) -> Cafe:
    """A fresh copy of the cafe at noon, in a file `cafe.db`."""
    shutil.copy(_template(), folder / "cafe.db")
    return join_cafe(folder)


def join_cafe(folder: Path) -> Cafe:
    """The cafe that `open_cafe` made, through connections of its own: what another process sees."""
    database = Database.open(f"sqlite:///{folder / 'cafe.db'}")
    clock = FrozenClock(NOON)
    return Cafe(Shop.open(database, "cafe", clock, TrialGateway()), database, clock)


def edited_files(folder: Path, **changes: tuple[str, str]) -> Path:
    """A copy of the cafe's files in which `changes[file]` replaces one text by another."""
    copy = folder / "files"
    shutil.copytree(FILES, copy, dirs_exist_ok=True)
    for file, (old, new) in changes.items():
        path = copy / f"{file}.yaml"
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{file}.yaml does not hold {old!r}"
        path.write_text(text.replace(old, new), encoding="utf-8")
    return copy


@cache
def _template() -> Path:
    path = Path(tempfile.mkdtemp(prefix="cafe-")) / "template.db"
    database = Database.open(f"sqlite:///{path}")
    database.upgrade()
    import_shop(database, FILES, FrozenClock(NOON))
    database.close()
    return path
