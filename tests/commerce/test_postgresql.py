"""What PostgreSQL does differently: its driver, its locks, its read-only sessions, the names of its databases."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from commerce.errors import DatabaseBusy, DatabaseConflict, DatabaseUnusable
from commerce.storage import engines
from commerce.storage.database import Database
from commerce.storage.shop_tables import StockRow
from tests.commerce.cafe import Cafe, open_cafe
from tests.commerce.places import Place
from tests.postgres import Postgres


@pytest.fixture
def place(tmp_path: Path, postgres: Postgres) -> Iterator[Place]:
    with closing(Place(tmp_path, postgres)) as opened:
        yield opened


@pytest.fixture
def cafe(place: Place) -> Cafe:
    return open_cafe(place)


def test_a_missing_driver_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without psycopg the error says which extra to install, and shows no password."""
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(DatabaseUnusable) as refused:
        Database.open("postgresql://anna:secret@localhost/shop")
    assert "pip install 'voicecart[server]'" in str(refused.value)
    assert "secret" not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_server_that_is_not_there_is_one_clear_line() -> None:
    """Nothing listens on port 1: the place and the reason, no password."""
    with pytest.raises(DatabaseUnusable) as refused:
        Database.open("postgresql://anna:secret@127.0.0.1:1/shop")
    assert "postgresql://anna:***@127.0.0.1:1/shop" in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_any_usual_url_opens_it(postgres: Postgres, scheme: str) -> None:
    """The name of the driver may be left out."""
    database = Database.open(postgres.url("postgres").replace("postgresql+psycopg", scheme))
    assert (database.dialect, database.revision()) == ("postgresql", None)
    database.close()


def test_tables_that_are_not_there_are_named(place: Place) -> None:
    """A database that nobody upgraded is refused in our words."""
    with pytest.raises(DatabaseUnusable, match="does not exist"), place.open(place.fresh()).reading() as session:
        session.get(StockRow, 1)


def test_a_reading_session_can_not_write(cafe: Cafe) -> None:
    """The database itself refuses, and the connection is fit for writing afterwards."""
    with pytest.raises(DatabaseUnusable, match="read-only"), cafe.database.reading() as session:
        session.execute(update(StockRow).values(available=7))
    cafe.shop.catalogue.set_stock("CUP", 7)
    assert cafe.shop.catalogue.availability("CUP").available == 7


def test_a_reading_session_sees_one_moment(cafe: Cafe) -> None:
    """What others commit meanwhile is not seen until the next look."""
    count = text("SELECT count(*) FROM carts")
    with cafe.database.reading() as session:
        before = session.scalar(count)
        cafe.shop.carts.add("anna", "LATTE")
        assert session.scalar(count) == before
    with cafe.database.reading() as session:
        assert session.scalar(count) == before + 1


def lock_two(session: Session, first: int, second: int, both: Barrier | None) -> None:
    """Count down two rows, in this order; `both` waits until the rival has its first row too."""
    for row in (first, second):
        session.execute(update(StockRow).where(StockRow.variant_id == row).values(available=StockRow.available - 1))
        if both is not None and row == first:
            both.wait(10)


def cross(cafe: Cafe) -> list[object]:
    """Two writers that lock two rows in opposite orders at the same time: what each returned or was refused with."""
    both = Barrier(2)

    def one(order: tuple[int, int]) -> object:
        meeting: list[Barrier | None] = [None, both]  # they meet at the first try only

        def work(session: Session) -> str:
            lock_two(session, *order, meeting.pop() if len(meeting) > 1 else None)
            return "done"

        try:
            return cafe.database.write(work)
        except DatabaseConflict as refusal:
            return type(refusal)

    with cafe.database.transaction() as session:
        session.execute(update(StockRow).values(available=100))
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(one, [(1, 2), (2, 1)]))


def test_a_deadlock_is_broken_and_tried_again(cafe: Cafe) -> None:
    """Both writers get through, and both changes are there once."""
    assert cross(cafe) == ["done", "done"]
    with cafe.database.reading() as session:
        assert session.get_one(StockRow, 1).available == 98
        assert session.get_one(StockRow, 2).available == 98


def test_a_deadlock_that_is_not_tried_again_has_a_name(cafe: Cafe, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a single try one of the two is told that others got in the way."""
    monkeypatch.setattr("commerce.storage.database.MOST_TRIES", 1)
    assert set(map(str, cross(cafe))) == {"done", str(DatabaseConflict)}


def test_a_full_pool_is_one_clear_line(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """When more threads ask than there are connections, the last is told that the database is busy."""
    monkeypatch.setattr(engines, "BUSY_TIMEOUT", 50)
    database = place.open(place.fresh())
    held = [database.reading() for _ in range(engines.MOST_CONNECTIONS)]
    for reading in held:
        reading.__enter__().execute(text("SELECT 1"))
    try:
        with pytest.raises(DatabaseBusy), database.reading() as session:
            session.execute(text("SELECT 1"))
    finally:
        for reading in held:
            reading.__exit__(None, None, None)
