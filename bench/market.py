"""A shop for benchmarks of the money: two things on sale, and as many customers as are wanted.

`LAST` is counted, `PLENTY` is not. Every customer has one unit of one of them in the cart.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import yaml
from sqlalchemy import insert, select

from commerce.clock import SystemClock
from commerce.importing import import_shop
from commerce.shop import shops
from commerce.storage.cart_tables import CartLineRow, CartRow
from commerce.storage.customer_tables import CustomerRow
from commerce.storage.database import Database
from commerce.storage.shop_tables import ShopRow, VariantRow
from voicecart.commands.options import UsageProblem

LAST, PLENTY = "LAST", "PLENTY"
PREFIX = "bench-"


class NotForBenchmarks(UsageProblem):
    """The database holds a merchant's shops; a benchmark would sell and lock there."""

    def __init__(self, url: str) -> None:
        super().__init__(f"{url} holds shops that are no benchmark's; name an empty database")


@dataclass(frozen=True, slots=True)
class Market:
    """Where a benchmark sells. url: with everything that is needed to connect; record: the trial gateway's file."""

    url: str
    shop: str
    record: Path


@contextmanager
def scratch_database(url: str | None) -> Iterator[tuple[str, Path]]:
    """The URL of an up-to-date database (an SQLite file when none is named) and a folder; the folder goes away.

    Raises NotForBenchmarks, StorageError.
    """
    with TemporaryDirectory(prefix="voicecart-bench-") as folder:
        url = url or f"sqlite:///{folder}/market.sqlite3"
        database = Database.open(url)
        try:
            database.upgrade()
            if any(not shop.key.startswith(PREFIX) for shop in shops(database)):
                raise NotForBenchmarks(database.url)
            yield url, Path(folder)
        finally:
            database.close()


def open_market(url: str, folder: Path, customers: int, sku: str, units: int | None = None) -> Market:
    """A new shop whose customers `c0`, `c1`... each have one unit of `sku` in the cart. units: how many there are."""
    database = Database.open(url)
    key = f"{PREFIX}{uuid4().hex[:8]}"
    try:
        clock = SystemClock()
        _import(database, key, folder, units or 0)
        _fill(database, key, customers, sku, clock.now())
    finally:
        database.close()
    return Market(url, key, folder / f"{key}.payments")


def _import(database: Database, key: str, folder: Path, units: int) -> None:
    terms = {"delivery": {"fee": 0, "days": 1}, "address": "1 Test Street", "returns": "None."}
    shop = {"key": key, "name": "Market", "kind": "groceries", "currency": "USD", "language": "en", "seller": "Market"}
    files = folder / key
    files.mkdir()
    for name, content in (("shop", shop | terms), ("catalogue", _catalogue(units)), ("customers", {"customers": []})):
        (files / f"{name}.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
    import_shop(database, files, SystemClock())


def _catalogue(units: int) -> dict[str, object]:
    last = {"key": "last", "name": "Last", "variants": [{"sku": LAST, "price": 2.5, "stock": units}]}
    return {"products": [last, {"key": "plenty", "name": "Plenty", "variants": [{"sku": PLENTY, "price": 1.25}]}]}


def _fill(database: Database, key: str, customers: int, sku: str, now: datetime) -> None:
    """All customers and carts with a few statements: what is measured comes later."""
    with database.transaction() as session:
        shop = session.scalars(select(ShopRow.id).where(ShopRow.key == key)).one()
        variant = session.scalars(select(VariantRow.id).where(VariantRow.shop_id == shop, VariantRow.sku == sku)).one()
        session.execute(
            insert(CustomerRow),
            [
                {"shop_id": shop, "key": f"c{number}", "name": f"Customer {number}", "email": None, "language": "en"}
                | {"spend_cap": None, "position": number, "created_at": now}
                for number in range(customers)
            ],
        )
        mine = select(CustomerRow.id).where(CustomerRow.shop_id == shop)
        session.execute(
            insert(CartRow),
            [
                {"customer_id": customer, "version": 1, "next_line": 2, "updated_at": now}
                for customer in session.scalars(mine).all()
            ],
        )
        carts = session.scalars(select(CartRow.id).where(CartRow.customer_id.in_(mine))).all()
        line = {"number": 1, "variant_id": variant, "quantity": 1, "options": []}
        session.execute(insert(CartLineRow), [line | {"cart_id": cart} for cart in carts])
