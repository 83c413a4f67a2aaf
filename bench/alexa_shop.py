"""A grocery for the skill's benchmark: the home shop's goods, and as many linked customers as are wanted."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import yaml

from commerce.access import Access
from commerce.clock import SystemClock
from commerce.importing import import_shop, sample_folders
from commerce.linking.values import LinkKind
from commerce.payments.trial_gateway import TrialGateway
from commerce.shop import Shop
from commerce.storage.database import Database

KEY = "bench-alexa"
CREDIT = 42.0
GOODS = {"rye bread": "rye-bread", "sourdough bread": "sourdough-bread", "baby spinach": "baby-spinach"}
"""Products of one variant each that are called by no other name: what is said, and the key."""
_TOWN = {"city": "Brookfield", "region": "OR", "postcode": "97401", "country": "US"}


def open_alexa_shop(url: str, folder: Path, customers: int) -> list[str]:
    """Make the shop, and return an access token for each customer `c0`, `c1`... Raises StorageError."""
    home = next(sample for sample in sample_folders() if sample.name == "home")
    files = folder / KEY
    files.mkdir()
    shop = yaml.safe_load((home / "shop.yaml").read_text(encoding="utf-8")) | {"key": KEY}
    (files / "shop.yaml").write_text(yaml.safe_dump(shop, sort_keys=False), encoding="utf-8")
    catalogue = yaml.safe_load((home / "catalogue.yaml").read_text(encoding="utf-8"))
    for product in catalogue["products"]:
        if product["key"] in GOODS.values():  # nobody counts them: there is always enough for what is said
            product["variants"] = [variant | {"stock": None} for variant in product["variants"]]
    (files / "catalogue.yaml").write_text(yaml.safe_dump(catalogue, sort_keys=False), encoding="utf-8")
    people = {"customers": [_customer(number) for number in range(customers)]}
    (files / "customers.yaml").write_text(yaml.safe_dump(people, sort_keys=False), encoding="utf-8")
    with closing(Database.open(url)) as database:
        clock = SystemClock()
        import_shop(database, files, clock)
        info = Shop.open(database, KEY, clock, TrialGateway()).info
        linking = Access.open(database, info, clock).linking
        return [linking.link(f"c{number}", LinkKind.SKILL, "bench", "Speaker").access for number in range(customers)]


def carts(url: str, customers: int) -> list[dict[str, int]]:
    """What is in each customer's cart: how many of each product."""
    with closing(Database.open(url)) as database:
        shop = Shop.open(database, KEY, SystemClock(), TrialGateway())
        return [
            {line.product_key: line.quantity for line in shop.carts.get(f"c{number}").lines}
            for number in range(customers)
        ]


def _customer(number: int) -> dict[str, object]:
    account = {"key": "store-credit", "name": "Store credit", "spoken": ["balance"], "kind": "store", "balance": CREDIT}
    return {
        "key": f"c{number}",
        "name": f"Customer {number}",
        "addresses": [{"key": "home", "name": "Home", "street": "1 Lane", **_TOWN}],
        "payment_methods": [{"key": "card", "name": "Card", "token": "test-approved"}],
        "accounts": [account],
    }
