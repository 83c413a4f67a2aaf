"""The database: how it is opened, shared, migrated, and what bad ones get."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Pool, bindparam, event, inspect, select, text, update
from sqlalchemy.exc import IntegrityError

from commerce.errors import DatabaseBusy, DatabaseUnusable, UnsafeSqlite
from commerce.storage import engines
from commerce.storage.database import NEWEST_REVISION, Database
from commerce.storage.migrating import differences, downgrade, upgrade
from commerce.storage.shop_tables import ShopRow, StockRow
from tests.commerce.cafe import open_cafe
from tests.commerce.corner import open_corner
from tests.commerce.places import Place


@pytest.fixture
def database(place: Place) -> Database:
    return place.open(place.fresh())


def tables(database: Database) -> list[str]:
    with database.reading() as session:
        return inspect(session.connection()).get_table_names()


def test_migrations_make_what_the_code_declares(database: Database) -> None:
    """A fresh database after all steps differs in nothing from the table classes, and is ready fast."""
    start = time.process_time()
    database.upgrade()
    assert time.process_time() - start < 5  # seconds of work, Alembic's import and a busy machine included
    assert differences(database) == []
    assert database.revision() == NEWEST_REVISION
    database.upgrade()


def test_every_step_goes_back(database: Database) -> None:
    """Down to nothing, one step up, and up again: the tables are whole."""
    database.upgrade()
    downgrade(database, "base")
    assert tables(database) == ["alembic_version"]
    upgrade(database, "0001")
    assert "carts" in tables(database)
    assert "orders" not in tables(database)
    database.upgrade()
    assert differences(database) == []


def test_a_difference_would_be_seen(database: Database) -> None:
    """The comparison that the other tests trust does notice a missing column."""
    database.upgrade()
    with database.connection() as connection:
        connection.execute(text("ALTER TABLE shops DROP COLUMN returns"))
    assert differences(database) != []


def test_steps_go_down_and_up_with_data_in_the_tables(place: Place) -> None:
    """A shop with orders and books goes one step back and forth, and loses nothing that both versions know."""
    corner = open_corner(place)
    before = corner.shop.catalogue.products(), corner.shop.orders.list("ben"), corner.audit()
    downgrade(corner.database, "0003")
    corner.database.upgrade()
    assert (corner.shop.catalogue.products(), corner.shop.orders.list("ben"), corner.audit()) == before
    assert differences(corner.database) == []


def test_several_programs_may_upgrade_at_once(place: Place) -> None:
    """Four upgrade the same fresh database together: each ends with whole tables."""
    url = place.fresh()
    databases = [place.open(url) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(upgrade, databases))
    assert differences(databases[0]) == []


def test_a_newer_database_is_left_alone(database: Database) -> None:
    """Tables of a later version are refused in one line and not touched."""
    database.upgrade()
    with database.connection() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseUnusable, match="not of this version"):
        database.upgrade()
    assert "carts" in tables(database)


def test_connections_are_safe_by_default(tmp_path: Path) -> None:
    """Write-ahead log, full synchronisation and foreign keys are on for every connection."""
    database = Database.open(f"sqlite:///{tmp_path / 'new.db'}")
    with database.reading() as session:
        found = [session.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous", "foreign_keys")]
    assert found == ["wal", 2, 1]


def test_only_what_may_be_lost_does_not_wait_for_the_disk(place: Place) -> None:
    """A transaction is on the disk when it has ended; who is talking now is only on its way there."""
    database = open_cafe(place).database
    asks, waits, goes_on = ("SHOW synchronous_commit", "on", "off")
    if database.dialect == "sqlite":
        asks, waits, goes_on = ("PRAGMA synchronous", 2, 1)  # type: ignore[assignment]
    with database.transaction() as session:
        assert session.scalar(text(asks)) == waits
    with database.passing() as session:
        assert session.scalar(text(asks)) == goes_on
    assert database.at_once(text(asks))[0][0] == goes_on
    with database.transaction() as session:
        assert session.scalar(text(asks)) == waits


def test_one_statement_is_a_transaction(place: Place) -> None:
    """What it wrote is there for everybody when it returns; what fails has written nothing and blocks nobody."""
    cafe = open_cafe(place)
    count = update(StockRow).where(StockRow.variant_id == 1).values(available=bindparam("left"))
    assert cafe.database.at_once(count, left=7) == ()
    with cafe.database.transaction() as session:
        assert session.scalar(select(StockRow.available).where(StockRow.variant_id == 1)) == 7
    with pytest.raises(IntegrityError):
        cafe.database.at_once(update(StockRow).values(available=bindparam("left")), left=-1)
    with cafe.database.transaction() as session:
        assert session.scalar(select(StockRow.available).where(StockRow.variant_id == 1)) == 7


def test_threads_wait_for_each_other_and_not_for_the_file(tmp_path: Path) -> None:
    """SQLite itself would refuse at once here, rather than wait: within a process nobody gets so far."""
    cafe = open_cafe(tmp_path)
    start, one = Barrier(4), StockRow.variant_id == 1
    fewer = update(StockRow).where(one).values(available=StockRow.available - 1)

    def refuse_to_wait(connection: Any, *_: object) -> None:
        connection.execute("PRAGMA busy_timeout=0").close()

    def sell(_: int) -> None:
        start.wait(10)
        for _ in range(10):
            cafe.database.at_once(fewer)
            with cafe.database.transaction() as session:
                session.execute(fewer)
            with cafe.database.passing() as session:
                session.execute(fewer)

    cafe.database.at_once(update(StockRow).where(one).values(available=200))
    event.listen(Pool, "checkout", refuse_to_wait)
    try:
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(sell, range(4)))
    finally:
        event.remove(Pool, "checkout", refuse_to_wait)
    assert [row.available for row in cafe.database.at_once(select(StockRow.available).where(one))] == [200 - 120]


def test_one_statement_waits_for_a_writer(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row that somebody else is changing is waited for, and not for ever."""
    monkeypatch.setattr(engines, "BUSY_TIMEOUT", 50)
    cafe = open_cafe(place)
    change = update(StockRow).where(StockRow.variant_id == 1).values(available=5).returning(StockRow.available)
    with cafe.database.transaction() as session:
        session.execute(update(StockRow).where(StockRow.variant_id == 1).values(available=7))
        with pytest.raises(DatabaseBusy):
            cafe.database.at_once(change)
    assert [row.available for row in cafe.database.at_once(change)] == [5]


