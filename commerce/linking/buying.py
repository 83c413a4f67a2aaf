"""A speaker's purchase switch and cap, looked at where money is spent. Works inside the caller's transaction."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from commerce.errors import BuyingSwitchedOff, SpeakerCapExceeded
from commerce.money import Money
from commerce.storage.link_tables import LinkRow, SpeakerRow


def check_may_buy(session: Session, owner: int, device: str, total: Money | None = None, *, hold: bool = False) -> None:
    """Return when this device of a customer's (a row id) may spend the total, or anything when it is None.

    A device that was never linked is the shop's own machine, or a keyboard: it may. hold: keep the switch as it is
    until the transaction ends. Raises BuyingSwitchedOff, SpeakerCapExceeded.
    """
    if not device:
        return
    linked = select(SpeakerRow, LinkRow).join(LinkRow, LinkRow.id == SpeakerRow.link_id)
    wanted = linked.where(SpeakerRow.key == device)
    found = session.execute(wanted.with_for_update(read=True) if hold else wanted).first()
    if found is None:
        return
    speaker, link = found
    if speaker.customer_id != owner or link.revoked_at is not None or not speaker.may_buy:
        raise BuyingSwitchedOff(speaker.name)
    if total is not None and speaker.spend_cap is not None and total.amount > speaker.spend_cap:
        raise SpeakerCapExceeded(speaker.name, total.amount, speaker.spend_cap, total.currency)
