"""Speakers and devices: tokens that are exchanged once, pairings collected once, and what a speaker may buy."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from commerce.access import Access
from commerce.errors import BuyingSwitchedOff, GrantRefused, SpeakerCapExceeded, UnknownPairing, UnknownSpeaker
from commerce.linking.grants import Code
from commerce.linking.values import LinkKind, Tokens
from tests.commerce.corner import Corner, dollars, open_corner
from tests.commerce.places import Place

CODE = Code("platform", "ben", "https://platform.example/back", "")


@pytest.fixture
def corner(place: Place) -> Corner:
    return open_corner(place)


@pytest.fixture
def access(corner: Corner) -> Access:
    return Access.open(corner.database, corner.shop.info, corner.clock)


def at_once(exchange: Callable[[], Tokens]) -> list[Tokens]:
    """The tokens that four exchanges at the same moment get."""

    def get(_: int) -> Tokens | None:
        try:
            return exchange()
        except GrantRefused:
            return None

    with ThreadPoolExecutor(4) as pool:
        return [tokens for tokens in pool.map(get, range(4)) if tokens]


def test_of_four_exchanges_of_a_code_one_gets_tokens(access: Access) -> None:
    """The platform's request was repeated on the way: one pair of tokens is made, whoever comes first."""
    secret = access.grants.new_code(CODE)
    assert len(at_once(lambda: access.grants.exchange_code(secret))) == 1
    assert len(access.linking.links("ben")) == 1


def test_a_refresh_token_that_is_exchanged_four_times_at_once_ends_the_link(access: Access) -> None:
    """A thief and the platform come at the same moment: one of them gets tokens, and those are worth nothing."""
    tokens = access.linking.link("ben", LinkKind.SKILL, "platform", "Speaker")
    won = at_once(lambda: access.grants.exchange_refresh(tokens.refresh or ""))
    assert len(won) == 1
    assert access.linking.customer_of(won[0].access, LinkKind.SKILL) is None
    assert access.linking.links("ben") == ()


def test_tokens_end_when_they_should(corner: Corner, access: Access) -> None:
    """A code after five minutes, a skill's access token after an hour; the one before a refresh lasts out its hour."""
    late = access.grants.new_code(CODE)
    tokens = access.grants.exchange_code(access.grants.new_code(CODE))
    corner.clock.advance(minutes=30)
    with pytest.raises(GrantRefused, match="expired"):
        access.grants.code(late)
    following = access.grants.exchange_refresh(tokens.refresh or "")
    assert access.linking.customer_of(tokens.access, LinkKind.SKILL) is not None
    corner.clock.advance(minutes=30)
    assert access.linking.customer_of(tokens.access, LinkKind.SKILL) is None
    assert access.linking.customer_of(following.access, LinkKind.SKILL) is not None


def test_a_device_that_was_approved_is_collected_once(access: Access) -> None:
    """Its token is asked for four times at once: one answer holds it."""
    pairing = access.pairings.begin("Kitchen")
    access.pairings.approve("ben", pairing.user_code.lower())
    assert len(at_once(lambda: access.pairings.collect(pairing.device_code, "device"))) == 1
    assert access.pairings.state(pairing.device_code) == "used"


def test_a_device_waits_longer_each_time_it_asks_too_soon(corner: Corner, access: Access) -> None:
    """It asks, and again two seconds later: from then on ten seconds must pass; after ten minutes it is too late."""
    pairing = access.pairings.begin()
    assert access.pairings.too_soon(pairing.device_code) == 0
    corner.clock.advance(seconds=2)
    assert access.pairings.too_soon(pairing.device_code) == 10
    corner.clock.advance(seconds=9)
    assert access.pairings.too_soon(pairing.device_code) == 15
    corner.clock.advance(minutes=10)
    assert access.pairings.state(pairing.device_code) == "expired"
    with pytest.raises(UnknownPairing):
        access.pairings.approve("ben", pairing.user_code)


