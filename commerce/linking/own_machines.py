"""The shop's own machines that listen, such as one on a kitchen counter with the shop embedded: speakers like others.

Nobody pairs them, since whoever starts them has the database. But whoever stands in the room is heard, so they begin
with buying switched off, as every speaker does.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from commerce.clock import Clock
from commerce.customers import customer_id
from commerce.linking.link_rows import open_link
from commerce.linking.values import LinkKind
from commerce.shop_info import ShopInfo
from commerce.storage.database import Database
from commerce.storage.link_tables import LinkRow, SpeakerRow

_CLIENT = "own-machine"
_LONGEST_CLIENT = 64


class OwnMachines:
    """The machines that speak for the customers of one shop. `customer` is a customer's key."""

    def __init__(self, database: Database, shop: ShopInfo, clock: Clock) -> None:
        self._database = database
        self._shop = shop
        self._clock = clock

    def speaker(self, customer: str, machine: str) -> str:
        """The key of this machine's speaker, for `Linking` and as the device of its sessions; made when it is new.

        machine: its name, also at first the speaker's; the same machine is the same speaker until its owner sends it
        away. Raises UnknownCustomer.
        """
        client = f"{_CLIENT}/{machine}"[:_LONGEST_CLIENT]

        def work(session: Session) -> str:
            owner = customer_id(session, self._shop.id, customer)
            known = session.scalar(
                select(SpeakerRow.key)
                .join(LinkRow, LinkRow.id == SpeakerRow.link_id)
                .where(LinkRow.customer_id == owner, LinkRow.client == client, LinkRow.revoked_at.is_(None))
                .order_by(SpeakerRow.id)
            )
            if known is not None:
                return known
            link = open_link(session, owner, LinkKind.DEVICE, client, machine, self._clock.now())
            return session.scalars(select(SpeakerRow.key).where(SpeakerRow.link_id == link.id)).one()

        return self._database.write(work)
