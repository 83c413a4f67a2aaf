"""What a shop sells."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from commerce.catalogue import stock
from commerce.errors import InsufficientStock, UnknownProduct, UnknownSku
from commerce.importing import import_shop
from commerce.money import Money
from tests.commerce.cafe import Cafe, edited_files, open_cafe


@pytest.fixture
def cafe(tmp_path: Path) -> Cafe:
    return open_cafe(tmp_path)


def test_a_product_carries_everything_that_can_be_said_of_it(cafe: Cafe) -> None:
    """Names, unit, option groups in the menu's order, choices with their names and prices."""
    latte = cafe.shop.catalogue.product("latte")
    assert (latte.names, latte.unit) == (("Latte", "milky coffee"), "cup")
    assert [group.key for group in latte.option_groups] == ["size", "shots", "milk", "sweetener"]
    milk = latte.option_groups[2]
    assert (milk.minimum, milk.maximum, milk.default, milk.amounts) == (0, 1, (), ("a bit of", "lots of"))
    soy = milk.choice("soy-milk")
    assert soy is not None
    assert (soy.names, soy.price_effect) == (("soy milk", "soya milk"), Money(60, "USD"))
    assert latte.option_groups[0].default == ("medium",)


def test_variants_differ_by_their_attributes(cafe: Cafe) -> None:
    """A bag of beans in two sizes: full names, prices, stock, tax of their own; a drink is not counted."""
    small, big = cafe.shop.catalogue.product("beans").variants
    assert (small.name, big.name) == ("Coffee beans, half a pound", "Coffee beans, two pounds, dark")
    assert (big.price, big.stock, big.tax_rate) == (Money(2600, "USD"), 150, Decimal("0.02"))
    assert cafe.shop.catalogue.variant("LATTE").tax_rate == Decimal("0.0625")
    assert cafe.shop.catalogue.availability("LATTE").available is None
    assert cafe.shop.catalogue.availability("LATTE").in_stock
    assert [product.key for product in cafe.shop.catalogue.products()] == ["latte", "sandwich", "beans", "cup"]


def test_what_is_not_sold_is_unknown(cafe: Cafe) -> None:
    """A wrong key, a wrong SKU, and the mug that only old orders remember."""
    with pytest.raises(UnknownProduct):
        cafe.shop.catalogue.product("tea")
    for sku in ("TEA", "OLD-MUG"):
        with pytest.raises(UnknownSku):
            cafe.shop.catalogue.availability(sku)


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ("synonyms: [milky coffee]", "synonyms: [milky coffee, caffe latte]", True),
        ("spoken: [soya milk]", "spoken: [soya]", True),
        ("sku: CUP,", "sku: MUG,", True),
        ("amounts: [a bit of, lots of]", "amounts: [a bit of]", True),
        ("price: 4.20", "price: 4.40", False),
        ("stock: 5", "stock: 9", False),
        ("tax: 0.0625", "tax: 0.07", False),
    ],
)
def test_the_version_changes_with_what_can_be_said(
    cafe: Cafe, tmp_path: Path, old: str, new: str, changes: bool
) -> None:
    """New names, options or SKUs make a new version; prices, stock and tax don't."""
    before = cafe.shop.catalogue.version()
    import_shop(cafe.database, edited_files(tmp_path, catalogue=(old, new)), cafe.clock)
    assert (cafe.shop.catalogue.version() != before) is changes


def test_stock_is_taken_as_a_whole_or_not_at_all(cafe: Cafe) -> None:
    """Six of five small bags can't be taken, and then the big one is still there too."""
    shop, anna = cafe.shop.info.id, cafe.shop.customers.get("anna").id
    with pytest.raises(InsufficientStock) as refused, cafe.database.transaction() as session:
        stock.take(session, shop, {"BEANS-L": 1, "BEANS-S": 6, "LATTE": 50}, anna, cafe.clock.now())
    assert (refused.value.sku, refused.value.wanted, refused.value.available) == ("BEANS-S", 6, 5)
    assert cafe.shop.catalogue.availability("BEANS-L").available == 150
    with cafe.database.transaction() as session:
        stock.take(session, shop, {"BEANS-S": 5, "LATTE": 50}, anna, cafe.clock.now())
    assert not cafe.shop.catalogue.availability("BEANS-S").in_stock
    with cafe.database.transaction() as session:
        stock.put_back(session, shop, {"BEANS-S": 2, "LATTE": 50})
    assert cafe.shop.catalogue.availability("BEANS-S").available == 2
    assert cafe.shop.catalogue.availability("LATTE").available is None


def test_a_count_of_the_shelf_sets_the_stock(cafe: Cafe) -> None:
    """The merchant's count replaces the figure; an unknown SKU is refused."""
    cafe.shop.catalogue.set_stock("BEANS-S", 12)
    assert cafe.shop.catalogue.variant("BEANS-S").stock == 12
    with pytest.raises(UnknownSku):
        cafe.shop.catalogue.set_stock("TEA", 1)
