"""What a customer is running out of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest

from commerce.advice.rhythm import Rhythm
from commerce.errors import UnknownCustomer
from tests.commerce.advice.habits import open_with_past
from tests.commerce.places import Place

PAST = {
    "weekly": [(21, "MILK"), (14, "MILK"), (7, "MILK")],
    "yesterday": [(20, "MILK"), (13, "MILK"), (6, "MILK")],
    "holiday": [(days, "BREAD") for days in (50, 45, 15, 10, 5)],
    "forgetful": [(14, "MILK"), (7, "MILK"), (7, "MILK")],
    "over": [(30, "MILK"), (25, "MILK"), (20, "MILK")],
    "late": [(24, "MILK"), (19, "MILK"), (14, "MILK")],
    "two": [(30, "MILK"), (20, "MILK BREAD"), (15, "BREAD"), (10, "BREAD MILK")],
}
"""The customers are called by what is to be seen in them."""


@pytest.fixture(scope="module")
def rhythm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rhythm]:
    with closing(Place(tmp_path_factory.mktemp("rhythm"))) as place:
        yield open_with_past(place, PAST).shop.rhythm


def test_what_is_bought_every_week_is_due_after_a_week(rhythm: Rhythm) -> None:
    """Milk every seven days, the last time seven days ago; six days are too early (6.3 is nine tenths)."""
    (due,) = rhythm.due("weekly")
    assert (due.sku, due.every, due.quantity) == ("MILK", timedelta(days=7), 1)
    assert due.urgency == pytest.approx(1.0)
    assert rhythm.due("yesterday") == ()


def test_one_holiday_does_not_change_the_rhythm(rhythm: Rhythm) -> None:
    """Gaps of 5, 30, 5 and 5 days: the median is five, the mean would be eleven."""
    assert [due.every for due in rhythm.due("holiday")] == [timedelta(days=5)]


def test_two_purchases_and_two_on_one_day_are_no_rhythm(rhythm: Rhythm) -> None:
    """A gap alone says nothing, and neither does a second order of the same day."""
    assert rhythm.due("forgetful") == ()


def test_a_habit_that_is_over_is_left_alone(rhythm: Rhythm) -> None:
    """Every five days: after twenty without, nobody is told so any more; after fourteen, they are."""
    assert rhythm.due("over") == ()
    assert len(rhythm.due("late")) == 1


def test_the_most_urgent_comes_first_and_what_is_not_meant_is_left_out(rhythm: Rhythm) -> None:
    """Bread is twice overdue, milk just due; with bread in the cart only milk is asked about."""
    assert [due.sku for due in rhythm.due("two")] == ["BREAD", "MILK"]
    assert [due.sku for due in rhythm.due("two", without=["bread"])] == ["MILK"]


def test_a_stranger_has_no_rhythm(rhythm: Rhythm) -> None:
    """A customer whom the shop does not know is refused."""
    with pytest.raises(UnknownCustomer):
        rhythm.due("eve")
