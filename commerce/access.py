"""Who may act for a customer of one shop: the front door of `logins` and `linking`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from commerce.clock import Clock
from commerce.linking.grants import Grants
from commerce.linking.linking import Linking
from commerce.linking.own_machines import OwnMachines
from commerce.linking.pairings import Pairings
from commerce.linking.subscriptions import Subscriptions
from commerce.logins.logins import Logins
from commerce.logins.resets import Resets
from commerce.logins.sittings import Sittings
from commerce.rates import Rates
from commerce.shop_info import ShopInfo
from commerce.storage.database import Database


@dataclass(frozen=True, slots=True)
class Access:
    """The services that let people, speakers and devices in. rates: how often they may try."""

    logins: Logins
    sittings: Sittings
    resets: Resets
    linking: Linking
    grants: Grants
    pairings: Pairings
    subscriptions: Subscriptions
    own_machines: OwnMachines
    rates: Rates

    @classmethod
    def open(cls, database: Database, shop: ShopInfo, clock: Clock) -> Self:
        """Those of one shop."""
        return cls(
            logins=Logins(database, shop, clock),
            sittings=Sittings(database, shop, clock),
            resets=Resets(database, shop, clock),
            linking=Linking(database, shop, clock),
            grants=Grants(database, shop, clock),
            pairings=Pairings(database, shop, clock),
            subscriptions=Subscriptions(database, shop, clock),
            own_machines=OwnMachines(database, shop, clock),
            rates=Rates(database, clock),
        )
