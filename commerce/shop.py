"""One shop and its services: the front door of this room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from commerce.accounts import Accounts
from commerce.advice.opinions import Opinions
from commerce.advice.reminding import Reminders
from commerce.advice.reordering import ReorderReminders
from commerce.advice.rhythm import Rhythm
from commerce.advice.together import Together
from commerce.advice.wishes import Wishes
from commerce.cart import Carts
from commerce.catalogue.catalogue import Catalogue
from commerce.checkout import Checkout
from commerce.clock import Clock
from commerce.customers import Customers
from commerce.history import History
from commerce.notifications.contacts import Notifications
from commerce.orders import Orders
from commerce.payments.desk import PATIENCE, PaymentDesk
from commerce.payments.port import PaymentGateway
from commerce.promotions.promotions import Promotions
from commerce.reserving import Reservations
from commerce.returns import Returns
from commerce.shipping import Shipping
from commerce.shop_info import ShopInfo, list_shops, load_info
from commerce.storage.database import Database


@dataclass(frozen=True, slots=True)
class Shop:
    """The services of one shop. A public method of a service is one transaction; customers are named by their key.

    payments: carries out what is left to do about payments; call its `work` now and then.
    """

    info: ShopInfo
    customers: Customers
    catalogue: Catalogue
    carts: Carts
    history: History
    accounts: Accounts
    checkout: Checkout
    orders: Orders
    payments: PaymentDesk
    notifications: Notifications
    shipping: Shipping
    returns: Returns
    reservations: Reservations
    promotions: Promotions
    wishes: Wishes
    together: Together
    rhythm: Rhythm
    opinions: Opinions
    reminders: Reminders
    reorder_reminders: ReorderReminders

    @classmethod
    def open(
        cls, database: Database, key: str, clock: Clock, gateway: PaymentGateway, patience: float = PATIENCE
    ) -> Self:
        """The shop of this key. patience: seconds that a shopper waits for the gateway. Raises UnknownShop."""
        with database.reading() as session:
            info = load_info(session, key)
        customers = Customers(database, info, clock)
        desk = PaymentDesk(database, info, clock, gateway, patience)
        return cls(
            info=info,
            customers=customers,
            catalogue=Catalogue(database, info),
            carts=Carts(database, info, clock),
            history=History(database, info),
            accounts=Accounts(database, info),
            checkout=Checkout(database, info, customers, desk, clock),
            orders=Orders(database, info, desk, clock),
            payments=desk,
            notifications=Notifications(database, info, clock),
            shipping=Shipping(database, info, clock),
            returns=Returns(database, info, desk, clock),
            reservations=Reservations(database, info, clock),
            promotions=Promotions(database, info, clock),
            wishes=Wishes(database, info, clock),
            together=Together(database, info, clock),
            rhythm=Rhythm(database, info, clock),
            opinions=Opinions(database, info),
            reminders=Reminders(database, info, clock),
            reorder_reminders=ReorderReminders(database, info, clock),
        )


def shops(database: Database) -> tuple[ShopInfo, ...]:
    """Every shop in the database, by key."""
    with database.reading() as session:
        return list_shops(session)
