"""`voicecart bench throughput`: how many orders a second a shop takes, from 1, 8 and 64 customers at once.

Each customer buys again and again: one unit into the cart, a quote, a yes, paid by card at a gateway that answers at
once. On PostgreSQL the server's own benchmark runs beside it, with as many clients: what it commits is the ceiling.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from sqlalchemy import func, select

from bench import pgbench
from bench.buyers import crowd, wait_for_all
from bench.elsewhere import sibling
from bench.market import PLENTY, Market, open_market, scratch_database
from bench.measuring import machine, percentile
from commerce.clock import SystemClock
from commerce.errors import DatabaseBusy, DatabaseConflict
from commerce.ledger import audit
from commerce.payments.trial_gateway import TrialGateway
from commerce.shop import Shop
from commerce.shop_info import load_info
from commerce.storage.database import Database
from commerce.storage.order_tables import OrderRow
from voicecart import console

MOST_PROCESSES = 8  # the customers share them, as they share the processes of a service
WARM_UP = 3  # orders of each process that are not counted


@dataclass(slots=True)
class Sales:
    """What one process sold. latencies: of each order, seconds; uncounted: orders before those; processor: seconds of
    this process's own time; busy: orders that were given up because the database stayed busy.
    """

    latencies: list[float] = field(default_factory=list)
    uncounted: int = 0
    processor: float = 0.0
    busy: int = 0


@dataclass(frozen=True, slots=True)
class Rate:
    """Orders by so many customers at once. p50, p99: of one order (cart, quote, yes), milliseconds.

    processor: milliseconds an order in the shop's processes. ceiling: pgbench's transactions a second, None on SQLite
    and where there is no pgbench. lost: broken promises, in words.
    """

    customers: int
    processes: int
    orders: int
    per_second: float
    p50: float
    p99: float
    processor: float
    busy: int
    ceiling: float | None
    lost: tuple[str, ...]


def run(database: str | None, customers: Sequence[int], seconds: int, as_json: bool) -> int:
    """Measure each number of customers for so many seconds; 1 when an order that was answered is not there.

    database: an empty one; None means an SQLite file. Raises NotForBenchmarks, StorageError, BenchmarkProblem.
    """
    lost = False
    with scratch_database(database) as (url, folder), _pgbench(url, folder, seconds) as ceiling:
        for count in customers:
            rate = _measured(url, folder, count, seconds, ceiling(count))
            _show(rate, url, as_json)
            lost = lost or bool(rate.lost)
    return int(lost)


@contextmanager
def _pgbench(url: str, folder: Path, seconds: int) -> Iterator[Callable[[int], float | None]]:
    """What says how many transactions a second the server commits for so many clients."""
    program = pgbench.program() if url.startswith("postgres") else None
    if program is None:
        yield lambda _: None
        return
    with sibling(url, folder, "pgbench") as where:
        pgbench.fill(program, where)
        yield lambda clients: pgbench.transactions_a_second(program, where, clients, seconds)


def _measured(url: str, folder: Path, customers: int, seconds: int, ceiling: float | None) -> Rate:
    market = open_market(url, folder, customers, PLENTY)
    processes = min(customers, MOST_PROCESSES)
    with crowd(processes) as buyers:
        shares = buyers.share([f"c{number}" for number in range(customers)])
        sold = buyers.do(_sell, [(market, share, seconds) for share in shares])
    latencies = [latency for sales in sold for latency in sales.latencies]
    made = len(latencies) + sum(sales.uncounted for sales in sold)
    return Rate(
        customers=customers,
        processes=processes,
        orders=len(latencies),
        per_second=round(len(latencies) / seconds, 1),
        p50=round(percentile(latencies, 0.5) * 1000, 1),
        p99=round(percentile(latencies, 0.99) * 1000, 1),
        processor=round(sum(sales.processor for sales in sold) / len(latencies) * 1000, 1),
        busy=sum(sales.busy for sales in sold),
        ceiling=ceiling,
        lost=tuple(lost_orders(market, made)),
    )


def _sell(job: tuple[Market, list[str], int]) -> Sales:
    """What one process does: a thread for each of its customers."""
    market, customers, seconds = job
    sales = Sales()
    gateway = TrialGateway()
    with closing(Database.open(market.url)) as database:
        shop = Shop.open(database, market.shop, SystemClock(), gateway)
        for _ in range(WARM_UP):
            _buy(shop, customers[0], sales)
        sales.uncounted, sales.latencies = len(sales.latencies), []
        wait_for_all()
        began = time.process_time()
        deadline = time.monotonic() + seconds
        threads = [threading.Thread(target=_buy_until, args=(shop, who, deadline, sales)) for who in customers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        sales.processor = time.process_time() - began
    gateway.close()
    return sales


def _buy_until(shop: Shop, customer: str, deadline: float, sales: Sales) -> None:
    while time.monotonic() < deadline:
        _buy(shop, customer, sales)


def _buy(shop: Shop, customer: str, sales: Sales) -> None:
    """An order, from the cart to the answer. Where the database stays busy the customer gives up and begins anew."""
    began = time.monotonic()
    try:
        shop.carts.clear(customer)
        shop.carts.add(customer, PLENTY)
        quote = shop.checkout.quote(customer)
        shop.checkout.confirm(customer, quote.id, quote.digest, quote.id)
    except (DatabaseBusy, DatabaseConflict):
        sales.busy += 1
    else:
        sales.latencies.append(time.monotonic() - began)


def lost_orders(market: Market, answered: int) -> Iterator[str]:
    """What is not as it was answered, in words."""
    with closing(Database.open(market.url)) as database, database.reading() as session:
        shop_id = load_info(session, market.shop).id
        orders = session.scalar(select(func.count()).select_from(OrderRow).where(OrderRow.shop_id == shop_id)) or 0
        if orders < answered:
            yield f"{answered} orders were answered and {orders} are there"
        if not audit(session, shop_id).sound:
            yield "the books do not balance"


def _show(rate: Rate, url: str, as_json: bool) -> None:
    kind = url.partition(":")[0].partition("+")[0]
    if as_json:
        console.print_json(asdict(rate) | {"database": kind, "machine": machine()})
        return
    ceiling = "" if rate.ceiling is None else f", pgbench {rate.ceiling:.0f} transactions/s"
    console.say(
        f"{rate.customers:3} customers on {kind}: {rate.per_second:6.1f} orders/s, p50 {rate.p50} ms, "
        f"p99 {rate.p99} ms, {rate.processor} ms of processor time an order, {rate.busy} found it busy{ceiling}, "
        f"lost: {'; '.join(rate.lost) or 'nothing'}"
    )
