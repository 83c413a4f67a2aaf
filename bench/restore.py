"""`voicecart bench restore`: a backup is taken while shoppers buy, restored elsewhere, and checked.

The restored database must be sound, and hold every order that was answered before the backup began and no order that
was begun after it ended.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import select

from bench.buyers import NOON
from bench.elsewhere import sibling
from bench.market import PLENTY, Market, open_market, scratch_database
from bench.measuring import machine
from commerce.care.backups import Backup, back_up, restore
from commerce.clock import FrozenClock
from commerce.payments.trial_gateway import TrialGateway
from commerce.shop import Shop
from commerce.storage.database import Database
from commerce.storage.order_tables import OrderRow
from voicecart import console

WARM_UP = 20  # orders before the backup begins


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it. orders: made in all; restored: in the backup; lost: broken promises, in words."""

    database: str
    shoppers: int
    orders: int
    restored: int
    size: int
    backup_seconds: float
    restore_seconds: float
    lost: tuple[str, ...]


@dataclass(slots=True)
class _Sales:
    """Orders by number: when each was begun and when it was answered, seconds of the monotonic clock."""

    begun: dict[str, float]
    answered: dict[str, float]
    stopped: threading.Event


def run(database: str | None, shoppers: int, orders: int, as_json: bool) -> int:
    """Sell until `orders` were made, back up in the middle, restore, check; 1 when a promise was broken.

    database: an empty one; None means an SQLite file. The restored database is an SQLite file, or, on PostgreSQL, a
    database of its own that is removed. Raises NotForBenchmarks, StorageError.
    """
    with scratch_database(database) as (url, folder):
        market = open_market(url, folder, shoppers, PLENTY)
        with _selling(market, shoppers) as sales:
            _wait_for(sales, WARM_UP)
            began = time.monotonic()
            with closing(Database.open(url)) as opened:
                backup = back_up(opened, folder / "under-load.backup")
            ended = time.monotonic()
            _wait_for(sales, orders)
        outcome = _restored(url, folder, backup, sales, (began, ended), shoppers)
    if as_json:
        console.print_json(asdict(outcome) | {"machine": machine()})
    else:
        console.say(
            f"{outcome.orders} orders by {shoppers} shoppers on {outcome.database}; a backup of "
            f"{outcome.size / 1e6:.1f} MB in {outcome.backup_seconds} s holds {outcome.restored} of them and was "
            f"restored in {outcome.restore_seconds} s. Lost: {'; '.join(outcome.lost) or 'nothing'}."
        )
    return int(bool(outcome.lost))


@contextmanager
def _selling(market: Market, shoppers: int) -> Iterator[_Sales]:
    sales = _Sales({}, {}, threading.Event())
    threads = [threading.Thread(target=_shop, args=(market, f"c{number}", sales)) for number in range(shoppers)]
    for thread in threads:
        thread.start()
    try:
        yield sales
    finally:
        sales.stopped.set()
        for thread in threads:
            thread.join()


def _shop(market: Market, customer: str, sales: _Sales) -> None:
    """Buy the same again and again, paying on delivery."""
    gateway = TrialGateway()
    with closing(Database.open(market.url)) as database:
        shop = Shop.open(database, market.shop, FrozenClock(NOON), gateway)
        while not sales.stopped.is_set():
            began = time.monotonic()
            quote = shop.checkout.quote(customer, "delivery")
            number = shop.checkout.confirm(customer, quote.id, quote.digest, quote.id).order.number
            sales.begun[number], sales.answered[number] = began, time.monotonic()
            shop.carts.add(customer, PLENTY)
    gateway.close()


def _wait_for(sales: _Sales, orders: int) -> None:
    while len(sales.answered) < orders:
        time.sleep(0.02)


def _restored(
    url: str, folder: Path, backup: Backup, sales: _Sales, taken: tuple[float, float], shoppers: int
) -> Outcome:
    with _restorable(url, folder) as database:
        started = time.monotonic()
        findings = restore(database, backup.path)
        seconds = time.monotonic() - started
        with database.reading() as session:
            there = {number for number in session.scalars(select(OrderRow.number)) if number is not None}
        missing = [number for number, at in sales.answered.items() if at < taken[0] and number not in there]
        early = [number for number, at in sales.begun.items() if at > taken[1] and number in there]
        lost = [f"{finding.name}: {finding.detail}" for finding in findings if not finding.ok]
        lost += [f"{len(missing)} orders from before the backup are missing"] if missing else []
        lost += [f"{len(early)} orders from after the backup are in it"] if early else []
        return Outcome(
            database=database.dialect,
            shoppers=shoppers,
            orders=len(sales.answered),
            restored=len(there),
            size=backup.size,
            backup_seconds=round(backup.seconds, 2),
            restore_seconds=round(seconds, 2),
            lost=tuple(lost),
        )


@contextmanager
def _restorable(url: str, folder: Path) -> Iterator[Database]:
    with sibling(url, folder, "restored") as target:
        location = target.render_as_string(hide_password=False)
        with closing(Database.open(location)) as database:
            yield database