def test_each_speaker_of_a_household_has_its_own_switch(access: Access) -> None:
    """Two loudspeakers use one link: the kitchen's may buy, the children's may not; the platform's user leaves both."""
    tokens = access.linking.link("ben", LinkKind.SKILL, "platform", "Speaker")
    kitchen = access.linking.customer_of(tokens.access, LinkKind.SKILL, "speaker-1", "user-1")
    children = access.linking.customer_of(tokens.access, LinkKind.SKILL, "speaker-2", "user-1")
    assert kitchen is not None
    assert children is not None
    assert kitchen.device != children.device
    access.linking.set_speaker("ben", kitchen.device, "Kitchen", may_buy=True, spend_cap=dollars(2000))
    assert access.linking.speaker("ben", kitchen.device).may_buy
    assert not access.linking.speaker("ben", children.device).may_buy
    with pytest.raises(UnknownSpeaker):
        access.linking.set_speaker("anna", kitchen.device, "Mine", may_buy=True, spend_cap=None)
    assert access.linking.user_left("user-1") == 1
    assert access.linking.customer_of(tokens.access, LinkKind.SKILL, "speaker-1") is None


def test_a_speaker_buys_what_its_owner_lets_it(corner: Corner, access: Access) -> None:
    """Off at first; on with a cap, under it and over it; switched off or sent away between the quote and the yes."""
    tokens = access.linking.link("ben", LinkKind.DEVICE, "device", "Kitchen")
    speaker = access.linking.customer_of(tokens.access, LinkKind.DEVICE)
    assert speaker is not None
    device, checkout = speaker.device, corner.shop.checkout
    before = corner.shop.orders.list("ben")
    corner.fill(MILK=1)
    with pytest.raises(BuyingSwitchedOff):
        checkout.quote("ben", device=device)
    access.linking.set_speaker("ben", device, "Kitchen", may_buy=True, spend_cap=dollars(1))
    with pytest.raises(SpeakerCapExceeded):
        checkout.quote("ben", device=device)

    access.linking.set_speaker("ben", device, "Kitchen", may_buy=True, spend_cap=None)
    quote = checkout.quote("ben", device=device)
    access.linking.set_speaker("ben", device, "Kitchen", may_buy=False, spend_cap=None)
    with pytest.raises(BuyingSwitchedOff):
        checkout.confirm("ben", quote.id, quote.digest, "yes", device=device)
    assert corner.shop.orders.list("ben") == before

    access.linking.set_speaker("ben", device, "Kitchen", may_buy=True, spend_cap=None)
    order = checkout.confirm("ben", quote.id, quote.digest, "yes again", device=device).order
    access.linking.unlink_token(tokens.access)
    corner.fill(MILK=1)
    with pytest.raises(BuyingSwitchedOff):
        checkout.quote("ben", device=device)
    assert corner.shop.orders.list("ben") == (order, *before)


def test_a_speaker_of_somebody_else_buys_nothing(corner: Corner, access: Access) -> None:
    """Anna's speaker may buy for Anna: with Ben's cart it is refused."""
    tokens = access.linking.link("anna", LinkKind.DEVICE, "device", "Hall")
    speaker = access.linking.customer_of(tokens.access, LinkKind.DEVICE)
    assert speaker is not None
    access.linking.set_speaker("anna", speaker.device, "Hall", may_buy=True, spend_cap=None)
    corner.fill(MILK=1)
    with pytest.raises(BuyingSwitchedOff):
        corner.shop.checkout.quote("ben", device=speaker.device)


def test_when_a_speaker_was_heard_last_is_known_by_the_hour(corner: Corner, access: Access) -> None:
    """The owner sees which speakers are still in use; it is not written down at every word."""
    token = access.linking.link("ben", LinkKind.DEVICE, "device", "Kitchen").access
    began = corner.clock.now()
    for minutes, heard_at in ((0, 0), (40, 0), (30, 70), (50, 70)):
        corner.clock.advance(minutes=minutes)
        assert access.linking.customer_of(token, LinkKind.DEVICE) is not None
        [speaker] = access.linking.links("ben")[0].speakers
        assert speaker.seen_at == began + timedelta(minutes=heard_at)
