"""Word of a cart that was left standing: once, and only to those who agreed."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from commerce.advice.reminding import shops_with_left_carts
from commerce.notifications.postman import Postman
from commerce.storage.customer_tables import CustomerRow
from commerce.working.beats import Beats
from commerce.working.worker import Round, Worker, chores
from tests.commerce.at_once import all_at_once
from tests.commerce.corner import Corner, open_corner
from tests.commerce.places import Place


@pytest.fixture
def corner(place: Place) -> Corner:
    """Anna and ben can be written to, and ben agreed to it; both have left milk in their carts."""
    corner = open_corner(place)
    with corner.database.transaction() as session:
        session.execute(update(CustomerRow).values(email=CustomerRow.key + "@shoppers.example"))
    corner.shop.notifications.set_marketing("ben", True)
    corner.shop.notifications.set_marketing("anna", False)
    for customer in ("anna", "ben"):
        corner.fill(customer, MILK=1)
    return corner


def nobody(corner: Corner) -> Postman:
    """A postman without a way to send anything: the chore that is looked at does not ask for one."""
    return Postman(corner.database, corner.shop.info, corner.clock, {})


def to_remind(corner: Corner) -> bool:
    """Whether a worker would find this shop."""
    with corner.database.reading() as session:
        return corner.shop.info.id in shops_with_left_carts(session, corner.clock.now())


def test_a_cart_that_stands_since_yesterday_is_told_of_once(corner: Corner) -> None:
    """Not while it is fresh; then to ben, who agreed, and not to anna; and no second time."""
    corner.clock.advance(hours=19, minutes=59)
    assert (to_remind(corner), corner.shop.reminders.send()) == (False, 0)
    corner.clock.advance(minutes=1)
    assert (to_remind(corner), corner.shop.reminders.send()) == (True, 1)
    corner.clock.advance(days=2)
    corner.fill("ben", MILK=1)
    corner.clock.advance(days=1)
    assert (to_remind(corner), corner.shop.reminders.send()) == (False, 0)
    assert corner.shop.notifications.count().waiting == 1


def test_a_worker_reminds_and_comes_to_an_end(corner: Corner) -> None:
    """It is one of the worker's chores; when ben is reminded there is nothing left to do."""
    corner.clock.advance(days=1)
    chore = next(
        chore for chore in chores(lambda _: corner.shop, lambda _: nobody(corner)) if chore.name == "reminders"
    )
    worker = Worker(corner.database, corner.clock, [chore], Beats(corner.database, corner.clock))
    assert worker.work_off() == Round(done=1, failed=0)
    assert worker.work_off() == Round(done=0, failed=0)


def test_after_a_purchase_the_next_cart_is_told_of(corner: Corner) -> None:
    """Ben was reminded, bought, and left another cart: that is worth a word again."""
    corner.clock.advance(days=1)
    corner.shop.reminders.send()
    corner.buy()
    corner.fill("ben", MILK=1)
    corner.clock.advance(days=1)
    assert corner.shop.reminders.send() == 1


def test_nobody_is_reminded_of_an_empty_cart_or_an_old_one(corner: Corner) -> None:
    """Taken out again, or left for a week."""
    corner.shop.carts.clear("ben")
    corner.clock.advance(days=1)
    assert corner.shop.reminders.send() == 0
    corner.shop.carts.undo("ben")
    corner.clock.advance(days=7)
    assert (to_remind(corner), corner.shop.reminders.send()) == (False, 0)


def test_workers_at_the_same_moment_write_one_reminder(corner: Corner) -> None:
    """Six of them find the same cart."""
    corner.clock.advance(days=1)
    all_at_once(lambda _: corner.shop.reminders.send())
    assert corner.shop.notifications.count().waiting == 1
    assert corner.shop.reminders.send() == 0
