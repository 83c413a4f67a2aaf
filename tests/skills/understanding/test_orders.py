"""Orders as people say them, typed: everything that the words say must be in the items, and nothing else."""

from __future__ import annotations

import pytest

from skills.contract import Item, Understood
from tests.skills.understanding.shops import cafe, items_of, pizzeria, spoken_options, typed, understanding


@pytest.mark.parametrize(
    "text",
    [
        "can I get a large dark roast double shot latte with a bit of soy milk and brown sugar",
        "a double shot dark roast large latte with brown sugar and a bit of soy milk please",
        "I'd like a latte, large, dark roast, double shot, with a bit of soy milk and with brown sugar",
        "make me a large latte dark roast with a bit of soy milk double shot and brown sugar",
    ],
)
def test_modifiers_stand_in_any_order_before_and_behind_the_name(text: str) -> None:
    """Four orders of the same drink are the same item."""
    (item,) = items_of(text, cafe())
    assert item.sku == "LATTE"
    assert spoken_options(item) == ["large", "dark roast", "double shot", "a bit of soy milk", "brown sugar"]


def test_an_amount_is_kept_as_it_was_said() -> None:
    """ "A bit of" and "a little bit of" are different amounts."""
    (first,) = items_of("a mocha with a bit of cream", cafe())
    (second,) = items_of("a mocha with a little bit of cream", cafe())
    assert first.options[0].amount == "a bit of"
    assert second.options[0].amount == "a little bit of"


def test_numbers_may_be_written_in_digits() -> None:
    """Recognisers write "12 ounce", "12-ounce" and "12 oz" for what is said as "twelve ounce"."""
    for text in ("a 12 ounce latte", "a 12-ounce latte", "a 12 oz. latte", "a twelve ounce latte"):
        (item,) = items_of(text, cafe())
        assert spoken_options(item) == ["twelve ounce"]


def test_several_items_each_keep_their_modifiers_and_quantities() -> None:
    """One sentence, three items."""
    items = items_of("two large lattes with soy milk, a croissant and three blueberry muffins", cafe())
    assert [(item.sku, item.quantity, spoken_options(item)) for item in items] == [
        ("LATTE", 2, ["large", "soy milk"]),
        ("CROISSANT", 1, []),
        ("BLUEBERRY-MUFFIN", 3, []),
    ]


def test_what_is_refused_is_marked() -> None:
    """ "No sugar" and "without cream" are wishes, too."""
    (item,) = items_of("a cappuccino with no sugar and without cream", cafe())
    assert spoken_options(item) == ["no cream", "no sugar"]
    assert {option.amount for option in item.options} == {"no"}


def test_a_group_of_one_choice_is_not_chosen_from_twice() -> None:
    """No drink is small and large: whatever is made of these words, it has one size at most."""
    outcome = understanding().understand(typed("a small large latte"), cafe())
    for candidate in outcome.candidates:
        for item in candidate.slots.get("items", ()):
            assert isinstance(item, Item)
            assert [option.group for option in item.options].count("size") <= 1


def test_a_nested_order_with_halves_and_refusals() -> None:
    """Two pizzas of which one differs become two items; "half" is an amount, "no onions" a refusal."""
    items = items_of(
        "two large pizzas, one with ham and no onions, the other half mushrooms, and three cokes", pizzeria()
    )
    assert [(item.sku, item.quantity, spoken_options(item)) for item in items] == [
        ("PIZZA", 1, ["large", "ham", "no onions"]),
        ("PIZZA", 1, ["large", "half mushrooms"]),
        ("COKE", 3, []),
    ]


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("one latte with cream and one with soy milk", [(1, ["cream"]), (1, ["soy milk"])]),
        ("a latte with cream and another with no sugar", [(1, ["cream"]), (1, ["no sugar"])]),
        ("a small latte with sugar and a large one with cream", [(1, ["small", "sugar"]), (1, ["large", "cream"])]),
        ("two small lattes and a large one with cream", [(2, ["small"]), (1, ["large", "cream"])]),
        ("two lattes, both large with some sugar", [(2, ["large", "some sugar"])]),
        ("a latte and a mocha, both large", [(1, ["large"]), (1, ["large"])]),
        ("a latte, a mocha and an espresso, all of them small", [(1, ["small"]), (1, ["small"]), (1, ["small"])]),
        ("a latte with cream for me and a mocha for her", [(1, ["cream"]), (1, [])]),
        ("three lattes please, two with cream, the last one with no sugar", [(2, ["cream"]), (1, ["no sugar"])]),
        ("two lattes, the first with cream, the second with just sugar", [(1, ["cream"]), (1, ["sugar"])]),
        ("no sugar on my large latte", [(1, ["large", "no sugar"])]),
        ("a bit of cream and no sugar on a mocha", [(1, ["a bit of cream", "no sugar"])]),
    ],
)
def test_some_of_several_one_more_and_all_together(text: str, items: list[tuple[int, list[str]]]) -> None:
    """Modifiers find what they belong to: a part, one more of the same, the last items together, a name behind them."""
    assert [(item.quantity, spoken_options(item)) for item in items_of(text, cafe())] == items


def test_a_product_that_is_named_like_another_with_an_option_is_the_one_of_that_name() -> None:
    """ "Mushrooms pizza" is on the menu, so it is no plain pizza with mushrooms."""
    (item,) = items_of("a large mushrooms pizza", pizzeria())
    assert item.sku == "MUSHROOMS-PIZZA"


def test_parts_of_several_leave_the_rest_as_it_was() -> None:
    """Of three pizzas one gets olives; the other two stay plain."""
    items = items_of("three small margheritas, one with olives", pizzeria())
    assert [(item.quantity, spoken_options(item)) for item in items] == [(1, ["small", "olives"]), (2, ["small"])]


def test_more_parts_than_pizzas_are_not_understood() -> None:
    """One pizza can't be divided in two."""
    outcome = understanding().understand(typed("one pizza, one with ham, one with olives"), pizzeria())
    assert not isinstance(outcome, Understood) or outcome.cost > 0


def test_a_variant_is_named_before_or_behind() -> None:
    """The size picks the SKU; without one it stays open."""
    assert items_of("a half litre sparkling water", pizzeria())[0].sku == "WATER-05"
    assert items_of("two bottles of sparkling water one litre", pizzeria())[0].sku == "WATER-1"
    assert items_of("two bottles of sparkling water", pizzeria())[0].sku is None
    assert items_of("two bottles of sparkling water", pizzeria())[0].products == ("water",)
