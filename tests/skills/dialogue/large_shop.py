"""A generated shop of three thousand products, imported as a merchant would, and somebody to talk to in it."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from functools import cache
from itertools import count, islice
from pathlib import Path
from tempfile import mkdtemp

from bench.products_catalogue import names
from bench.products_shop import write_shop
from commerce.clock import FrozenClock
from commerce.importing.shops import import_shop
from commerce.payments.trial_gateway import TrialGateway
from commerce.sessions import Sessions
from commerce.shop import Shop
from commerce.storage.database import Database
from skills.dialogue import Assistant
from skills.understanding import Understanding
from skills.understanding.phonemes import Lexicon
from tests.skills.talking import TUESDAY, Talk

PRODUCTS = 3_020
LEXICON = Lexicon()
_TURN_IDS = count()
"""Processes that talk to one shop must not take each other's turns for their own."""
COLAS = 40
_EXTRA = """  - {key: checkout, name: Checkout, synonyms: [checkout gum], variants: [{sku: CHECKOUT, price: 1.10}]}
"""
_COLA = (
    "  - {{key: cola-{number}, name: Cola number {number}, synonyms: [house cola],"
    " variants: [{{sku: COLA-{number}, price: 2}}]}}\n"
)
_ORDERS = """    orders:
      - {number: "11", placed: -30d, status: delivered, expected: -29d, lines: [{sku: COLA-37}]}
      - {number: "12", placed: -20d, status: delivered, expected: -19d, lines: [{sku: COLA-37}]}
      - {number: "13", placed: -10d, status: delivered, expected: -9d, lines: [{sku: COLA-37}]}
"""


@cache
def files() -> Path:
    """The shop's files: generated names, one product that is called like a command, and forty house colas."""
    folder = Path(mkdtemp())
    write_shop(folder, PRODUCTS)
    with (folder / "catalogue.yaml").open("a", encoding="utf-8") as catalogue:
        catalogue.write(_EXTRA + "".join(_COLA.format(number=number) for number in range(COLAS)))
    with (folder / "customers.yaml").open("a", encoding="utf-8") as customers:
        customers.write(_ORDERS)
    return folder


def products() -> list[str]:
    """The generated names, as they are in the catalogue."""
    return list(islice(names(PRODUCTS), PRODUCTS))


@cache
def _imported() -> Path:
    """The database with the shop, made once for all tests; each works on a copy."""
    path = Path(mkdtemp()) / "shop.db"
    database = Database.open(f"sqlite:///{path}")
    database.upgrade()
    import_shop(database, files(), FrozenClock(TUESDAY))
    database.close()
    return path


def large_shop(folder: Path) -> Path:
    """A fresh copy of the shop's database in `folder`."""
    return Path(shutil.copy(_imported(), folder / "shop.db"))


def shopper(database: Path, indexes: Path | None) -> Talk:
    """Anna, talking to a process of her own that keeps its indexes in a folder."""
    clock = FrozenClock(TUESDAY)
    opened = Database.open(f"sqlite:///{database}")
    shop = Shop.open(opened, "market", clock, TrialGateway())
    sessions = Sessions(opened, "market", clock)
    assistant = Assistant(shop, Understanding(lexicon=LEXICON, indexes=indexes), sessions, clock)
    return Talk(shop, assistant, sessions, clock, "anna", turn_ids=_TURN_IDS)


def rename(database: Path, changed: Mapping[str, str]) -> None:
    """Imports the shop again with some products under other names."""
    folder = Path(shutil.copytree(files(), Path(mkdtemp()) / "renamed"))
    catalogue = folder / "catalogue.yaml"
    text = catalogue.read_text(encoding="utf-8")
    for before, after in changed.items():
        assert f'"{before}"' in text
        text = text.replace(f'"{before}"', f'"{after}"')
    catalogue.write_text(text, encoding="utf-8")
    opened = Database.open(f"sqlite:///{database}")
    import_shop(opened, folder, FrozenClock(TUESDAY))
    opened.close()
