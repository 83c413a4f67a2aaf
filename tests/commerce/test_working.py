"""Background workers: any number at once, each message done once, and none lost with a worker."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread

import pytest
from sqlalchemy import update

from bench.crash_worker import Files, Mailbox
from commerce.clock import FrozenClock
from commerce.errors import DatabaseUnusable
from commerce.payments.trial_gateway import Behaviour, TrialGateway
from commerce.shop_info import ShopInfo
from commerce.storage.customer_tables import CustomerRow
from commerce.working.beats import ALIVE_FOR, EVERY, Beats, lives
from commerce.working.worker import Chore, Round, Worker
from tests.commerce.corner import NOON, Corner, open_corner
from tests.commerce.places import Place
from tests.commerce.working_process import open_worker

WITHIN = 60  # seconds of real time, on a machine that is busy with other things


@pytest.fixture
def corner(place: Place) -> Corner:
    """A shop whose gateway's record other processes can see, and whose customers have an address for mail."""
    corner = open_corner(place, TrialGateway(Files(place.folder).charges))
    with corner.database.transaction() as session:
        session.execute(update(CustomerRow).values(email=CustomerRow.key + "@example.com"))
    return corner


@contextmanager
def working(corner: Corner, place: Place, pause: float = 0.0) -> Iterator[subprocess.Popen[bytes]]:
    """A worker in a process of its own; it is told to stop at the end."""
    arguments = [corner.url, str(place.folder), str(pause)]
    process = subprocess.Popen([sys.executable, "-m", "tests.commerce.working_process", *arguments])
    try:
        yield process
    finally:
        process.terminate()
        process.wait(WITHIN)


def wait_until(is_so: Callable[[], bool]) -> None:
    """Look now and then. Raises AssertionError when it takes too long."""
    deadline = time.monotonic() + WITHIN
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def delivered(place: Place) -> Counter[str]:
    """How often each mail came."""
    mailbox = Mailbox(Files(place.folder).mail)
    found = Counter(mailbox.messages())
    mailbox.close()
    return found


def test_two_processes_share_the_work_and_a_killed_one_leaves_nothing_undone(corner: Corner, place: Place) -> None:
    """One dies with a message in its hands: when its claim has run out the other sends it, owned up to as doubtful."""
    for _ in range(4):
        corner.fill(MILK=1)
        corner.buy()
    with working(corner, place, pause=30) as doomed:
        wait_until(lambda: len(delivered(place)) == 1)
        with working(corner, place) as other:
            wait_until(lambda: len(delivered(place)) == 8)
            doomed.send_signal(signal.SIGKILL)
            doomed.wait(WITHIN)
            wait_until(lambda: corner.shop.notifications.count().waiting == 0)
            other.terminate()
            assert other.wait(WITHIN) == 0
    stands = corner.shop.notifications.count()
    assert (stands.sent, stands.doubtful) == (8, 1)
    assert sorted(delivered(place).values()) == [1] * 7 + [2]
    assert [life.name.split("-")[-2] for life in lives(corner.database)] == [str(doomed.pid)]


def test_a_worker_asks_about_payments_and_ends_reservations(place: Place) -> None:
    """A charge whose answer never came is found out about, and what was held too long can be sold again."""
    gateway = TrialGateway(Files(place.folder).charges, by_amount={639: Behaviour.SLOW})
    corner = open_corner(place, gateway)
    corner.shop.reservations.hold("anna", "BREAD", 1, timedelta(minutes=1))
    left = corner.stock("BREAD")
    corner.fill(MILK=1)
    assert corner.buy().payment.value == "pending"
    worker = open_worker(corner.database, place.folder)  # by the machine's clock both are long due
    assert worker.work_off().failed == 0
    assert corner.shop.orders.list("ben")[0].status.value == "paid"
    assert corner.stock("BREAD") == (left or 0) + 1


def test_one_shops_broken_work_does_not_stop_the_others(corner: Corner) -> None:
    """A chore that raises is counted, and what comes after it is done."""
    done: list[str] = []

    def broken(_: ShopInfo) -> int:
        raise LookupError("no such thing")

    def fine(shop: ShopInfo) -> int:
        done.append(shop.key)
        return len(done) < 3

    everywhere = corner.shop.info.id
    chores = [Chore("broken", lambda *_: [everywhere], broken), Chore("fine", lambda *_: [everywhere], fine)]
    worker = Worker(corner.database, corner.clock, chores, Beats(corner.database, corner.clock))
    assert worker.work_off() == Round(done=2, failed=3)
    assert done == ["corner"] * 3


def test_what_was_done_is_shown_once(corner: Corner) -> None:
    """Two chores do one thing each, in two rounds: others see four things done."""
    clock, everywhere = FrozenClock(NOON), corner.shop.info.id
    chores = [Chore(name, lambda *_: [everywhere], lambda _: 1) for name in ("one", "another")]
    beats = Beats(corner.database, clock)
    worker = Worker(corner.database, clock, chores, beats)
    assert [worker.once() for _ in range(2)] == [Round(done=2, failed=0)] * 2
    clock.advance(seconds=EVERY.total_seconds())
    beats.beat(0)
    assert [life.done for life in lives(corner.database)] == [4]


def test_a_database_that_is_away_is_waited_for(corner: Corner) -> None:
    """The worker lives through it, and stops at once when it is told to, even while it waits."""
    away, stop, tries = DatabaseUnusable("somewhere", "it is away"), Event(), Event()

    def waiting(*_: object) -> list[int]:
        tries.set()
        raise away

    worker = Worker(
        corner.database, corner.clock, [Chore("any", waiting, lambda _: 0)], Beats(corner.database, corner.clock)
    )
    thread = Thread(target=worker.run, args=(stop,))
    thread.start()
    assert tries.wait(WITHIN)
    stop.set()
    thread.join(WITHIN)
    assert not thread.is_alive()
    assert lives(corner.database) == ()


def test_others_see_who_is_alive(corner: Corner) -> None:
    """A beat is written now and then, with what was done; who is silent for long is dead, and forgotten in a day."""
    clock = FrozenClock(NOON)
    beats = Beats(corner.database, clock, "one")
    beats.beat(2)
    clock.advance(seconds=1)
    beats.beat(3)
    assert [(life.beat_at, life.done) for life in lives(corner.database)] == [(NOON, 0)]
    clock.advance(seconds=EVERY.total_seconds())
    beats.beat(1)
    (life,) = lives(corner.database)
    assert (life.name, life.started_at, life.done) == ("one", NOON, 6)
    assert life.is_alive(life.beat_at + ALIVE_FOR - timedelta(seconds=1))
    assert not life.is_alive(life.beat_at + ALIVE_FOR)
    clock.advance(days=2)
    Beats(corner.database, clock, "two").beat(0)
    assert [life.name for life in lives(corner.database)] == ["two"]
