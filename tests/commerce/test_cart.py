"""Carts: what goes in, what comes out, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from commerce.cart import Addition, Cart, ChosenOption
from commerce.errors import (
    CartError,
    InsufficientStock,
    NothingToUndo,
    OptionError,
    OptionRequired,
    QuantityOutOfRange,
    TooManyOptions,
    UnknownAmount,
    UnknownCustomer,
    UnknownLine,
    UnknownOption,
    UnknownSku,
)
from commerce.importing import import_shop
from commerce.money import Money
from tests.commerce.cafe import Cafe, edited_files, join_cafe, open_cafe

LARGE = ChosenOption("size", "large")
SOY = ChosenOption("milk", "soy-milk", "a bit of")


@pytest.fixture
def cafe(tmp_path: Path) -> Cafe:
    return open_cafe(tmp_path)


def contents(cart: Cart) -> list[tuple[int, str, int, list[str], int]]:
    """What a cart holds, without the noise."""
    return [
        (line.id, line.sku, line.quantity, [option.spoken for option in line.options], line.total.amount)
        for line in cart.lines
    ]


def test_a_configured_drink_is_one_line(cafe: Cafe) -> None:
    """A large double shot latte with a bit of soy milk and brown sugar: one line, every option priced."""
    chosen = [
        ChosenOption("sweetener", "brown-sugar"),
        SOY,
        LARGE,
        ChosenOption("shots", "double-shot"),
    ]
    cart = cafe.shop.carts.add("anna", "LATTE", 2, chosen)
    spoken = ["large", "double shot", "a bit of soy milk", "brown sugar"]
    assert contents(cart) == [(1, "LATTE", 2, spoken, 2 * (420 + 60 + 80 + 60))]
    assert cart.subtotal == Money(1240, "USD")
    assert cart.units == 2


def test_its_products_are_told_without_the_cart(cafe: Cafe) -> None:
    """In the cart's order, each once, only this customer's; none for somebody without a cart."""
    for sku in ("CUP", "LATTE"):
        cafe.shop.carts.add("anna", sku)
    cart = cafe.shop.carts.add("anna", "LATTE", 1, [LARGE])
    assert len(cart.lines) == 3
    assert cafe.shop.carts.products("anna") == tuple(dict.fromkeys(line.product_key for line in cart.lines))
    assert cafe.shop.carts.products("nobody") == ()


def test_left_out_options_take_their_defaults(cafe: Cafe) -> None:
    """A latte without a size is a medium, marked as the default that nobody needs to hear."""
    [line] = cafe.shop.carts.add("anna", "LATTE").lines
    assert [(option.spoken, option.default) for option in line.options] == [("medium", True)]


def test_what_is_refused_stays_with_the_item(cafe: Cafe) -> None:
    """No soy milk costs nothing, takes no choice away, and makes a line of its own: whoever makes it must know."""
    refused = ChosenOption("milk", "soy-milk", "no")
    cafe.shop.carts.add("anna", "LATTE", 1, [refused, LARGE])
    cart = cafe.shop.carts.add("anna", "LATTE", 1, [LARGE])
    assert contents(cart) == [
        (1, "LATTE", 1, ["large", "no soy milk"], 480),
        (2, "LATTE", 1, ["large"], 480),
    ]
    cart = cafe.shop.carts.add("anna", "LATTE", 1, [refused, ChosenOption("milk", "whole-milk")])
    assert contents(cart)[2][3] == ["medium", "whole milk", "no soy milk"]


def test_a_refused_default_is_not_taken(cafe: Cafe) -> None:
    """No medium leaves a latte without the size that it must have, so the shopper is to choose one."""
    with pytest.raises(OptionRequired):
        cafe.shop.carts.add("anna", "LATTE", 1, [ChosenOption("size", "medium", "no")])


def test_equal_lines_merge_and_others_do_not(cafe: Cafe) -> None:
    """The same drink again makes a line grow, in whatever order its options were named; another one gets its own."""
    cafe.shop.carts.add("anna", "LATTE", 1, [LARGE, SOY])
    cafe.shop.carts.add("anna", "LATTE", 1, [LARGE])
    cart = cafe.shop.carts.add("anna", "LATTE", 2, [SOY, LARGE])
    assert [(line.id, line.quantity) for line in cart.lines] == [(1, 3), (2, 1)]


def test_every_channel_sees_one_cart(cafe: Cafe, tmp_path: Path) -> None:
    """What one process put in, another one reads; another customer's cart stays empty."""
    cafe.shop.carts.add("anna", "BEANS-S")
    assert contents(join_cafe(tmp_path).shop.carts.get("anna")) == [(1, "BEANS-S", 1, [], 800)]
    assert cafe.shop.carts.get("ben") == Cart((), Money(0, "USD"), 0)


@pytest.mark.parametrize(
    ("sku", "options", "error", "group"),
    [
        ("LATTE", [ChosenOption("size", "gigantic")], UnknownOption, "size"),
        ("BEANS-S", [LARGE], UnknownOption, "size"),
        ("LATTE", [LARGE, ChosenOption("size", "small")], TooManyOptions, "size"),
        ("LATTE", [ChosenOption("size", "large", "a bit of")], UnknownAmount, "size"),
        ("SANDWICH", [], OptionRequired, "bread"),
    ],
)
def test_options_that_do_not_fit_are_refused_by_group(
    cafe: Cafe, sku: str, options: list[ChosenOption], error: type[OptionError], group: str
) -> None:
    """An unknown choice or amount, too many, or a missing one: the error names the group, the cart stays empty."""
    with pytest.raises(error) as refused:
        cafe.shop.carts.add("anna", sku, 1, options)
    assert (refused.value.group, refused.value.sku) == (group, sku)
    assert cafe.shop.carts.get("anna").lines == ()


