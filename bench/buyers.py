"""Processes that buy at once: what each of them does, and how they are started together."""

from __future__ import annotations

import multiprocessing
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from multiprocessing.synchronize import Barrier
from typing import TypeVar

from bench.market import LAST, Market
from commerce.catalogue import stock
from commerce.clock import FrozenClock
from commerce.customers import customer_id
from commerce.errors import CommerceError, DatabaseBusy, DatabaseConflict, InsufficientStock
from commerce.money import Money
from commerce.order_items import LineItem, OrderKind
from commerce.order_rows import NewOrder, insert_order
from commerce.payments.trial_gateway import TrialGateway
from commerce.shop import Shop
from commerce.storage.database import Database

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
"""The clock stands still here, so that no quote expires on a slow machine before its yes."""
SEED = 1
MOST_TRIES = 20  # of a yes that was answered with "the database is busy"

Job = TypeVar("Job")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Yes:
    """A confirmation that is to be said."""

    customer: str
    quote: str
    digest: str
    key: str


@dataclass(slots=True)
class Answers:
    """What the yeses of one process, or of all, were answered with.

    orders: the order numbers that each customer was told. refused: by the error's code. again: yeses repeated because
    the database was busy.
    """

    orders: dict[str, set[str]] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)
    again: int = 0

    def add(self, other: Answers) -> None:
        """Count another process's answers too."""
        for customer, numbers in other.orders.items():
            self.orders.setdefault(customer, set()).update(numbers)
        self.refused.update(other.refused)
        self.again += other.again


_start: Barrier


class Crowd:
    """Processes that wait for each other before every job."""

    def __init__(self, pool: ProcessPoolExecutor, processes: int) -> None:
        self._pool = pool
        self.processes = processes

    def do(self, work: Callable[[Job], T], jobs: Sequence[Job]) -> list[T]:
        """One job a process, all begun at the same moment."""
        assert len(jobs) == self.processes
        return list(self._pool.map(work, jobs))

    def share(self, things: Sequence[T]) -> list[list[T]]:
        """Deal things out, one share a process."""
        return [list(things[first :: self.processes]) for first in range(self.processes)]


@contextmanager
def crowd(processes: int) -> Iterator[Crowd]:
    """Started anew, not forked: a connection must not be shared."""
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(processes)
    with ProcessPoolExecutor(processes, mp_context=context, initializer=_begin, initargs=(barrier,)) as pool:
        yield Crowd(pool, processes)


def _begin(barrier: Barrier) -> None:
    global _start  # noqa: PLW0603 - a barrier can only be handed over when the process starts
    _start = barrier


def wait_for_all() -> None:
    """Go on when every process of the crowd has come this far."""
    _start.wait()


@contextmanager
def _open(market: Market) -> Iterator[tuple[Shop, Database]]:
    database = Database.open(market.url)
    gateway = TrialGateway(market.record)
    try:
        shop = Shop.open(database, market.shop, FrozenClock(NOON), gateway)
        wait_for_all()
        yield shop, database
    finally:
        gateway.close()
        database.close()


def ask_for_quotes(job: tuple[Market, list[str], str | None]) -> list[Yes]:
    """A quote for each customer's cart; the yes to it carries the quote's id as its key."""
    market, customers, pay_with = job
    yeses = []
    with _open(market) as (shop, _):
        for customer in customers:
            quote = _patiently(partial(shop.checkout.quote, customer, pay_with), Answers())
            yeses.append(Yes(customer, quote.id, quote.digest, quote.id))
    return yeses


def say_yes(job: tuple[Market, list[Yes]]) -> Answers:
    """Confirm everything, shuffled alike in every process, so that those with the same quotes meet at them."""
    market, yeses = job
    answers = Answers()
    random.Random(SEED).shuffle(yeses)
    with _open(market) as (shop, _):
        for yes in yeses:
            _confirm(shop, yes, answers)
    return answers


def buy_naively(job: tuple[Market, list[str]]) -> Answers:
    """What a shop does that looks first and writes then, in two transactions."""
    market, customers = job
    answers = Answers()
    with _open(market) as (shop, database):
        for customer in customers:
            try:
                number = _patiently(partial(_look_then_write, shop, database, customer), answers)
            except InsufficientStock as refusal:
                answers.refused[refusal.code] += 1
            else:
                answers.orders.setdefault(customer, set()).add(number)
    return answers


def _confirm(shop: Shop, yes: Yes, answers: Answers) -> None:
    try:
        purchase = _patiently(lambda: shop.checkout.confirm(yes.customer, yes.quote, yes.digest, yes.key), answers)
    except CommerceError as refusal:
        answers.refused[refusal.code] += 1
    else:
        answers.orders.setdefault(yes.customer, set()).add(purchase.order.number)


def _patiently(action: Callable[[], T], answers: Answers) -> T:
    """Do it, again where the database was busy: what any client does, and what must not buy twice."""
    for _ in range(MOST_TRIES):
        try:
            return action()
        except (DatabaseBusy, DatabaseConflict):
            answers.again += 1
    return action()


def _look_then_write(shop: Shop, database: Database, customer: str) -> str:
    with database.reading() as session:
        left = stock.available(session, shop.info.id, LAST) or 0
    if left < 1:
        raise InsufficientStock(LAST, 1, left)
    with database.transaction() as session:
        stock.set_level(session, shop.info.id, LAST, left - 1)
        price = Money(250, shop.info.currency)
        nothing = Money(0, shop.info.currency)
        order = NewOrder(
            owner=customer_id(session, shop.info.id, customer),
            kind=OrderKind.GOODS,
            lines=(LineItem(1, LAST, "last", "Last", 1, (), price, price, Decimal(0)),),
            delivery=nothing,
            tax=nothing,
            total=price,
            payee=shop.info.seller,
            address="",
            placed_at=NOON,
            expected_at=None,
        )
        return str(insert_order(session, shop.info, order, holds_stock=True).number)
