"""Sessions on both databases: one turn has a session at a time, and sees what the turn before it left."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from commerce.errors import UnknownCustomer
from commerce.sessions import LEASE, SessionBusy, SessionMoved, Sessions, StoredSession
from tests.commerce.cafe import Cafe, open_cafe
from tests.commerce.places import Place

OVER = LEASE + timedelta(seconds=1)


@pytest.fixture
def cafe(place: Place) -> Cafe:
    return open_cafe(place)


@pytest.fixture
def sessions(cafe: Cafe, monkeypatch: pytest.MonkeyPatch) -> Sessions:
    """Nobody waits for another turn here."""
    monkeypatch.setattr("commerce.sessions.PATIENCE", 0.0)
    return Sessions(cafe.database, "cafe", cafe.clock)


def test_a_turn_sees_what_the_turn_before_it_left(cafe: Cafe, sessions: Sessions) -> None:
    """The state, the cart's version and the catalogue's, at a customer's first turn and at the next one."""
    first = sessions.take("anna", "here", "t1")
    cart = cafe.shop.carts.add("anna", "LATTE")
    sessions.give_back(first, "two words")
    second = sessions.take("anna", "here", "t2")
    assert (first.state, first.cart_version, first.changed_before) == (None, 0, False)
    assert (second.state, second.cart_version, second.changed_before) == ("two words", cart.version, False)
    assert first.catalogue_version == second.catalogue_version == cafe.shop.catalogue.version()


def test_others_carts_are_others(cafe: Cafe, sessions: Sessions) -> None:
    """Somebody else's cart has changed more often: that changes nothing here."""
    sessions.give_back(sessions.take("anna", "here", "t1"), "")
    for _ in range(3):
        cafe.shop.carts.add("ben", "LATTE")
    cart = cafe.shop.carts.add("anna", "LATTE")
    taken = sessions.take("anna", "here", "t2")
    assert (taken.cart_version, taken.changed_before) == (cart.version, False)


@pytest.mark.parametrize("spoke_before", [False, True])
def test_of_many_turns_at_once_one_gets_the_session(sessions: Sessions, spoke_before: bool) -> None:
    """Six turns of a session in the same moment, the first ever or not: five are told to wait."""
    if spoke_before:
        sessions.give_back(sessions.take("anna", "here", "t0"), "")

    def take(number: int) -> StoredSession | None:
        try:
            return sessions.take("anna", "here", f"t{number + 1}")
        except SessionBusy:
            return None

    with ThreadPoolExecutor(6) as pool:
        taken = [one for one in pool.map(take, range(6)) if one]
    assert len(taken) == 1


def test_a_lease_ends(cafe: Cafe, sessions: Sessions) -> None:
    """A turn whose process died keeps the session for a while only, and can't give it back after another one's."""
    sessions.give_back(sessions.take("anna", "here", "t1"), "before")
    died = sessions.take("anna", "here", "t2")
    with pytest.raises(SessionBusy):
        sessions.take("anna", "here", "t3")
    cafe.clock.advance(seconds=OVER.total_seconds())
    after = sessions.take("anna", "here", "t3")
    assert (after.state, after.changed_before) == ("before", False)
    with pytest.raises(SessionMoved):
        sessions.give_back(died, "lost")


@pytest.mark.parametrize("changes", [False, True])
def test_a_turn_that_comes_again_knows_what_it_did(cafe: Cafe, sessions: Sessions, changes: bool) -> None:
    """A turn whose process died is sent again, and once more: it knows whether it had changed the cart."""
    sessions.give_back(sessions.take("anna", "here", "t0"), "")
    sessions.take("anna", "here", "t1")
    if changes:
        cafe.shop.carts.add("anna", "LATTE")
    for _ in range(2):
        cafe.clock.advance(seconds=OVER.total_seconds())
        assert sessions.take("anna", "here", "t1").changed_before is changes


def test_a_stranger_has_no_session(sessions: Sessions) -> None:
    """Nothing is written for a customer whom the shop does not know."""
    with pytest.raises(UnknownCustomer):
        sessions.take("nobody", "here", "t1")
