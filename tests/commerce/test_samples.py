"""The sample shops: whether they are sound, and rich enough to make choosing hard."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TypeVar

import pytest
from pydantic import BaseModel

import commerce.samples
from commerce.importing.format import CatalogueFile, CustomersFile, ProductEntry, ShopFile
from commerce.importing.reading import read

FOLDER = Path(commerce.samples.__file__).parent
Model = TypeVar("Model", bound=BaseModel)
SHOPS = ("home", "coffee", "bank", "pizza", "home-ko")


@cache
def content(shop: str, name: str, model: type[Model]) -> Model:
    """One file of a sample shop; fails with every mistake and its line."""
    source = read(FOLDER / shop / f"{name}.yaml", model)
    assert source.content is not None, "; ".join(map(str, source.problems))
    return source.content


def catalogue(shop: str) -> CatalogueFile:
    return content(shop, "catalogue", CatalogueFile)


def customers(shop: str) -> CustomersFile:
    return content(shop, "customers", CustomersFile)


def names(product: ProductEntry) -> list[str]:
    return [name.casefold() for name in (product.name, *product.spoken, *product.synonyms)]


def owners(shop: str) -> dict[str, set[str]]:
    """Each name of a shop to the keys of the products that it may mean."""
    meant: dict[str, set[str]] = defaultdict(set)
    for product in catalogue(shop).products:
        for name in names(product):
            meant[name].add(product.key)
    return meant


def skus(shop: str) -> list[str]:
    return [variant.sku for product in catalogue(shop).products for variant in product.variants]


def ordered(shop: str, customer: str) -> Iterator[str]:
    """The SKUs of one customer's past orders, oldest first, as often as they were ordered."""
    for entry in customers(shop).customers:
        if entry.key == customer:
            for order in entry.orders:
                yield from (line.sku for line in order.lines)


@pytest.mark.parametrize("shop", SHOPS)
def test_every_sample_shop_follows_the_format(shop: str) -> None:
    """Each of the three files of each shop is valid, and the shop is named as its folder."""
    assert content(shop, "shop", ShopFile).key == shop
    assert catalogue(shop) is not None
    assert len(customers(shop).customers) >= 2


@pytest.mark.parametrize("shop", SHOPS)
def test_keys_and_skus_are_unique(shop: str) -> None:
    """No SKU, product, order number or choice of a group stands twice."""
    products = catalogue(shop).products
    numbers = [order.number for customer in customers(shop).customers for order in customer.orders]
    for found in (skus(shop), [product.key for product in products], numbers):
        assert len(found) == len(set(found))
    for group in catalogue(shop).option_groups:
        spoken = [name for choice in group.choices for name in (choice.name, *choice.spoken)]
        assert len(spoken) == len(set(spoken)), group.key


@pytest.mark.parametrize("shop", SHOPS)
def test_past_orders_name_things_that_are_sold(shop: str) -> None:
    """Every line of a history is a SKU of the catalogue, with options that its product has."""
    known = {variant.sku: product for product in catalogue(shop).products for variant in product.variants}
    groups = {group.key: group for group in catalogue(shop).option_groups}
    for customer in customers(shop).customers:
        for line in (line for order in customer.orders for line in order.lines):
            product = known[line.sku]
            for option in line.options:
                assert option.group in product.options
                group = groups[option.group]
                assert option.value in {choice.key for choice in group.choices}
                assert option.amount is None or option.amount in group.amounts


@pytest.mark.parametrize("shop", SHOPS)
def test_a_shared_name_means_several_products_and_each_has_a_name_of_its_own(shop: str) -> None:
    """ "Milk" may mean six products, but the first names of all products differ, and no product says a name twice."""
    first = [product.name.casefold() for product in catalogue(shop).products]
    assert len(first) == len(set(first))
    for product in catalogue(shop).products:
        assert len(names(product)) == len(set(names(product))), product.key


@pytest.mark.parametrize("shop", SHOPS)
def test_the_variants_of_a_product_can_be_told_apart(shop: str) -> None:
    """No two variants of a product have the same attributes, or share a spoken name."""
    for product in catalogue(shop).products:
        said = [name for variant in product.variants for name in variant.spoken]
        assert len(said) == len(set(said)), product.key
        attributes = [tuple(variant.attributes.items()) for variant in product.variants]
        assert len(attributes) == len(set(attributes)), product.key


