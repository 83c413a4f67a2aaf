"""`voicecart bench crash`: processes of a shop are killed (SIGKILL) at random moments, and nothing may be lost by it.

Orders, payments that are accepted, declined, late, silent or lost, cancellations, refunds, the gateway's own messages
and mails run in several processes. After the kills whoever is left resolves what is open, within a minute. Then charges
equal orders, the books balance, every message arrived at least once and no oftener than is owned up to, and whatever a
shopper was told is true.
"""

from __future__ import annotations

import json
import multiprocessing
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

from sqlalchemy import insert, select, update

from bench.crash_checks import Tally, open_matters, take_stock
from bench.crash_worker import CARDS, Files, open_trade, trade_until_killed
from bench.market import LAST, PREFIX, NotForBenchmarks, open_market, scratch_database
from bench.measuring import machine
from commerce.shop import shops
from commerce.storage.customer_tables import CustomerRow
from commerce.storage.database import Database
from commerce.storage.payment_tables import PaymentMethodRow
from voicecart import console

PROCESSES = 3
CUSTOMERS = 12
UNITS = 1_000_000
ACTS = 6  # that a process has done at most when it may be killed, so that deaths hit work on a slow machine too
LAST_BREATH = 0.3  # seconds that it has at most after that: somewhere in the next thing it does
RESOLVED_WITHIN = 60.0  # seconds of real time


@dataclass(slots=True)
class _State:
    """What a later run goes on with. kills: so far."""

    url: str
    folder: str
    shop: str
    kills: int = 0


def run(database: str | None, kills: int, state: Path | None, as_json: bool) -> int:
    """Kill so many processes, check, and return 1 when a promise is broken.

    database: an empty one, or that of the state; None means an SQLite file. state: a file to go on from, made when it
    is missing; what was bought before is checked again. Raises NotForBenchmarks, StorageError.
    """
    with _place(database, state) as place:
        _kill(place, kills)
        seconds = _resolve(place)
        place.kills += kills
        if state is not None:
            state.write_text(json.dumps(asdict(place)))
        opened = Database.open(place.url)
        try:
            tally = take_stock(opened, _shop_id(opened, place.shop), UNITS, Files(Path(place.folder)))
            dialect = opened.dialect
        finally:
            opened.close()
    too_slow = [f"it took {seconds:.0f} s to resolve everything"] if seconds > RESOLVED_WITHIN else []
    lost = [*tally.lost, *too_slow]
    _show(tally, place.kills, seconds, lost, dialect, as_json)
    return int(bool(lost))


def _show(tally: Tally, kills: int, seconds: float, lost: list[str], dialect: str, as_json: bool) -> None:
    if as_json:
        found = asdict(tally) | {"lost": lost, "kills": kills, "resolved_in": round(seconds, 1)}
        console.print_json(found | {"database": dialect, "machine": machine()})
        return
    console.say(f"{PROCESSES} processes on {dialect}; {machine()}")
    console.say(
        f"{kills} kills, {tally.orders} orders, {tally.charges} charges, {tally.transfers} transfers, "
        f"{tally.messages} messages, {tally.doubled} of them doubled ({tally.doubtful} tries doubtful), "
        f"everything resolved in {seconds:.1f} s, lost: {'; '.join(lost[:20]) or 'nothing'}"
    )


@contextmanager
def _place(database: str | None, state: Path | None) -> Iterator[_State]:
    if state is None:
        with scratch_database(database) as (url, folder):
            yield _prepared(url, folder)
        return
    if state.exists():
        yield _State(**json.loads(state.read_text()))
        return
    folder = state.with_suffix(".data")
    folder.mkdir(parents=True, exist_ok=True)
    url = database or f"sqlite:///{folder.absolute() / 'market.sqlite3'}"
    opened = Database.open(url)
    try:
        opened.upgrade()
        if any(not shop.key.startswith(PREFIX) for shop in shops(opened)):
            raise NotForBenchmarks(opened.url)
    finally:
        opened.close()
    yield _prepared(url, folder.absolute())


def _prepared(url: str, folder: Path) -> _State:
    """A market whose customers have a card of every kind, and an e-mail address."""
    market = open_market(url, folder, CUSTOMERS, LAST, UNITS)
    opened = Database.open(url)
    try:
        with opened.transaction() as session:
            mine = CustomerRow.shop_id == _shop_id(opened, market.shop)
            session.execute(update(CustomerRow).where(mine).values(email=CustomerRow.key + "@bench.example"))
            cards = [
                {"customer_id": customer, "key": card.value, "token": card.value, "name": "Card", "position": position}
                for customer in session.scalars(select(CustomerRow.id).where(mine)).all()
                for position, card in enumerate(CARDS)
            ]
            session.execute(insert(PaymentMethodRow), cards)
    finally:
        opened.close()
    return _State(url, str(folder), market.shop)


def _kill(place: _State, kills: int) -> None:
    """Keep several processes trading; time and again the one that is oldest dies, and another one is born."""
    chance = random.Random(place.kills)
    context = multiprocessing.get_context("forkserver")  # a process is there at once, and inherits no connection
    context.set_forkserver_preload([trade_until_killed.__module__])
    living = [_born(context, place, number) for number in range(PROCESSES)]
    try:
        for number in range(kills):
            doomed = living.pop(0)
            for _ in range(chance.randint(1, ACTS)):
                doomed.acted.recv_bytes()
            time.sleep(chance.uniform(0, LAST_BREATH))
            doomed.end()
            living.append(_born(context, place, PROCESSES + number))
    finally:
        for life in living:
            life.end()


@dataclass(frozen=True, slots=True)
class _Life:
    """A process, and where it says that it did something."""

    process: ForkServerProcess
    acted: Connection

    def end(self) -> None:
        """With SIGKILL: it can't prepare for it."""
        self.process.kill()
        self.process.join()
        self.acted.close()


def _born(context: ForkServerContext, place: _State, number: int) -> _Life:
    here, there = context.Pipe(duplex=False)
    arguments = (place.url, place.shop, place.folder, CUSTOMERS, place.kills * 1_000 + number, there)
    process = context.Process(target=trade_until_killed, args=arguments, daemon=True)
    process.start()
    there.close()
    return _Life(process, here)


def _resolve(place: _State) -> float:
    """Start again and work until nothing is open; the seconds that took, at most twice as many as allowed."""
    began = time.monotonic()
    trade = open_trade(place.url, place.shop, Files(Path(place.folder)), CUSTOMERS, 0)
    opened = Database.open(place.url)
    try:
        while time.monotonic() - began < 2 * RESOLVED_WITHIN:
            worked = trade.shop.payments.work() + trade.postman.work()
            with opened.reading() as session:
                if not open_matters(session, trade.shop.info.id):
                    break
            if not worked:
                time.sleep(0.2)
    finally:
        opened.close()
    return time.monotonic() - began


def _shop_id(database: Database, key: str) -> int:
    return next(shop.id for shop in shops(database) if shop.key == key)
