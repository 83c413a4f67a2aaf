"""When a typed sentence is understood without being compared with all that can be said."""

from __future__ import annotations

import pytest

from skills.contract import Item, NotUnderstood, Outcome, SlotValue, Understood
from skills.languages import load
from skills.understanding.free import FreeReading, sure_outcome

MILK: dict[str, SlotValue] = {"items": (Item(None, "milk", products=("milk",)),)}
UNKNOWN: dict[str, SlotValue] = {"items": (Item(None, "mlik"),)}


def outcome(intent: str, probability: float, slots: dict[str, SlotValue]) -> Outcome | None:
    return sure_outcome((FreeReading(intent, probability, slots),), load("en"), "whatever was typed")


@pytest.mark.parametrize(
    ("intent", "probability", "slots"),
    [
        ("AddToCart", 0.8, MILK),
        ("AddToCart", 0.99, {}),
        ("AddToCart", 0.99, UNKNOWN),
        ("none", 0.95, {}),
    ],
)
def test_what_is_doubtful_is_compared(intent: str, probability: float, slots: dict[str, SlotValue]) -> None:
    """A middling probability, a missing or unknown product, talk that may be a command: none is decided here."""
    assert outcome(intent, probability, slots) is None


def test_what_is_sure_is_taken() -> None:
    """A probable intent with a known product is understood, with the words that were typed."""
    taken = outcome("AddToCart", 0.97, MILK)
    assert isinstance(taken, Understood)
    assert (taken.intent, dict(taken.slots), taken.text) == ("AddToCart", MILK, "whatever was typed")


def test_what_is_surely_talk_is_refused() -> None:
    """Talk that is like no command at all costs no comparison."""
    assert isinstance(outcome("none", 0.995, {}), NotUnderstood)


def test_a_language_without_examples_is_compared() -> None:
    """No readings, no opinion."""
    assert sure_outcome((), load("ko"), "우유 두 개") is None


def test_a_name_that_may_go_on_is_compared() -> None:
    """ "Cottage cheese" is known, but "bellwether" stands before it: another product may be called so."""
    reading = FreeReading("AddToCart", 0.99, MILK, whole=False)
    assert sure_outcome((reading,), load("en"), "bellwether milk") is None
