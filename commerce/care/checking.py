"""Whether a database is sound: its file or server, its tables, its books and its stock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from commerce.errors import StorageError, UnsafeSqlite
from commerce.ledger import Audit, audit
from commerce.order_states import OrderStatus
from commerce.shop_info import list_shops
from commerce.storage.database import NEWEST_REVISION, Database
from commerce.storage.engines import SAFE_SQLITE
from commerce.storage.order_tables import OrderLineRow, OrderRow
from commerce.storage.shop_tables import StockRow, VariantRow
from commerce.storage.sqlite import sqlite
from commerce.storage.tables import Base

OLDEST_POSTGRESQL = 120_000
HOLD_NOTHING = (OrderStatus.CANCELLED.value, OrderStatus.DECLINED.value)
GUARDS = {
    "sqlite": ("ledger_transfers_no_update", "ledger_transfers_no_delete"),
    "postgresql": ("ledger_transfers_append_only",),
}
"""The triggers that keep the ledger from being changed."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one look came to. detail: what was found, in words."""

    name: str
    ok: bool
    detail: str


Look = Callable[[Database], Finding]


def check(database: Database) -> Iterator[Finding]:
    """Look at everything, as one finding after the other. Changes nothing.

    Where the tables are not of this version, the books and the stock can't be read and are not looked at.
    """
    yield _seen("program", _program, database)
    yield _seen("file", _file, database)
    yield _seen("references", _references, database)
    migrations = _seen("migrations", _migrations, database)
    yield migrations
    if migrations.ok:
        for name, look in (("guards", _guards), ("ledger", _ledger), ("stock", _stock)):
            yield _seen(name, look, database)


def _seen(name: str, look: Look, database: Database) -> Finding:
    """A look that the database did not survive is a finding too."""
    try:
        return look(database)
    except StorageError as error:
        return Finding(name, False, str(error))


def _program(database: Database) -> Finding:
    if database.dialect == "sqlite":
        safe = ".".join(map(str, SAFE_SQLITE))
        if sqlite.sqlite_version_info < SAFE_SQLITE:
            return Finding("program", False, str(UnsafeSqlite(sqlite.sqlite_version, safe)))
        return Finding("program", True, f"SQLite {sqlite.sqlite_version}, at least {safe}")
    with database.reading() as session:
        version = session.scalars(text("SHOW server_version")).one()
        number = int(session.scalars(text("SHOW server_version_num")).one())
        durable = session.scalars(text("SHOW fsync")).one()
    sound = number >= OLDEST_POSTGRESQL and durable == "on"
    return Finding("program", sound, f"PostgreSQL {version}, fsync {durable}")


def _file(database: Database) -> Finding:
    """SQLite looks through every page; PostgreSQL reads every row, which a broken page would end."""
    with database.reading() as session:
        if database.dialect == "sqlite":
            problems = session.scalars(text("PRAGMA integrity_check")).all()
            return Finding("file", problems == ["ok"], "every page is whole" if problems == ["ok"] else problems[0])
        rows = sum(_rows(session, table) for table in _own_tables(session))
    return Finding("file", True, f"{rows} rows can be read")


def _rows(session: Session, table: str) -> int:
    """Counts the rows by their contents, so that every page is read."""
    quoted = session.connection().dialect.identifier_preparer.quote(table)
    counted = session.scalars(text(f"SELECT count(t::text) FROM {quoted} t")).one()  # noqa: S608 - our own tables
    return int(counted)


def _own_tables(session: Session) -> list[str]:
    there = text("SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()")
    known = set(session.scalars(there))
    return [table.name for table in Base.metadata.sorted_tables if table.name in known]


def _references(database: Database) -> Finding:
    """Whether every row that another one points at is there."""
    with database.reading() as session:
        if database.dialect == "sqlite":
            broken = [str(row.table) for row in session.execute(text("PRAGMA foreign_key_check"))]
        else:
            broken = list(session.scalars(text("SELECT conname FROM pg_constraint WHERE NOT convalidated")))
    if broken:
        return Finding("references", False, f"{len(broken)} lead nowhere, in {', '.join(sorted(set(broken)))}")
    return Finding("references", True, "every reference leads somewhere")


def _migrations(database: Database) -> Finding:
    found = database.revision()
    if found == NEWEST_REVISION:
        return Finding("migrations", True, f"the tables are of revision {found}")
    advice = "run voicecart db upgrade" if found is None or found < NEWEST_REVISION else "this program is too old"
    return Finding("migrations", False, f"the tables are of revision {found}, not {NEWEST_REVISION}: {advice}")


def _guards(database: Database) -> Finding:
    triggers = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE tgenabled = 'O'",
    }
    with database.reading() as session:
        there = set(session.scalars(text(triggers[database.dialect])))
    missing = [name for name in GUARDS[database.dialect] if name not in there]
    if missing:
        return Finding("guards", False, f"the ledger can be changed: {', '.join(missing)} is missing")
    return Finding("guards", True, "the ledger can only be added to")


def _ledger(database: Database) -> Finding:
    """Whether all balances sum to zero, and every balance that is kept equals the sum of its transfers."""
    with database.reading() as session:
        audits = {shop.key: audit(session, shop.id) for shop in list_shops(session)}
    problems = [problem for key, books in audits.items() for problem in _unsound(key, books)]
    if problems:
        return Finding("ledger", False, "; ".join(problems))
    transfers = sum(books.transfers for books in audits.values())
    return Finding("ledger", True, f"{transfers} transfers of {len(audits)} shops sum to zero, balances agree")


def _unsound(shop: str, books: Audit) -> Iterator[str]:
    for currency, total in books.totals.items():
        if total:
            yield f"the balances of {shop} sum to {total} {currency}"
    for code, (kept, counted) in books.differences.items():
        yield f"{code} of {shop} has {kept}, its transfers say {counted}"


def _stock(database: Database) -> Finding:
    """Whether the shelves agree with the orders: nothing is below zero, what is owed is what orders wait for, and an
    order that will never be sent neither holds nor waits for anything.
    """
    with database.reading() as session:
        problems = [*_below_zero(session), *_owed_wrongly(session), *_held_for_nothing(session)]
        held = session.scalars(select(func.coalesce(func.sum(OrderLineRow.held), 0))).one()
    if problems:
        return Finding("stock", False, "; ".join(problems))
    return Finding("stock", True, f"{held} units are held by orders, none by one that is off")


def _below_zero(session: Session) -> list[str]:
    below = select(VariantRow.sku).join(StockRow).where(StockRow.available < 0)
    return [f"{sku} is below zero" for sku in session.scalars(below)]


def _owed_wrongly(session: Session) -> list[str]:
    waited_for = func.coalesce(func.sum(OrderLineRow.owed), 0)
    differing = (
        select(VariantRow.sku, StockRow.owed, waited_for)
        .join(StockRow, StockRow.variant_id == VariantRow.id)
        .outerjoin(OrderLineRow, OrderLineRow.variant_id == VariantRow.id)
        .group_by(VariantRow.id, VariantRow.sku, StockRow.owed)
        .having(StockRow.owed != waited_for)
    )
    return [f"{owed} {sku} are owed, orders wait for {units}" for sku, owed, units in session.execute(differing)]


def _held_for_nothing(session: Session) -> list[str]:
    lost = (
        select(OrderRow.number)
        .join(OrderLineRow, OrderLineRow.order_id == OrderRow.id)
        .where(OrderRow.status.in_(HOLD_NOTHING), OrderLineRow.held + OrderLineRow.owed > 0)
        .distinct()
    )
    return [f"order {number} is off and still holds stock" for number in session.scalars(lost)]
