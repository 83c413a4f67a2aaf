"""What customers usually buy."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from commerce.cart import Addition, ChosenOption
from commerce.errors import UnknownCustomer
from commerce.importing import import_shop
from tests.commerce.cafe import NOON, Cafe, edited_files, open_cafe

LARGE_SOY = (ChosenOption("size", "large"), ChosenOption("milk", "soy-milk", "a bit of"))


@pytest.fixture
def cafe(tmp_path: Path) -> Cafe:
    return open_cafe(tmp_path)


def test_the_usual_is_what_was_bought_most(cafe: Cafe) -> None:
    """Of three lattes two were large with soy milk; they come first, with share, date and options."""
    first, second = cafe.shop.history.usual("anna", ["latte"])
    assert (first.sku, first.options, first.times) == ("LATTE", LARGE_SOY, 2)
    assert first.share == pytest.approx(2 / 3)
    assert first.last == NOON - timedelta(days=2)
    assert (second.options, second.times) == ((ChosenOption("size", "medium"),), 1)
    cart = cafe.shop.carts.add_all("anna", [Addition(first.sku, first.quantity, first.options)])
    assert [option.spoken for option in cart.lines[0].options] == ["large", "a bit of soy milk"]


def test_cancelled_orders_and_other_products_do_not_count(cafe: Cafe) -> None:
    """Beans were bought three times, two of them small bags by two; the cancelled order is forgotten."""
    usual = cafe.shop.history.usual("anna", ["beans"])
    assert [(item.sku, item.times, item.quantity) for item in usual] == [("BEANS-S", 2, 2), ("BEANS-L", 1, 1)]
    assert cafe.shop.history.usual("anna", ["sandwich"]) == ()
    assert cafe.shop.history.usual("ben", ["latte", "beans"]) == ()


def test_the_usual_basket_holds_what_is_in_half_of_the_orders(cafe: Cafe) -> None:
    """In four orders the large latte and the small bag were there twice; single buys are not in it."""
    basket = cafe.shop.history.usual_basket("anna")
    assert [(item.sku, item.quantity) for item in basket] == [("BEANS-S", 2), ("LATTE", 1)]
    assert cafe.shop.history.usual_basket("ben") == ()


def test_nobody_is_offered_what_is_no_longer_sold(cafe: Cafe, tmp_path: Path) -> None:
    """The small bag goes out of the range; the history offers the rest."""
    files = edited_files(tmp_path, catalogue=("sku: BEANS-S,", "sku: BEANS-M,"))
    (files / "customers.yaml").unlink()
    import_shop(cafe.database, files, cafe.clock)
    assert [item.sku for item in cafe.shop.history.usual("anna", ["beans"])] == ["BEANS-L"]


def test_popularity_counts_units_of_all_customers(cafe: Cafe) -> None:
    """Units that were really sold, the most sold first."""
    assert list(cafe.shop.history.popularity().items()) == [
        ("BEANS-S", 4),
        ("LATTE", 3),
        ("BEANS-L", 1),
        ("OLD-MUG", 1),
    ]


def test_a_stranger_has_no_history(cafe: Cafe) -> None:
    """A customer whom the shop does not know is refused."""
    with pytest.raises(UnknownCustomer):
        cafe.shop.history.usual_basket("eve")