def test_the_grocery_shop_is_large_and_full_of_near_duplicates() -> None:
    """At least 300 products; generic names stand for several; some are sold out and some nearly."""
    assert len(catalogue("home").products) >= 300
    meant = owners("home")
    for name in (
        "milk",
        "plant milk",
        "toothbrush heads",
        "paper towels",
        "toilet paper",
        "batteries",
        "sparkling water",
    ):
        assert len(meant[name]) >= 3, name
    assert sum(len(keys) > 1 for keys in meant.values()) >= 80
    stocks = [variant.stock for product in catalogue("home").products for variant in product.variants]
    assert stocks.count(0) >= 3
    assert sum(1 for stock in stocks if stock in (1, 2, 3)) >= 4


def test_some_products_are_named_like_commands() -> None:
    """Words that command the assistant also name goods, so that both readings are exercised."""
    meant = owners("home")
    for command in ("checkout", "stop", "yes", "cancel", "help"):
        assert len(meant[command]) == 1, command


def test_shoppers_have_habits() -> None:
    """Anna buys whole milk most weeks, and her toothbrush heads are nearly always the sensitive ones."""
    people = customers("home").customers
    assert [person.key for person in people] == ["anna", "ben", "carla", "david", "emma"]
    assert len(people[0].orders) >= 40
    assert people[0].code == "4321"
    bought = list(ordered("home", "anna"))
    assert bought.count("WHOLE-MILK-HALFGAL") >= 25
    assert bought.count("SENSITIVE-TOOTHBRUSH-HEADS-2PK") == 3
    assert bought.count("MEDIUM-TOOTHBRUSH-HEADS-2PK") == 1
    assert [order.expected for order in people[0].orders if order.status == "dispatched"] == ["+1d"]


def test_the_cafe_has_ten_drinks_and_its_choices_are_said_as_they_are_named() -> None:
    """Every drink takes the same five groups; "a bit of" and "a little bit of" are different amounts."""
    menu = catalogue("coffee")
    assert {product.name.casefold() for product in menu.products} == {
        "coffee", "iced coffee", "drip coffee", "house coffee", "espresso",
        "americano", "latte", "cappuccino", "mocha", "iced mocha",
    }  # fmt: skip
    groups = {group.key: group for group in menu.option_groups}
    assert all(product.options == list(groups) for product in menu.products)
    assert groups["size"].default == ["medium"]
    assert {"a bit of", "a little bit of"} <= set(groups["milk"].amounts) & set(groups["sweetener"].amounts)
    assert {"small", "medium", "large", "eight ounce", "twenty ounce"} <= {c.name for c in groups["size"].choices}


def test_the_bank_has_bills_due_overdue_and_paid() -> None:
    """Anna has money on three accounts, a bill due within days, one overdue and one paid."""
    anna = customers("bank").customers[0]
    assert {account.kind for account in anna.accounts} == {"checking", "savings", "credit"}
    assert any(bill.due.startswith("+") for bill in anna.bills)
    assert any(bill.due.startswith("-") and bill.paid is None for bill in anna.bills)
    assert any(bill.paid for bill in anna.bills)


def test_the_pizzeria_has_sizes_and_many_toppings() -> None:
    """Four sizes, at least fifteen toppings, half of a pizza as an amount, and a drink that people call "coke"."""
    groups = {group.key: group for group in catalogue("pizza").option_groups}
    assert len(groups["size"].choices) == 4
    assert len(groups["toppings"].choices) >= 15
    assert groups["toppings"].maximum > 1
    assert "half" in groups["toppings"].amounts
    assert owners("pizza")["coke"] == {"fizzick-cola"}


def test_the_korean_shop_counts_in_whole_won() -> None:
    """Prices have no decimals, goods are counted with Korean counters, and an order is on its way."""
    shop = catalogue("home-ko")
    assert 25 <= len(shop.products) <= 45
    assert all(variant.price == int(variant.price) for product in shop.products for variant in product.variants)
    assert {"개", "병", "봉지", "팩"} <= {product.unit for product in shop.products}
    assert any(order.status == "dispatched" for person in customers("home-ko").customers for order in person.orders)
