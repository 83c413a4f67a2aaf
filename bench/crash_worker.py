"""What `voicecart bench crash` kills: a shop's process that buys, cancels, refunds, hears the gateway and sends mail.

It runs until it is killed, and says so after everything it did. Whatever a shopper was told stands in a file by then:
a lost order would be seen.
"""

from __future__ import annotations

import os
import random
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from bench.market import LAST
from commerce.clock import SystemClock
from commerce.errors import CommerceError
from commerce.money import Money
from commerce.notifications.events import Channel
from commerce.notifications.port import Letter
from commerce.notifications.postman import Postman
from commerce.payments.port import GatewayAnswer
from commerce.payments.trial_gateway import Behaviour, TrialGateway
from commerce.shop import Shop
from commerce.storage.database import Database
from commerce.storage.sqlite import sqlite

PATIENCE = 0.05  # seconds of real time that a silent gateway costs
CARDS = tuple(Behaviour)


@dataclass(frozen=True, slots=True)
class Files:
    """Where the world outside the shop keeps what it saw."""

    folder: Path

    @property
    def charges(self) -> Path:
        """The gateway's record."""
        return self.folder / "charges.sqlite3"

    @property
    def mail(self) -> Path:
        """Every delivered message, as often as it was delivered."""
        return self.folder / "mail.sqlite3"

    @property
    def told(self) -> Path:
        """A line for each order that a shopper was told of: `NUMBER OUTCOME`."""
        return self.folder / "told.txt"


class Mailbox:
    """Takes every message, writes it down before it says so, and keeps count of repetitions."""

    def __init__(self, path: Path) -> None:
        self._record = sqlite.connect(str(path), isolation_level=None, timeout=20)
        self._record.execute("CREATE TABLE IF NOT EXISTS mail (message TEXT NOT NULL)")

    def send(self, letter: Letter) -> None:
        """Take a message."""
        self._record.execute("INSERT INTO mail VALUES (?)", (letter.message_id,))

    def messages(self) -> list[str]:
        """The ids of all that came, in order."""
        return [message for (message,) in self._record.execute("SELECT message FROM mail ORDER BY rowid")]

    def close(self) -> None:
        """Let go of the file."""
        self._record.close()


@dataclass(frozen=True, slots=True)
class Trade:
    """One process of the shop, and the customers who come to it."""

    shop: Shop
    gateway: TrialGateway
    postman: Postman
    files: Files
    chance: random.Random
    customers: int

    def act(self) -> None:
        """Do one thing at random; what the shop refuses is no matter."""
        action = self.chance.choices(
            (self._buy, self._cancel, self._refund, self._hear, self._work), weights=(6, 1, 1, 1, 2)
        )[0]
        with suppress(CommerceError):
            action()

    def _buy(self) -> None:
        customer = self._customer()
        self.shop.carts.add(customer, LAST, self.chance.randint(1, 3))
        quote = self.shop.checkout.quote(customer, self.chance.choices(CARDS, weights=(10, 2, 2, 1, 2, 1))[0].value)
        for _ in range(self.chance.randint(1, 2)):  # some say yes twice
            purchase = self.shop.checkout.confirm(customer, quote.id, quote.digest, quote.id)
            self._tell(f"{purchase.order.number} {purchase.payment.value}")

    def _cancel(self) -> None:
        customer = self._customer()
        order = self.shop.orders.latest(customer)
        if order is not None:
            self.shop.orders.cancel(customer, order.number)
            self._tell(f"{order.number} cancelled")

    def _refund(self) -> None:
        order = self.shop.orders.latest(self._customer())
        if order is not None:
            cents = Money(self.chance.randint(1, 50), order.total.currency)
            self.shop.returns.refund(order.number, cents, f"r{self.chance.randint(1, 3)}")

    def _hear(self) -> None:
        """The gateway's own messages: some charge's state, perhaps old news, told twice."""
        charges = self.gateway.charges()
        if charges:
            charge = self.chance.choice(charges)
            for _ in range(2):
                self.shop.payments.notified(GatewayAnswer(charge.key, charge.state, f"trial-{charge.key}"))

    def _work(self) -> None:
        self.shop.payments.work(20)
        self.postman.work(20)

    def _customer(self) -> str:
        return f"c{self.chance.randrange(self.customers)}"

    def _tell(self, line: str) -> None:
        told = os.open(self.files.told, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(told, f"{line}\n".encode())
        os.close(told)


def open_trade(url: str, shop_key: str, files: Files, customers: int, seed: int) -> Trade:
    """A process's view of the shop and of the world."""
    database, clock = Database.open(url), SystemClock()
    gateway = TrialGateway(record=files.charges)
    shop = Shop.open(database, shop_key, clock, gateway, PATIENCE)
    postman = Postman(database, shop.info, clock, {Channel.EMAIL: Mailbox(files.mail)})
    return Trade(shop, gateway, postman, files, random.Random(seed), customers)


def trade_until_killed(url: str, shop_key: str, folder: str, customers: int, seed: int, acted: Connection) -> None:
    """What a process does all its life. acted: hears of everything that it did."""
    trade = open_trade(url, shop_key, Files(Path(folder)), customers, seed)
    while True:
        trade.act()
        acted.send_bytes(b"one more")