@pytest.mark.parametrize("quantity", [0, -1, 100, 10**9])
def test_quantities_have_limits(cafe: Cafe, quantity: int) -> None:
    """A line holds 1 to 99 units, added at once, bit by bit or set."""
    carts = cafe.shop.carts
    with pytest.raises(QuantityOutOfRange):
        carts.add("anna", "LATTE", quantity)
    carts.add("anna", "LATTE", 60)
    with pytest.raises(QuantityOutOfRange) as refused:
        carts.add("anna", "LATTE", 40)
    assert (refused.value.quantity, refused.value.least, refused.value.most) == (100, 1, 99)
    with pytest.raises(QuantityOutOfRange):
        carts.set_quantity("anna", 1, quantity)
    assert [line.quantity for line in carts.get("anna").lines] == [60]


def test_more_than_there_is_cannot_be_added(cafe: Cafe) -> None:
    """Five small bags are there: the sixth is refused with both numbers, and the cart keeps what it had."""
    carts = cafe.shop.carts
    carts.add("anna", "BEANS-S", 4)
    with pytest.raises(InsufficientStock) as refused:
        carts.add("anna", "BEANS-S", 2)
    assert (refused.value.sku, refused.value.wanted, refused.value.available) == ("BEANS-S", 6, 5)
    with pytest.raises(InsufficientStock):
        carts.set_quantity("anna", 1, 6)
    assert [line.quantity for line in carts.set_quantity("anna", 1, 5).lines] == [5]


def test_several_items_of_one_sentence_go_in_together_or_not_at_all(cafe: Cafe) -> None:
    """One item that can't be had keeps the others out; one undo takes all of them back."""
    carts = cafe.shop.carts
    with pytest.raises(UnknownSku):
        carts.add_all("anna", [Addition("LATTE"), Addition("NO-SUCH-THING")])
    assert carts.get("anna").lines == ()
    cart = carts.add_all("anna", [Addition("LATTE", 2, (LARGE,)), Addition("BEANS-S"), Addition("LATTE", 1, (LARGE,))])
    assert [(line.sku, line.quantity) for line in cart.lines] == [("LATTE", 3), ("BEANS-S", 1)]
    assert carts.undo("anna").lines == ()


def test_a_line_shrinks_goes_and_can_not_go_twice(cafe: Cafe) -> None:
    """Two of five go, then the rest; more than there are is refused, and a line that is gone is unknown."""
    carts = cafe.shop.carts
    carts.add("anna", "LATTE", 5)
    assert carts.remove("anna", 1, 2).units == 3
    with pytest.raises(QuantityOutOfRange) as refused:
        carts.remove("anna", 1, 4)
    assert refused.value.most == 3
    assert carts.remove("anna", 1).lines == ()
    with pytest.raises(UnknownLine):
        carts.remove("anna", 1)
    with pytest.raises(UnknownLine):
        carts.set_quantity("anna", 1, 2)


def test_undo_goes_back_step_by_step(cafe: Cafe) -> None:
    """Add, add, set, remove, clear: each undo shows the cart before, the same line ids included, until none is left."""
    carts = cafe.shop.carts
    steps = [carts.get("anna")]
    steps.append(carts.add("anna", "LATTE", 2, [LARGE, SOY]))
    steps.append(carts.add("anna", "BEANS-L"))
    steps.append(carts.set_quantity("anna", 1, 7))
    steps.append(carts.remove("anna", 2))
    carts.clear("anna")
    for before in reversed(steps):
        assert contents(carts.undo("anna")) == contents(before)
    with pytest.raises(NothingToUndo):
        carts.undo("anna")


def test_what_changes_nothing_leaves_no_trace(cafe: Cafe) -> None:
    """Setting two units to two, or clearing an empty cart, is no change: undo takes back the one before."""
    carts = cafe.shop.carts
    assert carts.clear("anna").version == 0
    added = carts.add("anna", "LATTE", 2)
    assert carts.set_quantity("anna", 1, 2) == added
    assert carts.undo("anna").lines == ()


def test_a_new_line_never_takes_an_old_id(cafe: Cafe) -> None:
    """A line id that was said once means that line for ever, so a late "remove it" can't hit another one."""
    carts = cafe.shop.carts
    carts.add("anna", "LATTE")
    carts.remove("anna", 1)
    assert [line.id for line in carts.add("anna", "BEANS-S").lines] == [2]
    assert [line.id for line in carts.undo("anna").lines] == []
    assert [line.id for line in carts.undo("anna").lines] == [1]


def test_what_is_no_longer_sold_stays_visible(cafe: Cafe, tmp_path: Path) -> None:
    """A retired SKU is marked in the cart and can be taken out, but nobody can add it."""
    carts = cafe.shop.carts
    carts.add("anna", "CUP")
    import_shop(cafe.database, edited_files(tmp_path, catalogue=("sku: CUP,", "sku: MUG,")), cafe.clock)
    assert [(line.sku, line.withdrawn) for line in carts.get("anna").lines] == [("CUP", True)]
    with pytest.raises(UnknownSku):
        carts.add("ben", "CUP")
    assert carts.remove("anna", 1).lines == ()


def test_strangers_have_no_cart(cafe: Cafe) -> None:
    """A customer whom the shop does not know is refused everywhere."""
    for refused in (
        lambda: cafe.shop.carts.get("eve"),
        lambda: cafe.shop.carts.add("eve", "LATTE"),
        lambda: cafe.shop.carts.undo("eve"),
    ):
        with pytest.raises(UnknownCustomer):
            refused()
    assert not issubclass(UnknownCustomer, CartError)
