"""What people also buy: more often than by chance, by several people, and still sold."""

from __future__ import annotations

import pytest

from commerce.advice import together
from commerce.advice.together import AlsoBought
from tests.commerce.advice.habits import open_with_past
from tests.commerce.places import Place

# Bread goes with milk in three of four orders, and is in four of all ten; wine goes with everything.
PAST = {
    "anna": [(9, "MILK BREAD WINE"), (8, "MILK BREAD WINE"), (7, "LATTE WINE"), (6, "LATTE WINE"), (5, "LATTE")],
    "ben": [(9, "MILK BREAD"), (8, "MILK WINE"), (7, "BREAD WINE"), (6, "LATTE WINE"), (5, "LATTE")],
}


def names(found: tuple[AlsoBought, ...]) -> list[str]:
    return [also.product_key for also in found]


def test_what_is_bought_together_more_often_than_by_chance_is_told(place: Place) -> None:
    """Bread: three of four orders with milk against four of ten, a lift of 1.9. Wine, in seven of ten, is by chance."""
    corner = open_with_past(place, PAST)
    (bread,) = corner.shop.together.with_any(["milk"])
    assert (bread.product_key, bread.name, bread.together, bread.of) == ("bread", "Bread", 3, 4)
    assert bread.lift == pytest.approx(3 / 4 / (4 / 10))
    assert names(corner.shop.together.with_any(["bread"])) == ["milk"]


def test_nobody_hears_of_one_other_persons_habits(place: Place) -> None:
    """Anna alone buys milk with bread, as often as one likes: that is her own affair."""
    corner = open_with_past(
        place, {"anna": [(days, "MILK BREAD") for days in range(1, 6)], "ben": [(3, "WINE"), (2, "LATTE")]}
    )
    assert corner.shop.together.with_any(["milk"]) == ()


def test_two_orders_are_no_habit(place: Place) -> None:
    """Both customers bought milk with bread once."""
    corner = open_with_past(place, {"anna": [(2, "MILK BREAD"), (1, "WINE")], "ben": [(2, "MILK BREAD"), (1, "WINE")]})
    assert corner.shop.together.with_any(["milk"]) == ()


def test_what_is_rare_is_no_advice(place: Place) -> None:
    """Bread is only ever bought with milk, but in three of forty orders with milk: nobody would call that often."""
    milk = [(days, "MILK") for days in range(1, 20)]
    wine = [(days, "WINE") for days in range(1, 11)]
    past = {
        "anna": [*milk, (40, "MILK BREAD"), *wine],
        "ben": [*milk[1:], (40, "MILK BREAD"), (41, "MILK BREAD"), *wine],
    }
    assert open_with_past(place, past).shop.together.with_any(["milk"]) == ()


def test_what_was_not_bought_does_not_count(place: Place) -> None:
    """The same past, every order cancelled."""
    assert open_with_past(place, PAST, status="cancelled").shop.together.with_any(["milk"]) == ()


def test_the_clearest_comes_first(place: Place) -> None:
    """Bread is in four orders with milk, the latte in three, neither in any other: the one with more orders leads."""
    past = {
        "anna": [(9, "MILK BREAD LATTE"), (8, "MILK BREAD LATTE"), (7, "WINE"), (6, "WINE"), (5, "WINE")],
        "ben": [(9, "MILK BREAD LATTE"), (8, "MILK BREAD"), (7, "WINE"), (6, "WINE"), (5, "WINE")],
    }
    corner = open_with_past(place, past)
    assert names(corner.shop.together.with_any(["milk"])) == ["bread", "latte"]
    assert names(corner.shop.together.with_any(["milk"], most=1)) == ["bread"]
    assert names(corner.shop.together.with_any(["milk", "bread"])) == ["latte"]


def test_only_the_latest_orders_are_counted(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """With room for two orders, the habit of last week is out of sight: the work has a bound."""
    corner = open_with_past(place, PAST)
    monkeypatch.setattr(together, "LOOKED_AT", 2)
    assert corner.shop.together.with_any(["milk"]) == ()


def test_what_nobody_buys_goes_with_nothing(place: Place) -> None:
    """A product that is in no order, and one that there is not."""
    corner = open_with_past(place, {"anna": [(1, "MILK")]})
    assert corner.shop.together.with_any(["wine", "unicorn"]) == ()
