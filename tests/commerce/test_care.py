"""Looking after a database: what a check finds, what a backup holds, what a restore refuses."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text

from commerce.care.backups import back_up, restore
from commerce.care.checking import check
from commerce.errors import BackupFailed, RestoreRefused
from commerce.order_states import OrderStatus
from commerce.storage.database import Database
from commerce.storage.migrating import downgrade
from tests.commerce.corner import Corner, open_corner
from tests.commerce.places import Place


@pytest.fixture
def corner(place: Place) -> Corner:
    return open_corner(place)


def wrong(database: Database) -> dict[str, str]:
    """What a check found to be wrong."""
    return {finding.name: finding.detail for finding in check(database) if not finding.ok}


def by_hand(corner: Corner, *statements: str) -> None:
    """What nobody should do."""
    with corner.database.connection() as connection:
        for statement in statements:
            connection.execute(text(statement))


def test_a_shop_that_sold_and_cancelled_is_sound(corner: Corner) -> None:
    """Orders by card, on credit, cancelled: nothing is wrong, and every look says what it saw."""
    corner.fill(MILK=2)
    corner.buy()
    corner.fill(MILK=1)
    corner.shop.orders.cancel("ben", corner.buy(pay_with="credit").order.number)
    findings = {finding.name: finding for finding in check(corner.database)}
    assert all(finding.ok for finding in findings.values()), findings
    assert set(findings) == {"program", "file", "references", "migrations", "guards", "ledger", "stock"}
    assert findings["stock"].detail.startswith("2 units are held")


@pytest.mark.parametrize(
    ("name", "statement", "says"),
    [
        ("ledger", "UPDATE ledger_balances SET balance = balance + 7", "its transfers say"),
        ("stock", "UPDATE orders SET status = 'cancelled' WHERE status = 'paid'", "is off and still holds stock"),
        ("stock", "UPDATE stock SET owed = owed + 3", "are owed, orders wait for 0"),
        ("migrations", "UPDATE alembic_version SET version_num = '0002'", "run voicecart db upgrade"),
        ("migrations", "UPDATE alembic_version SET version_num = '9999'", "this program is too old"),
    ],
)
def test_what_is_wrong_is_named(corner: Corner, name: str, statement: str, says: str) -> None:
    """Balances, statuses and revisions that were changed by hand are found."""
    corner.fill(MILK=1)
    corner.buy()
    by_hand(corner, statement)
    assert says in wrong(corner.database)[name]


def test_a_ledger_without_its_guards_is_found(corner: Corner) -> None:
    """Somebody removed the trigger that refuses changes."""
    if corner.database.dialect == "sqlite":
        by_hand(corner, "DROP TRIGGER ledger_transfers_no_update")
    else:
        by_hand(corner, "ALTER TABLE ledger_transfers DISABLE TRIGGER ledger_transfers_append_only")
    assert list(wrong(corner.database)) == ["guards"]


def test_a_reference_that_leads_nowhere_is_found(tmp_path: Path) -> None:
    """A row was deleted while SQLite's foreign keys were off."""
    corner = open_corner(tmp_path)
    with corner.database.driver() as connection:
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute("DELETE FROM customers WHERE key = 'anna'")
        connection.execute("PRAGMA foreign_keys=ON")
    assert "addresses" in wrong(corner.database)["references"]


def test_a_torn_page_is_found(tmp_path: Path) -> None:
    """A part of the file was overwritten with noise."""
    corner = open_corner(tmp_path)
    corner.database.close()
    file = tmp_path / "shop.db"
    content = bytearray(file.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 4096] = b"\x5a" * 4096
    file.write_bytes(content)
    assert "file" in wrong(corner.database)


def test_a_backup_taken_while_selling_is_sound(corner: Corner, place: Place) -> None:
    """Two customers buy all along: the backup opens as a shop whose books balance, at one moment in between."""

    def sell(customer: str) -> None:
        for _ in range(5):
            corner.fill(customer, MILK=1)
            corner.buy(customer, "delivery")

    with ThreadPoolExecutor(2) as pool:
        sales = [pool.submit(sell, customer) for customer in ("ben", "carla")]
        backup = back_up(corner.database, place.folder / "shop.backup")
        for sale in sales:
            sale.result()
    again = place.open(place.fresh("again"))
    assert all(finding.ok for finding in restore(again, backup.path))
    with again.reading() as session:
        sold = session.scalars(text("SELECT count(*) FROM orders WHERE status = 'placed'")).one()
        left = session.scalars(text("SELECT available FROM stock ORDER BY variant_id")).first()
    assert left == 40 - sold
    assert backup.size == backup.path.stat().st_size > 0


def test_a_restore_brings_back_what_was_there(corner: Corner, place: Place) -> None:
    """An order made after the backup is gone, one made before is there, and the open shop goes on with it."""
    corner.fill(MILK=1)
    before = corner.buy().order.number
    path = place.folder / "shop.backup"
    back_up(corner.database, path)
    corner.fill(MILK=1)
    corner.buy()
    restore(corner.database, path, overwrite=True)
    assert corner.shop.orders.latest("ben").number == before  # type: ignore[union-attr]
    assert corner.stock("MILK") == 39
    corner.fill(MILK=1)
    assert corner.buy().order.status is OrderStatus.PAID
    assert wrong(corner.database) == {}


def test_a_backup_of_an_earlier_version_is_brought_up_to_date(corner: Corner, place: Place) -> None:
    """The tables were one step behind when it was taken."""
    downgrade(corner.database, "0003")
    path = place.folder / "old.backup"
    back_up(corner.database, path)
    again = place.open(place.fresh("again"))
    assert all(finding.ok for finding in restore(again, path))


def test_a_shop_is_not_replaced_by_accident(corner: Corner, place: Place) -> None:
    """Without being told to, a restore changes nothing where a shop is."""
    path = place.folder / "shop.backup"
    back_up(corner.database, path)
    corner.fill(MILK=1)
    number = corner.buy().order.number
    with pytest.raises(RestoreRefused, match="has shops"):
        restore(corner.database, path)
    assert corner.shop.orders.get("ben", number).number == number


def test_a_damaged_backup_is_refused_and_changes_nothing(corner: Corner, place: Place) -> None:
    """Half a file, a text, and nothing at all: the shop is as it was."""
    whole, half, notes = (place.folder / name for name in ("whole", "half", "notes.txt"))
    back_up(corner.database, whole)
    half.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    notes.write_text("milk, eggs\n" * 500)
    for path in (half, notes, place.folder / "missing"):
        with pytest.raises(RestoreRefused) as refused:
            restore(corner.database, path, overwrite=True)
        assert str(path) in str(refused.value)
    assert corner.stock("MILK") == 40
    assert wrong(corner.database) == {}


def test_a_backup_never_replaces_a_file(corner: Corner, place: Place) -> None:
    """The name is taken, or the folder is not there: one clear line, and nothing half written."""
    (place.folder / "taken").write_text("mine")
    for path in (place.folder / "taken", place.folder / "missing" / "shop.backup"):
        with pytest.raises(BackupFailed):
            back_up(corner.database, path)
    assert (place.folder / "taken").read_text() == "mine"
    assert [file.name for file in place.folder.iterdir() if "backup" in file.name] == []
