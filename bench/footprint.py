"""`voicecart bench footprint`: what a typed turn costs: statements, processor time here and in PostgreSQL, rows, bytes.

Counts and processor time, not waiting: they are the same on a machine that is busy with other things, and add up to
what many speakers need.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any, Self
from uuid import uuid4

from sqlalchemy import Engine, event

from bench.elsewhere import sibling
from bench.measuring import machine
from commerce.storage.database import Database
from skills.contract import Heard, Hypothesis
from skills.dialogue import SessionKey
from voicecart import console
from voicecart.assembly import Assembly
from voicecart.settings import load_settings

SHOP, CUSTOMER = "home", "carla"
SENTENCES = ("where is my order", "add a jar of honey", "what's in my cart", "check out", "yes")
"""One conversation: half of it asks, and the last two sentences buy."""
WARM_UP = 2  # conversations that are not counted: graphs are compiled, statements prepared


@dataclass(frozen=True, slots=True)
class Footprint:
    """What was used. processor: milliseconds in this process; server: in PostgreSQL's processes for it.

    rows: inserted, updated or deleted; log: bytes of PostgreSQL's write-ahead log. On SQLite the last three are 0.
    """

    statements: float = 0
    transactions: float = 0
    processor: float = 0
    server: float = 0
    rows: float = 0
    log: float = 0

    def __add__(self, other: Self) -> Self:
        return type(self)(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(self)))

    def scaled(self, factor: float) -> Self:
        """So many times that, to one decimal."""
        return type(self)(*(round(getattr(self, field.name) * factor, 1) for field in fields(self)))


class _Meter:
    """Counts what the program asks of a database; the server's own figures come through a connection of their own."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._is_server = database.dialect == "postgresql"
        self._counted = Footprint()

    def statement(self, *_: Any) -> None:
        """One was sent."""
        self._counted += Footprint(statements=1)

    def transaction(self, *_: Any) -> None:
        """One was begun."""
        self._counted += Footprint(transactions=1)

    def written(self, _: Any, cursor: Any, statement: str, *__: Any) -> None:
        """A statement is through."""
        if self._is_server and not statement.startswith("SELECT"):
            self._counted += Footprint(rows=max(cursor.rowcount, 0))

    def read(self) -> Footprint:
        """All that was used so far."""
        counted = self._counted + Footprint(processor=process_time() * 1000)
        if not self._is_server:
            return counted
        with self._database.driver() as connection:
            connection.autocommit = True
            log = connection.execute("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')").fetchone()[0]
            others = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            pids = [pid for (pid,) in connection.execute(others)]
            connection.autocommit = False
        return counted + Footprint(log=float(log), server=sum(_processor(pid) for pid in pids))


def run(database: str | None, conversations: int, as_json: bool) -> int:
    """Hold so many conversations and print a row a sentence. database: None means an SQLite file; on PostgreSQL a
    database beside the named one is made and removed. Raises StorageError.
    """
    with TemporaryDirectory(prefix="voicecart-bench-") as folder:
        begin = database or f"sqlite:///{folder}/unused.sqlite3"
        with sibling(begin, Path(folder), "footprint") as where:
            url = where.render_as_string(hide_password=False)
            used = _used(Assembly(load_settings(database=url)), url, conversations)
            kind = where.get_backend_name()
    used["a conversation"] = sum(used.values(), Footprint()).scaled(1)
    if as_json:
        for sentence, footprint in used.items():
            console.print_json({"sentence": sentence} | asdict(footprint) | {"database": kind, "machine": machine()})
    else:
        columns = ("sentence", *(field.name for field in fields(Footprint)))
        console.table(columns, [(sentence, *asdict(footprint).values()) for sentence, footprint in used.items()])
    return 0


def _used(assembly: Assembly, url: str, conversations: int) -> dict[str, Footprint]:
    """What each sentence took, on average."""
    used: dict[str, Footprint] = defaultdict(Footprint)
    assistant, session = assembly.assistant(SHOP), SessionKey(CUSTOMER, "speaker")
    with closing(Database.open(url)) as watching, _metered(watching) as meter:
        for number in range(WARM_UP + conversations):
            for sentence in SENTENCES:
                heard = Heard(uuid4().hex, "en", (Hypothesis(sentence),), spoken=False)
                before = meter.read()
                assistant.hears(heard, session=session)
                if number >= WARM_UP:
                    used[sentence] += meter.read() + before.scaled(-1)
    assembly.database.close()
    return {sentence: footprint.scaled(1 / conversations) for sentence, footprint in used.items()}


@contextmanager
def _metered(watching: Database) -> Iterator[_Meter]:
    meter = _Meter(watching)
    heard = {
        "before_cursor_execute": meter.statement,
        "begin": meter.transaction,
        "after_cursor_execute": meter.written,
    }
    for name, listener in heard.items():
        event.listen(Engine, name, listener)
    try:
        yield meter
    finally:
        for name, listener in heard.items():
            event.remove(Engine, name, listener)


def _processor(pid: int) -> float:
    """Milliseconds that a process has run, on this machine; 0 where it is on another one. Linux only."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e6
    except FileNotFoundError:
        return 0.0
