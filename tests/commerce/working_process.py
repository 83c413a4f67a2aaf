"""A worker of its own process: `python -m tests.commerce.working_process URL FOLDER [PAUSE]`.

What the world outside saw stands in FOLDER. It runs until SIGTERM. PAUSE: seconds that the post takes for a message.
"""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path
from threading import Event

from bench.crash_worker import Files, Mailbox
from commerce.clock import SystemClock
from commerce.notifications.events import Channel
from commerce.notifications.port import Letter
from commerce.notifications.postman import Postman
from commerce.payments.trial_gateway import TrialGateway
from commerce.shop import Shop
from commerce.storage.database import Database
from commerce.working.beats import Beats
from commerce.working.worker import Worker, chores


class SlowMailbox(Mailbox):
    """Takes a message, and its time."""

    pause = 0.0

    def send(self, letter: Letter) -> None:
        super().send(letter)
        time.sleep(self.pause)


def open_worker(database: Database, folder: Path, pause: float = 0.0) -> Worker:
    """A worker with a gateway and a mailbox that all processes share."""
    clock, files = SystemClock(), Files(folder)
    gateway, mailbox = TrialGateway(files.charges), SlowMailbox(files.mail)
    mailbox.pause = pause
    senders = {Channel.EMAIL: mailbox}
    work = chores(
        lambda shop: Shop.open(database, shop.key, clock, gateway),
        lambda shop: Postman(database, shop, clock, senders),
    )
    return Worker(database, clock, work, Beats(database, clock))


if __name__ == "__main__":
    stop = Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    open_worker(Database.open(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3])).run(stop)
