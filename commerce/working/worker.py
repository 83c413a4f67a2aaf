"""Does what waits, for every shop of a database: payments, notifications, old reservations, carts left standing.

Any number of workers may do so at once, on as many machines as there are. One that dies loses nothing: what it had
taken up is free again when its claim runs out.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from threading import Event

from sqlalchemy.orm import Session

from commerce.advice.reminding import shops_with_left_carts
from commerce.advice.reordering import shops_with_somebody_to_look_at
from commerce.clock import Clock
from commerce.errors import StorageError
from commerce.notifications.postman import Postman
from commerce.outbox import PAYMENTS, Topic, shops_with_work
from commerce.reserving import shops_with_expired
from commerce.shop import Shop
from commerce.shop_info import ShopInfo, list_shops
from commerce.storage.database import Database
from commerce.working.beats import Beats

BATCH = 5  # messages of one shop before it is another one's turn; a worker that is to stop finishes them first
SHORTEST_PAUSE = 0.2  # seconds without work
LONGEST_PAUSE = 5.0

log = logging.getLogger(__name__)

OpenShop = Callable[[ShopInfo], Shop]
OpenPostman = Callable[[ShopInfo], Postman]


@dataclass(frozen=True, slots=True)
class Chore:
    """One kind of work. waiting: ids of the shops where there is some; work: does a part, and says how much."""

    name: str
    waiting: Callable[[Session, datetime], Sequence[int]]
    work: Callable[[ShopInfo], int]


@dataclass(frozen=True, slots=True)
class Round:
    """What came of looking once. failed: chores that ended with an error that nobody foresaw."""

    done: int
    failed: int


class Worker:
    """Works until it is told to stop. beats: where it shows that it lives."""

    def __init__(self, database: Database, clock: Clock, chores: Sequence[Chore], beats: Beats) -> None:
        self._database = database
        self._clock = clock
        self._chores = chores
        self._beats = beats

    def run(self, stop: Event) -> None:
        """Work until `stop` is set; what is begun is finished. A database that is away is waited for."""
        pause = SHORTEST_PAUSE
        while not stop.is_set():
            try:
                done = self.once(stop).done
            except StorageError as error:
                log.warning("the database can't be used: %s", error)
                done, pause = 0, LONGEST_PAUSE
            pause = SHORTEST_PAUSE if done else min(2 * pause, LONGEST_PAUSE)
            if not done:
                stop.wait(pause)
        self._beats.end()

    def work_off(self) -> Round:
        """Work until nothing more can be done now. Raises StorageError."""
        done = failed = 0
        while True:
            found = self.once()
            done, failed = done + found.done, failed + found.failed
            if not found.done:
                self._beats.end()
                return Round(done, failed)

    def once(self, stop: Event | None = None) -> Round:
        """Do a part of all that waits, some of it for every shop. Raises StorageError."""
        done = failed = 0
        for chore, shop in self._waiting():
            if stop is not None and stop.is_set():
                break
            did = 0
            try:
                did = chore.work(shop)
            except StorageError:
                raise
            except Exception:  # the border of one shop's work: what is broken there must not stop the others'
                log.exception("%s of the shop %s failed", chore.name, shop.key)
                failed += 1
            done += did
            self._beats.beat(did)
        return Round(done, failed)

    def _waiting(self) -> Iterator[tuple[Chore, ShopInfo]]:
        self._beats.beat(0)
        with self._database.reading() as session:
            now = self._clock.now()
            found = [(chore, set(chore.waiting(session, now))) for chore in self._chores]
            shops = list_shops(session) if any(waiting for _, waiting in found) else ()
        for chore, waiting in found:
            yield from ((chore, shop) for shop in shops if shop.id in waiting)


def chores(open_shop: OpenShop, open_postman: OpenPostman) -> tuple[Chore, ...]:
    """Everything that is done in the background, the most urgent first."""
    return (
        Chore("payments", partial(shops_with_work, topics=PAYMENTS), lambda shop: open_shop(shop).payments.work(BATCH)),
        Chore(
            "notifications",
            partial(shops_with_work, topics={Topic.NOTIFY}),
            lambda shop: open_postman(shop).work(BATCH),
        ),
        Chore("reservations", shops_with_expired, lambda shop: open_shop(shop).reservations.expire()),
        Chore("reminders", shops_with_left_carts, lambda shop: open_shop(shop).reminders.send()),
        Chore(
            "reorder reminders",
            shops_with_somebody_to_look_at,
            lambda shop: open_shop(shop).reorder_reminders.send(),
        ),
    )
