"""A small real cafe for tests: imported once, then copied for every test."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from commerce.clock import FrozenClock
from commerce.payments.trial_gateway import TrialGateway
from commerce.shop import Shop
from commerce.storage.database import Database
from tests.commerce.places import Place

FILES = Path(__file__).parent / "cafe_shop"
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Cafe:
    """The open shop and its database."""

    shop: Shop
    database: Database
    url: str
    clock: FrozenClock


def open_cafe(where: Path | Place) -> Cafe:
    """A fresh copy of the cafe at noon; in a folder it is a file `cafe.db`."""
    place = where if isinstance(where, Place) else Place(where)
    url = place.copy("cafe", FILES, NOON)
    return _cafe(place.open(url), url)


def join_cafe(folder: Path) -> Cafe:
    """The cafe that `open_cafe` made in a folder, through connections of its own: what another process sees."""
    url = f"sqlite:///{folder / 'cafe.db'}"
    return _cafe(Database.open(url), url)


def _cafe(database: Database, url: str) -> Cafe:
    clock = FrozenClock(NOON)
    return Cafe(Shop.open(database, "cafe", clock, TrialGateway()), database, url, clock)


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
