"""One shop and its services: the front door of this room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from commerce.cart import Carts
from commerce.catalogue.catalogue import Catalogue
from commerce.clock import Clock
from commerce.customers import Customers
from commerce.history import History
from commerce.shop_info import ShopInfo, list_shops, load_info
from commerce.storage.database import Database


@dataclass(frozen=True, slots=True)
class Shop:
    """The services of one shop. A public method of a service is one transaction; customers are named by their key."""

    info: ShopInfo
    customers: Customers
    catalogue: Catalogue
    carts: Carts
    history: History

    @classmethod
    def open(cls, database: Database, key: str, clock: Clock) -> Self:
        """The shop of this key. Raises UnknownShop."""
        with database.reading() as session:
            info = load_info(session, key)
        return cls(
            info=info,
            customers=Customers(database, info, clock),
            catalogue=Catalogue(database, info),
            carts=Carts(database, info, clock),
            history=History(database, info),
        )


def shops(database: Database) -> tuple[ShopInfo, ...]:
    """Every shop in the database, by key."""
    with database.reading() as session:
        return list_shops(session)
