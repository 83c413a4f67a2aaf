"""A small real shop for tests about money: imported once, then copied for every test."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from commerce.checkout import Purchase
from commerce.clock import FrozenClock
from commerce.ledger import Audit, Books, audit
from commerce.money import Money
from commerce.payments.trial_gateway import TrialGateway
from commerce.shop import Shop
from commerce.storage.database import Database
from tests.commerce.places import Place

FILES = Path(__file__).parent / "corner_shop"
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PATIENCE = 0.05  # seconds of real time that a silent gateway costs a test


@dataclass(frozen=True, slots=True)
class Corner:
    """The open shop with everything that a test may look at. `ben` needs no voice code, `anna` has 4711."""

    shop: Shop
    database: Database
    url: str
    clock: FrozenClock
    gateway: TrialGateway

    def fill(self, customer: str = "ben", **units: int) -> None:
        """Put units into a cart, by SKU."""
        for sku, quantity in units.items():
            self.shop.carts.add(customer, sku, quantity)

    def buy(self, customer: str = "ben", pay_with: str | None = None, code: str | None = None) -> Purchase:
        """Quote the cart and say yes."""
        quote = self.shop.checkout.quote(customer, pay_with)
        return self.shop.checkout.confirm(customer, quote.id, quote.digest, quote.id, code)

    def stock(self, sku: str) -> int | None:
        """Units that can still be sold."""
        return self.shop.catalogue.availability(sku).available

    def balance(self, code: str) -> int:
        """Of an account in the books, minor units."""
        with self.database.reading() as session:
            return Books(session, self.shop.info.id).balance(code).amount

    def audit(self) -> Audit:
        """A recount of the books."""
        with self.database.reading() as session:
            return audit(session, self.shop.info.id)

    def pass_time(self, **delta: float) -> None:
        """Let time go by in small steps, the payment desk working all along."""
        for _ in range(10):
            self.clock.advance(**{unit: amount / 10 for unit, amount in delta.items()})
            self.shop.payments.work()


def open_corner(where: Path | Place, gateway: TrialGateway | None = None, files: Path = FILES) -> Corner:
    """A fresh copy of the shop at noon; in a folder it is a file `shop.db`. files: another shop's."""
    place = where if isinstance(where, Place) else Place(where)
    url = place.copy("shop", files, NOON)
    return _corner(place.open(url), url, gateway or TrialGateway(), FrozenClock(NOON))


def join_corner(url: str, gateway: TrialGateway, clock: FrozenClock) -> Corner:
    """The shop that `open_corner` made, through connections of its own: what a second process sees."""
    return _corner(Database.open(url), url, gateway, clock)


def _corner(database: Database, url: str, gateway: TrialGateway, clock: FrozenClock) -> Corner:
    return Corner(Shop.open(database, "corner", clock, gateway, PATIENCE), database, url, clock, gateway)


def dollars(amount: int) -> Money:
    """Cents as money."""
    return Money(amount, "USD")
