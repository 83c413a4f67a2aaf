"""Typing to a sample shop: everything real, on a fresh embedded database, on a Tuesday morning."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import yaml

import commerce.samples
from commerce.clock import FrozenClock
from commerce.importing.shops import import_shop
from commerce.payments.trial_gateway import TrialGateway
from commerce.sessions import Sessions, StoredSession
from commerce.shop import Shop
from commerce.storage.database import Database
from skills.contract import Heard, Hypothesis
from skills.dialogue import Assistant, SessionKey, Turn
from skills.understanding import Understanding

TUESDAY = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
SAMPLES = Path(commerce.samples.__file__).parent
UNDERSTANDING = Understanding()
SHELVES = {
    "oat-milk",
    "whole-milk",
    "skim-milk",
    "two-percent-milk",
    "bananas",
    "organic-bananas",
    "blueberry-muffins",
    "chocolate-chip-muffins",
    "peach-yogurt",
    "blueberry-yogurt",
    "rye-bread",
    "brown-eggs",
    "soft-toothbrush-heads",
    "sensitive-toothbrush-heads",
    "medium-toothbrush-heads",
    "salted-butter",
}


@cache
def imported(shop: str) -> Path:
    """A database with one sample shop, imported once for all tests; each works on a copy."""
    path = Path(mkdtemp()) / "shop.db"
    files = few_shelves(SAMPLES / shop) if shop == "home" else SAMPLES / shop
    database = Database.open(f"sqlite:///{path}")
    database.upgrade()
    import_shop(database, files, FrozenClock(TUESDAY))
    database.close()
    return path


def few_shelves(folder: Path) -> Path:
    """A copy of the home shop with `SHELVES` only: a graph of four hundred products takes long to build in a test."""
    catalogue = yaml.safe_load((folder / "catalogue.yaml").read_text(encoding="utf-8"))
    catalogue["products"] = [product for product in catalogue["products"] if product["key"] in SHELVES]
    skus = {variant["sku"] for product in catalogue["products"] for variant in product["variants"]}
    customers = yaml.safe_load((folder / "customers.yaml").read_text(encoding="utf-8"))
    for customer in customers["customers"]:
        for order in customer.get("orders", []):
            order["lines"] = [line for line in order["lines"] if line["sku"] in skus]
        customer["orders"] = [order for order in customer.get("orders", []) if order["lines"]]
    promotions = yaml.safe_load((folder / "promotions.yaml").read_text(encoding="utf-8"))
    promotions["promotions"] = [each for each in promotions["promotions"] if _is_on_shelves(each)]
    reviews = yaml.safe_load((folder / "reviews.yaml").read_text(encoding="utf-8"))
    reviews["reviews"] = [each for each in reviews["reviews"] if each["product"] in SHELVES]
    copy = Path(mkdtemp())
    shutil.copy(folder / "shop.yaml", copy)
    written = {"catalogue": catalogue, "customers": customers, "promotions": promotions, "reviews": reviews}
    for name, content in written.items():
        (copy / f"{name}.yaml").write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    return copy


def _is_on_shelves(promotion: dict[str, Any]) -> bool:
    """Whether any goods that a promotion is about are there, or it is about the whole cart; leaves out the others."""
    products = promotion.get("products", [])
    promotion["products"] = [key for key in products if key in SHELVES]
    return bool(promotion["products"]) or not (products or promotion.get("categories"))


@dataclass(slots=True)
class Talk:
    """A conversation with one sample shop."""

    shop: Shop
    assistant: Assistant[StoredSession]
    sessions: Sessions
    clock: FrozenClock
    customer: str
    language: str = "en"
    device: str = "here"
    turn_ids: count[int] = field(default_factory=count)

    def says(self, text: str, turn_id: str | None = None) -> Turn:
        """One typed utterance."""
        heard = Heard(turn_id or f"turn-{next(self.turn_ids)}", self.language, (Hypothesis(text),), spoken=False)
        return self.assistant.hears(heard, session=SessionKey(self.customer, self.device))

    def stored(self) -> str:
        """What is kept of the conversation."""
        taken = self.sessions.take(self.customer, self.device, "a look")
        self.sessions.give_back(taken, taken.state or "")
        return taken.state or ""


def talk(shop: str, customer: str, folder: Path, language: str = "en", gateway: TrialGateway | None = None) -> Talk:
    """A fresh copy of a sample shop, and somebody to talk to."""
    path = folder / "shop.db"
    shutil.copy(imported(shop), path)
    return at(path, shop, customer, language, gateway)


def at(path: Path, shop: str, customer: str, language: str = "en", gateway: TrialGateway | None = None) -> Talk:
    """Somebody to talk to in the shop at `path`, as it is there."""
    clock = FrozenClock(TUESDAY)
    database = Database.open(f"sqlite:///{path}")
    opened = Shop.open(database, shop, clock, gateway or TrialGateway())
    sessions = Sessions(database, shop, clock)
    return Talk(opened, Assistant(opened, UNDERSTANDING, sessions, clock), sessions, clock, customer, language)
