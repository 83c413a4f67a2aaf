"""Who gets in: passwords, browsers that are logged in, mailed links and tries that are counted, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from commerce.access import Access
from commerce.errors import EmailTaken, ResetGone, TooManyTries, WrongPassword
from commerce.logins import new_resets
from commerce.rates import Rate
from tests.commerce.corner import Corner, open_corner
from tests.commerce.places import Place

FINE = "correct horse battery"


@pytest.fixture
def corner(place: Place) -> Corner:
    return open_corner(place)


@pytest.fixture
def access(corner: Corner) -> Access:
    return Access.open(corner.database, corner.shop.info, corner.clock)


def test_two_who_take_an_address_at_once(access: Access) -> None:
    """Two browsers sign up with one address at the same moment: one gets it, and the login opens that account only."""

    def sign_up(number: int) -> str | None:
        try:
            return access.logins.sign_up(f"Person {number}", "new@example.com", FINE)
        except EmailTaken:
            return None

    with ThreadPoolExecutor(4) as pool:
        made = [key for key in pool.map(sign_up, range(4)) if key]
    assert len(made) == 1
    assert access.logins.log_in("new@example.com", FINE) == made[0]


def test_a_browser_stays_logged_in_for_twelve_hours(corner: Corner, access: Access) -> None:
    """It is let in until then, from logging out on it is not, and a made-up token never was."""
    first, second = access.sittings.begin("ben"), access.sittings.begin("ben")
    assert access.sittings.customer(first) == "ben"
    access.sittings.end(first)
    assert access.sittings.customer(first) is None
    assert access.sittings.customer("made-up") is None
    corner.clock.advance(hours=12)
    assert access.sittings.customer(second) is None


def test_a_new_password_ends_every_browser(access: Access) -> None:
    """Whoever changes the password because somebody else knows it wants them out at once."""
    access.logins.set_password("ben", "ben@example.com", FINE)
    token = access.sittings.begin("ben")
    access.logins.set_password("ben", "ben@example.com", "another fine password")
    assert access.sittings.customer(token) is None
    with pytest.raises(WrongPassword):
        access.logins.log_in("ben@example.com", FINE)


def test_a_mailed_link_is_good_once_and_for_an_hour(corner: Corner, access: Access) -> None:
    """Of two links the older stays good until one is used; then neither is, nor is one of an hour ago."""
    access.logins.set_password("ben", "ben@example.com", FINE)
    older, newer = (_link(corner) for _ in range(2))
    assert access.resets.is_open(older)
    assert access.resets.choose(older, "another fine password") == "ben"
    for used in (older, newer):
        with pytest.raises(ResetGone):
            access.resets.choose(used, "a third fine password")
    late = _link(corner)
    corner.clock.advance(hours=1)
    assert not access.resets.is_open(late)


def test_tries_are_counted_together_and_begin_anew(corner: Corner, access: Access) -> None:
    """Ten try at once: exactly as many get through as may; somebody else is not held up; later all is well."""
    rate = Rate("knock", 4, timedelta(minutes=1))

    def knocks(_: int) -> bool:
        try:
            access.rates.count(rate, "a stranger")
        except TooManyTries:
            return False
        return True

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(knocks, range(10))) == 4
    access.rates.count(rate, "somebody else")
    corner.clock.advance(seconds=20)
    with pytest.raises(TooManyTries) as held_up:
        access.rates.count(rate, "a stranger")
    assert held_up.value.retry_after == 40
    corner.clock.advance(seconds=40)
    assert knocks(0)


def _link(corner: Corner) -> str:
    """A token as the mail to Ben holds it."""
    with corner.database.transaction() as session:
        return new_resets.new_reset(session, corner.shop.customers.get("ben").id, corner.clock.now())
