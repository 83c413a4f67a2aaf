"""`voicecart bench drain`: how fast 1, 2 and 4 workers empty an outbox together, and whether each message goes once."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import select

from bench.buyers import crowd, wait_for_all
from bench.market import PLENTY, Market, open_market, scratch_database
from bench.measuring import machine
from commerce.clock import SystemClock
from commerce.notifications.announcing import announce
from commerce.notifications.events import Channel, Event
from commerce.notifications.port import Letter
from commerce.notifications.postman import Postman
from commerce.payments.trial_gateway import TrialGateway
from commerce.shop import Shop
from commerce.shop_info import ShopInfo
from commerce.storage.customer_tables import CustomerRow
from commerce.storage.database import Database
from commerce.storage.notification_tables import NotificationRow
from commerce.storage.order_tables import OrderRow
from commerce.working.beats import Beats
from commerce.working.worker import Worker, chores
from voicecart import console


@dataclass(frozen=True, slots=True)
class Share:
    """What one worker did. sent: ids of messages; processor: seconds of its own time."""

    sent: tuple[str, ...]
    processor: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """An outbox that was emptied. processor: milliseconds a message in the workers; shares: messages by worker."""

    workers: int
    messages: int
    seconds: float
    per_second: float
    processor: float
    shares: tuple[int, ...]
    lost: tuple[str, ...]


class Bag:
    """Takes every message after a while, as a mail server does, and remembers it. takes: seconds."""

    def __init__(self, takes: float) -> None:
        self._takes = takes
        self.sent: list[str] = []

    def send(self, letter: Letter) -> None:
        """Take a message."""
        time.sleep(self._takes)
        self.sent.append(letter.message_id)


def run(database: str | None, workers: Sequence[int], messages: int, takes: float, as_json: bool) -> int:
    """Empty an outbox with each number of workers; 1 when a message was sent twice, or not at all.

    database: an empty one; None means an SQLite file. takes: seconds that the other side needs for a message.
    Raises NotForBenchmarks, StorageError.
    """
    lost = False
    with scratch_database(database) as (url, folder):
        kind = url.partition(":")[0].partition("+")[0]
        for count in workers:
            outcome = _emptied(url, folder, count, messages, takes)
            lost = lost or bool(outcome.lost)
            if as_json:
                console.print_json(asdict(outcome) | {"database": kind, "machine": machine()})
            else:
                console.say(
                    f"{count} workers on {kind}: {messages} messages in {outcome.seconds} s, {outcome.per_second}/s, "
                    f"{outcome.processor} ms of processor time each, shared {outcome.shares}, "
                    f"lost: {'; '.join(outcome.lost) or 'nothing'}"
                )
    return int(lost)


def _emptied(url: str, folder: Path, workers: int, messages: int, takes: float) -> Outcome:
    market = open_market(url, folder, 1, PLENTY)
    wanted = _fill(market, messages)
    with crowd(workers) as pool:
        pool.do(_get_ready, [None] * workers)
        began = time.monotonic()
        shares = pool.do(_work_off, [(market, takes)] * workers)
        seconds = time.monotonic() - began
    sent = Counter(message for share in shares for message in share.sent)
    twice, missing = sum(sent.values()) - len(sent), len(wanted - sent.keys())
    return Outcome(
        workers=workers,
        messages=messages,
        seconds=round(seconds, 1),
        per_second=round(messages / seconds, 1),
        processor=round(sum(share.processor for share in shares) / messages * 1000, 1),
        shares=tuple(len(share.sent) for share in shares),
        lost=tuple(text for count, text in ((twice, f"{twice} sent twice"), (missing, f"{missing} not sent")) if count),
    )


def _get_ready(_: None) -> None:
    """The process has loaded everything by the time it does this."""
    wait_for_all()


def _work_off(job: tuple[Market, float]) -> Share:
    market, takes = job
    bag, clock, began = Bag(takes), SystemClock(), time.process_time()
    gateway = TrialGateway()
    with closing(Database.open(market.url)) as database:

        def open_shop(shop: ShopInfo) -> Shop:
            return Shop.open(database, shop.key, clock, gateway)

        def open_postman(shop: ShopInfo) -> Postman:
            return Postman(database, shop, clock, {Channel.EMAIL: bag})

        Worker(database, clock, chores(open_shop, open_postman), Beats(database, clock)).work_off()
    gateway.close()
    return Share(tuple(bag.sent), time.process_time() - began)


def _fill(market: Market, messages: int) -> set[str]:
    """So many messages about one order; their ids."""
    gateway, clock = TrialGateway(), SystemClock()
    with closing(Database.open(market.url)) as database:
        shop = Shop.open(database, market.shop, clock, gateway)
        quote = shop.checkout.quote("c0", "delivery")
        shop.checkout.confirm("c0", quote.id, quote.digest, quote.id)  # posts the first one
        with database.transaction() as session:
            order = session.scalars(select(OrderRow).where(OrderRow.shop_id == shop.info.id)).one()
            session.get_one(CustomerRow, order.customer_id).email = "c0@bench.example"
            for number in range(messages - 1):
                announce(session, order, Event.REFUNDED, clock.now(), occasion=str(number), amount=1)
            mine = select(NotificationRow.message_id).where(NotificationRow.shop_id == shop.info.id)
            ids = set(session.scalars(mine))
    gateway.close()
    return ids
