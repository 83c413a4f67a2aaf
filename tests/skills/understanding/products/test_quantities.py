"""Quantities, packs and sizes are taken out of the words for a product."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skills.understanding.products.quantities import Wanted, wanted


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("milk", Wanted("milk")),
        ("three cokes", Wanted("cokes", 3, said=True)),
        ("a couple of bananas", Wanted("bananas", 2, said=True)),
        ("3 cartons of oat milk", Wanted("oat milk", 3, said=True, unit="carton")),
        ("the loaf of bread", Wanted("bread", unit="loaf")),
        ("eight rolls of paper towels", Wanted("paper towels", 8, said=True, unit="roll")),
    ],
)
def test_a_quantity_and_its_unit_come_first(said: str, expected: Wanted) -> None:
    """A number, an article or a unit before the product is no part of its name."""
    assert wanted(said, "en") == expected


@pytest.mark.parametrize(
    ("said", "quantity", "pack", "product"),
    [
        ("a six pack of cola", 1, 6, "cola"),
        ("two six-packs of cola", 2, 6, "cola"),
        ("two packs of four toothbrush heads", 2, 4, "toothbrush heads"),
        ("two packs of toothbrush heads", 2, None, "toothbrush heads"),
        ("toilet paper, the twelve pack", 1, 12, "toilet paper"),
        ("a dozen eggs", 1, 12, "eggs"),
        ("half a dozen bagels", 1, 6, "bagels"),
        ("two dozen large eggs", 2, 12, "large eggs"),
    ],
)
def test_packs_are_told_from_quantities(said: str, quantity: int, pack: int | None, product: str) -> None:
    """ "Two packs" are two; "a two pack" is one with two pieces."""
    found = wanted(said, "en")
    assert (found.quantity, found.pack, found.product) == (quantity, pack, product)


@pytest.mark.parametrize(
    ("said", "quantity", "sizes", "product"),
    [
        ("half gallon of oat milk", 1, ("half gallon",), "oat milk"),
        ("two half gallons of whole milk", 2, ("half gallon",), "whole milk"),
        ("two gallons of milk", 2, ("gallon",), "milk"),
        ("2 litre bottle of cola", 1, ("two litre",), "cola"),
        ("one and a half litre bottle of still water", 1, ("one and a half litre",), "still water"),
        ("1.5 l still water", 1, ("one point five litre",), "still water"),
        ("twelve ounce coffee beans", 1, ("twelve ounce",), "coffee beans"),
        ("sour cream, the big one", 1, ("big",), "sour cream"),
    ],
)
def test_sizes_are_told_from_quantities(said: str, quantity: int, sizes: tuple[str, ...], product: str) -> None:
    """ "Two gallons of" are two, "two litre" is a size."""
    found = wanted(said, "en")
    assert (found.quantity, found.sizes, found.product) == (quantity, sizes, product)


def test_quantity_pack_and_size_in_one_phrase() -> None:
    """All three are found, the size behind the name too."""
    found = wanted("two six-packs of sparkling water, the half litre ones", "en")
    assert found == Wanted("sparkling water", 2, said=True, pack=6, sizes=("half litre",))


def test_a_percentage_is_no_quantity() -> None:
    """ "Two percent milk" is a milk; three cartons of it are three."""
    assert wanted("2% milk", "en") == Wanted("two percent milk")
    assert wanted("three cartons of two percent milk", "en").product == "two percent milk"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("우유 두 개", Wanted("우유", 2, said=True, unit="개")),
        ("생수 2병", Wanted("생수", 2, said=True, unit="병")),
        ("라면 다섯 봉지", Wanted("라면", 5, said=True, unit="봉지")),
        ("사과", Wanted("사과")),
    ],
)
def test_in_korean_the_quantity_stands_behind(said: str, expected: Wanted) -> None:
    """The number and its counter follow the name."""
    assert wanted(said, "ko") == expected


@given(st.text(max_size=200), st.sampled_from(["en", "ko"]))
def test_any_text_is_read(text: str, language: str) -> None:
    """Whatever is typed, there is an answer, and its quantity is at least one."""
    assert wanted(text, language).quantity >= 1