def test_an_unsafe_sqlite_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A library with the bug that corrupts a database in WAL mode opens none."""
    monkeypatch.setattr(engines.sqlite, "sqlite_version_info", (3, 40, 1))
    with pytest.raises(UnsafeSqlite) as refused:
        Database.open(f"sqlite:///{tmp_path / 'new.db'}")
    assert refused.value.least == "3.51.3"


def test_what_is_no_database_is_refused_in_one_line(tmp_path: Path) -> None:
    """A text file, a folder that is not there, a URL that is none: the error names the place and the reason."""
    (tmp_path / "notes.txt").write_text("milk, eggs\n" * 100)
    for url in (
        f"sqlite:///{tmp_path / 'notes.txt'}",
        f"sqlite:///{tmp_path / 'missing' / 'a.db'}",
        "no url",
        "mysql://h/d",
    ):
        with pytest.raises(DatabaseUnusable) as refused:
            Database.open(url)
        assert url in str(refused.value)
        assert "\n" not in str(refused.value)
    assert (tmp_path / "notes.txt").read_text().startswith("milk")


def test_two_writers_wait_for_each_other(place: Place) -> None:
    """Both read before they write, which would deadlock on upgraded locks: nothing is lost and nobody fails."""
    cafe = open_cafe(place)
    barrier = threading.Barrier(2)

    def sell_ten(_: int) -> None:
        barrier.wait()
        for _ in range(10):
            with cafe.database.transaction() as session:
                row = session.scalars(select(StockRow).where(StockRow.variant_id == 1).with_for_update()).one()
                assert row.available is not None
                row.available -= 1

    with cafe.database.transaction() as session:
        session.execute(update(StockRow).values(available=100))
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(sell_ten, range(2)))
    with cafe.database.reading() as session:
        assert session.scalar(select(StockRow.available).where(StockRow.variant_id == 1)) == 80


def test_a_writer_that_waits_too_long_is_told(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """While another program holds what it wants, reading goes on and writing ends in one clear error."""
    monkeypatch.setattr(engines, "BUSY_TIMEOUT", 50)
    cafe = open_cafe(place)
    with cafe.database.transaction() as session:
        session.execute(text("UPDATE customers SET position = position"))
        assert cafe.shop.carts.get("anna").lines == ()
        with pytest.raises(DatabaseBusy):
            cafe.shop.carts.add("anna", "LATTE")
    assert cafe.shop.carts.add("anna", "LATTE").units == 1


def test_a_failed_transaction_leaves_nothing(place: Place) -> None:
    """An error in the block takes everything back, and the database refuses what no code may do."""
    cafe = open_cafe(place)

    def half() -> None:
        with cafe.database.transaction() as session:
            session.execute(update(ShopRow).values(name="Half done"))
            raise InterruptedError

    with pytest.raises(InterruptedError):
        half()
    with pytest.raises(IntegrityError), cafe.database.transaction() as session:
        session.execute(update(StockRow).values(available=-1))
    with cafe.database.reading() as session:
        assert session.scalar(select(ShopRow.name)) == "Test Cafe"


def test_times_come_back_in_utc(place: Place) -> None:
    """A time of another zone is the same moment; a time without a zone is refused."""
    cafe = open_cafe(place)
    noon_in_seoul = datetime(2026, 3, 2, 12, tzinfo=timezone(timedelta(hours=9)))
    with cafe.database.transaction() as session:
        session.execute(update(ShopRow).values(created_at=noon_in_seoul))
    with cafe.database.reading() as session:
        found = session.scalars(select(ShopRow.created_at)).one()
    assert (found, found.tzinfo) == (noon_in_seoul, UTC)
    with pytest.raises(Exception, match="without a time zone"), cafe.database.transaction() as session:
        session.execute(update(ShopRow).values(created_at=datetime(2026, 3, 2)))  # noqa: DTZ001
