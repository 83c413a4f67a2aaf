"""A speaker's purchase switch and cap, looked at when a total is asked for and again when it is confirmed."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from commerce.errors import BuyingSwitchedOff, SpeakerCapExceeded
from commerce.linking.link_rows import open_link
from commerce.linking.values import LinkKind
from commerce.storage.link_tables import LinkRow, SpeakerRow
from tests.commerce.corner import NOON, Corner, open_corner
from tests.commerce.places import Place

TOTAL = 249 + 390  # a bottle of milk and its delivery


@pytest.fixture
def corner(place: Place) -> Corner:
    corner = open_corner(place)
    corner.fill(MILK=1)
    return corner


def a_speaker(corner: Corner, owner: str) -> str:
    """The key of a speaker that was linked just now: it may not buy."""
    with corner.database.transaction() as session:
        link = open_link(session, corner.shop.customers.get(owner).id, LinkKind.SKILL, "skill", "Kitchen", NOON)
        return session.scalars(select(SpeakerRow.key).where(SpeakerRow.link_id == link.id)).one()


def set_speaker(corner: Corner, **values: object) -> None:
    with corner.database.transaction() as session:
        session.execute(update(SpeakerRow).values(**values))


def revoke_links(corner: Corner) -> None:
    with corner.database.transaction() as session:
        session.execute(update(LinkRow).values(revoked_at=NOON))


def test_a_speaker_that_may_not_buy_hears_no_total(corner: Corner) -> None:
    """Neither of the cart nor of a bill; a keyboard, which is no speaker, does."""
    kitchen = a_speaker(corner, "ben")
    with pytest.raises(BuyingSwitchedOff) as refused:
        corner.shop.checkout.quote("ben", device=kitchen)
    assert refused.value.code == "buying_switched_off"
    bill, account = corner.shop.accounts.bills("anna")[0], corner.shop.accounts.list("anna")[0]
    hers = a_speaker(corner, "anna")
    with pytest.raises(BuyingSwitchedOff):
        corner.shop.checkout.quote_bill("anna", bill.id, account.id, device=hers)
    assert corner.shop.checkout.quote("ben").total.amount == TOTAL


@pytest.mark.parametrize("cap", [TOTAL - 1, TOTAL])
def test_a_speakers_cap_is_looked_at_for_every_total(corner: Corner, cap: int) -> None:
    """To the cent: the whole cap can be spent, and not one cent more."""
    kitchen = a_speaker(corner, "ben")
    set_speaker(corner, may_buy=True, spend_cap=cap)
    if cap < TOTAL:
        with pytest.raises(SpeakerCapExceeded) as refused:
            corner.shop.checkout.quote("ben", device=kitchen)
        assert refused.value.code == "speaker_cap_exceeded"
    else:
        assert corner.shop.checkout.quote("ben", device=kitchen).total.amount == TOTAL


def test_what_was_switched_off_after_the_total_was_heard_buys_nothing(corner: Corner) -> None:
    """The switch, the cap, and the link itself count again when the yes comes; then it is somebody else's speaker."""
    kitchen = a_speaker(corner, "ben")
    set_speaker(corner, may_buy=True)
    quote = corner.shop.checkout.quote("ben", device=kitchen)

    def yes(device: str) -> None:
        corner.shop.checkout.confirm("ben", quote.id, quote.digest, "key", device=device)

    set_speaker(corner, may_buy=False)
    with pytest.raises(BuyingSwitchedOff):
        yes(kitchen)
    set_speaker(corner, may_buy=True, spend_cap=TOTAL - 1)
    with pytest.raises(SpeakerCapExceeded):
        yes(kitchen)
    set_speaker(corner, spend_cap=None)
    annas = a_speaker(corner, "anna")
    set_speaker(corner, may_buy=True)
    with pytest.raises(BuyingSwitchedOff):
        yes(annas)
    revoke_links(corner)
    with pytest.raises(BuyingSwitchedOff):
        yes(kitchen)
    assert corner.stock("MILK") == 40
    assert corner.gateway.charges() == ()
    yes("")
    assert corner.stock("MILK") == 39
