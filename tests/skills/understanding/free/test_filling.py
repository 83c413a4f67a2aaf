"""Slots found anywhere in a sentence."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from skills.contract import SlotValue
from skills.languages import load
from skills.understanding.free.filling import Filled, SlotFiller
from skills.understanding.normalise import words_of
from tests.skills.understanding.free.shopping import moment

MODEL = load("en")
FILLER = SlotFiller(MODEL)


def filled(intent: str, text: str) -> Mapping[str, SlotValue]:
    return found(intent, text).slots


def found(intent: str, text: str) -> Filled:
    return FILLER.fill(MODEL.intent(intent), words_of(text, "en"), moment())


def products(value: SlotValue) -> list[tuple[str, int]]:
    assert isinstance(value, tuple)
    return [(item.products[0] if item.products else item.name, item.quantity) for item in value]


@pytest.mark.parametrize(
    ("intent", "text", "slots"),
    [
        ("ChangeQuantity", "make it two instead of one", {"quantity": 2}),
        ("ChangeQuantity", "not three but a dozen", {"quantity": 12}),
        ("ChangeQuantity", "that last one please", {}),
        ("PayBill", "forty bucks for the water", {"payee": "city-water", "amount": 4000}),
        ("PayBill", "the electric out of my savings", {"payee": "volt", "account": "savings"}),
        ("OrderStatus", "anything new about one oh four two", {"order_number": "1042"}),
        ("OrderStatus", "is that one on its way", {}),
        ("CheckBalance", "checking account i mean", {"account": "checking"}),
    ],
)  # fmt: skip
def test_numbers_names_and_money(intent: str, text: str, slots: Mapping[str, SlotValue]) -> None:
    """Each slot gets the words that fit it, and "one" is no number where it stands for a thing."""
    assert filled(intent, text) == slots


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("maybe bread and oat milk", [("bread", 1), ("oat-milk", 1)]),
        ("oat milk rather than milk", [("oat-milk", 1), ("milk", 1)]),
        ("three loaves of bread", [("bread", 3)]),
        ("a dozen eggs for the cake and bread", [("eggs", 12), ("bread", 1)]),
        ("two bags of quinoa", [("bags of quinoa", 2)]),
    ],
)
def test_items_in_their_order(text: str, items: list[tuple[str, int]]) -> None:
    """The longest name wins over a shorter one inside it, and items keep the order in which they were said."""
    assert products(filled("AddToCart", text)["items"]) == items


def test_one_product_is_removed_with_its_number() -> None:
    """ "Take two of the oat milks off": the product without a quantity of its own, the number beside it."""
    slots = filled("RemoveFromCart", "take two of the oat milks off")
    assert products(slots["product"]) == [("oat-milk", 1)]
    assert slots["quantity"] == 2


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("could you put bread and milk on my list please", True),
        ("two of the oat milks", True),
        ("add barista oat milk", False),
        ("add oat milk chocolate to my cart", False),
    ],
)
def test_a_product_that_may_be_called_by_more_words(text: str, whole: bool) -> None:
    """A word beside a known product that is said around no product may belong to the name of another one."""
    assert found("AddToCart", text).whole is whole
