"""`voicecart bench race`: many processes want the same things at the same moment.

Three promises: exactly as many orders as there are units; as many orders as keys, however often each is sent; one
order a quote, though two devices say yes to it at once. A control that looks first and writes then sells the same stock
and is held against the same check: it must fail, or the check could not see a broken promise.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path

from sqlalchemy import func, select

from bench.buyers import NOON, Answers, Crowd, Yes, ask_for_quotes, buy_naively, crowd, say_yes
from bench.market import LAST, PLENTY, Market, open_market, scratch_database
from bench.measuring import machine
from commerce.catalogue import stock
from commerce.clock import FrozenClock
from commerce.ledger import audit
from commerce.payments.trial_gateway import TrialGateway
from commerce.shop import Shop
from commerce.storage.database import Database
from commerce.storage.order_tables import OrderRow
from voicecart import console

ON_DELIVERY = "delivery"
KEYS = 100
SENT = 100  # times each key


@dataclass(frozen=True, slots=True)
class Outcome:
    """One attempt. lost: what a promise that did not hold is short of, in words; empty when all held."""

    promise: str
    tried: int
    wanted: int
    orders: int
    repeated: int
    seconds: float
    lost: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shelf:
    """What the database and the gateway say afterwards. charges: how often each was asked for, by its key."""

    orders: int
    left: int | None
    charges: dict[str, int]
    balanced: bool


@dataclass(frozen=True, slots=True)
class Promise:
    """What must be true afterwards. units: on the shelf before, None where nobody counts; charged: paid by card."""

    text: str
    tried: int
    orders: int
    units: int | None = None
    charged: bool = True


class Part(StrEnum):
    """What can be raced for by itself. CONTROL must break the promise that UNITS keeps."""

    UNITS = "units"
    KEYS = "keys"
    YESES = "yeses"
    CONTROL = "control"


def run(database: str | None, checkouts: int, processes: int, units: int, parts: Sequence[Part], as_json: bool) -> int:
    """Race, print what was tried and what was lost, and return 1 when a promise was broken.

    database: an empty one; None means an SQLite file that is removed. Raises NotForBenchmarks, StorageError.
    """
    with scratch_database(database) as (url, folder), crowd(processes) as buyers:
        show = _head(url, processes, as_json)
        attempts: dict[Part, Callable[[], Outcome]] = {
            Part.UNITS: lambda: _last_units(buyers, url, folder, checkouts, units),
            Part.KEYS: lambda: _keys(buyers, url, folder),
            Part.YESES: lambda: _double_yes(buyers, url, folder, checkouts),
            Part.CONTROL: lambda: _control(buyers, url, folder, checkouts, units),
        }
        failed = False
        for part in parts:
            outcome = attempts[part]()
            show(outcome)
            failed = failed or bool(outcome.lost) is not (part is Part.CONTROL)
    return int(failed)


def _last_units(buyers: Crowd, url: str, folder: Path, checkouts: int, units: int) -> Outcome:
    """Everybody holds a quote for one unit, and says yes."""
    began = time.monotonic()
    market = open_market(url, folder, checkouts, LAST, units)
    answers = _confirmed(buyers, market, _quotes(buyers, market, checkouts, None))
    promise = Promise("as many orders as units", checkouts, min(checkouts, units), units)
    return _checked(promise, market, answers, began)


def _keys(buyers: Crowd, url: str, folder: Path) -> Outcome:
    """Each key is sent many times, by all processes at once."""
    began = time.monotonic()
    market = open_market(url, folder, KEYS, LAST, KEYS * SENT)
    yeses = [yes for yes in _quotes(buyers, market, KEYS, None) for _ in range(SENT)]
    answers = _confirmed(buyers, market, yeses)
    return _checked(Promise("as many orders as keys", KEYS * SENT, KEYS, KEYS * SENT), market, answers, began)


def _double_yes(buyers: Crowd, url: str, folder: Path, checkouts: int) -> Outcome:
    """Two yeses to each quote, with keys of their own, from two processes; paid on delivery."""
    began = time.monotonic()
    market = open_market(url, folder, checkouts, PLENTY)
    quotes = _quotes(buyers, market, checkouts, ON_DELIVERY)
    yeses = [replace(yes, key=f"{yes.key}-{device}") for yes in quotes for device in ("phone", "speaker")]
    answers = _confirmed(buyers, market, yeses)
    promise = Promise("one order for two yeses", len(yeses), checkouts, charged=False)
    return _checked(promise, market, answers, began)


def _control(buyers: Crowd, url: str, folder: Path, checkouts: int, units: int) -> Outcome:
    """The same stock sold by looking first and writing then."""
    began = time.monotonic()
    market = open_market(url, folder, checkouts, LAST, units)
    answers = _together(buyers.do(buy_naively, [(market, share) for share in buyers.share(_customers(checkouts))]))
    promise = Promise("control: look, then write", checkouts, min(checkouts, units), units, charged=False)
    return _checked(promise, market, answers, began)


def _customers(count: int) -> list[str]:
    return [f"c{number}" for number in range(count)]


def _quotes(buyers: Crowd, market: Market, customers: int, pay_with: str | None) -> list[Yes]:
    jobs = [(market, share, pay_with) for share in buyers.share(_customers(customers))]
    return [yes for share in buyers.do(ask_for_quotes, jobs) for yes in share]


def _confirmed(buyers: Crowd, market: Market, yeses: Sequence[Yes]) -> Answers:
    return _together(buyers.do(say_yes, [(market, share) for share in buyers.share(yeses)]))


def _together(shares: Sequence[Answers]) -> Answers:
    answers = Answers()
    for share in shares:
        answers.add(share)
    return answers


def _checked(promise: Promise, market: Market, answers: Answers, began: float) -> Outcome:
    found = _look(market)
    return Outcome(
        promise=promise.text,
        tried=promise.tried,
        wanted=promise.orders,
        orders=found.orders,
        repeated=answers.again,
        seconds=round(time.monotonic() - began, 1),
        lost=tuple(broken(promise, found, answers)),
    )


def broken(promise: Promise, found: Shelf, answers: Answers) -> list[str]:
    """What was found that the promise rules out, in words; empty when it was kept."""
    told = [number for numbers in answers.orders.values() for number in numbers]
    others = {code: times for code, times in answers.refused.items() if code != "insufficient_stock"}
    charges = promise.orders if promise.charged else 0
    left = None if promise.units is None else promise.units - promise.orders
    kept = {
        f"{found.orders} orders instead of {promise.orders}": found.orders == promise.orders,
        f"{len(told)} orders were told to customers": len(told) == len(set(told)) == found.orders,
        "a customer was told two orders": all(len(numbers) == 1 for numbers in answers.orders.values()),
        f"{found.left} units are left": left is None or found.left == left,
        f"{len(found.charges)} charges instead of {charges}": len(found.charges) == charges,
        "a charge was asked for twice": all(times == 1 for times in found.charges.values()),
        "the books do not balance": found.balanced,
        f"refused for no good reason: {others}": not others,
    }
    return [text for text, true in kept.items() if not true]


def _look(market: Market) -> Shelf:
    database, gateway = Database.open(market.url), TrialGateway(market.record)
    try:
        shop = Shop.open(database, market.shop, FrozenClock(NOON), gateway)
        charges = {charge.key: charge.requests for charge in gateway.charges()}
        with database.reading() as session:
            orders = session.scalar(select(func.count()).select_from(OrderRow).where(OrderRow.shop_id == shop.info.id))
            left = stock.available(session, shop.info.id, LAST)
            return Shelf(orders or 0, left, charges, audit(session, shop.info.id).sound)
    finally:
        gateway.close()
        database.close()


def _head(url: str, processes: int, as_json: bool) -> Callable[[Outcome], None]:
    """Say where it happens; returns what prints an outcome as soon as it is there."""
    with closing(Database.open(url)) as opened:
        where = {"database": opened.dialect, "processes": processes, "machine": machine()}
    if as_json:
        return lambda outcome: console.print_json(asdict(outcome) | where)
    console.say(f"{processes} processes on {where['database']}; {where['machine']}")
    return _line


def _line(outcome: Outcome) -> None:
    console.say(
        f"{outcome.promise:26} {outcome.tried:6} tried, {outcome.wanted} orders wanted, {outcome.orders} made, "
        f"{outcome.repeated} repeated, {outcome.seconds} s, lost: {'; '.join(outcome.lost) or 'nothing'}"
    )
