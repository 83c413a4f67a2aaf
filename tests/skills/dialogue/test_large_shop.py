"""A shop of thousands of products is talked to as any other: its names are looked up in the index on disk."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from commerce.catalogue.catalogue import Catalogue
from skills.contract import NotUnderstood
from tests.skills.dialogue.large_shop import large_shop, products, rename, shopper
from tests.skills.talking import Talk


@pytest.fixture(scope="module")
def indexes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder of indexes for the tests that don't harm it."""
    return tmp_path_factory.mktemp("indexes")


@pytest.fixture
def anna(tmp_path: Path, indexes: Path) -> Talk:
    return shopper(large_shop(tmp_path), indexes)


def in_cart(talk: Talk) -> list[str]:
    return [line.name for line in talk.shop.carts.get(talk.customer).lines]


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("add Delphine Smoked Tenders to my cart", ["Delphine Smoked Tenders"]),
        ("put exfolating nail polis remover on my list", ["Exfoliating Nail Polish Remover"]),
        ("please add blue lantern chrizoribs", ["Blue Lantern Chorizo Ribs"]),
        (
            "get me evergood clasic candle and annikas rye thin tortilas",
            ["Evergood Classic Candle", "Annika's Rye Thin Tortillas"],
        ),
    ],
)
def test_a_name_with_wrong_letters_is_found(anna: Talk, said: str, names: list[str]) -> None:
    """Among three thousand names the one that was meant goes into the cart, two of them in one sentence as well."""
    assert set(names) <= set(products())
    anna.says(said)
    assert in_cart(anna) == names


def test_a_short_name_inside_a_misspelt_one_is_not_taken_for_it(anna: Talk) -> None:
    """Cottage cheese is sold, too, but it is not what was asked for."""
    assert "Cottage Cheese" in products()
    anna.says("add bellweater cottage cheese wth calcum to my cart")
    assert in_cart(anna) == ["Bellweather Cottage Cheese With Calcium"]


def test_a_product_that_is_called_like_a_command_can_be_ordered(anna: Talk) -> None:
    """ "Add checkout" is an order for the gum; "checkout" by itself still goes to the till."""
    anna.says("add checkout to my cart")
    assert in_cart(anna) == ["Checkout"]
    assert "total" in anna.says("checkout").reply.speech


def test_of_forty_products_with_one_name_the_usual_one_is_taken(anna: Talk) -> None:
    """More products share the name than a query looks at; the customer's own is among them all the same."""
    anna.says("add house cola to my cart")
    assert in_cart(anna) == ["Cola number 37"]


def test_what_is_like_no_product_changes_nothing(anna: Talk) -> None:
    """Talk about the weather is not the nearest of three thousand names."""
    assert isinstance(anna.says("the weather in boston was awful last weekend").outcome, NotUnderstood)
    assert in_cart(anna) == []


def test_the_catalogue_is_read_once_and_not_at_each_turn(anna: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three turns of one process load the products a single time."""
    loaded = []
    products = Catalogue.products
    monkeypatch.setattr(Catalogue, "products", lambda self: loaded.append(1) or products(self))
    for text in ("hello", "add Delphine Smoked Tenders", "add checkout gum"):
        anna.says(text)
    assert loaded == [1]


def test_a_lost_index_is_made_again(tmp_path: Path) -> None:
    """The folder is deleted between two runs; the second one finds names as the first one did."""
    database, folder = large_shop(tmp_path), tmp_path / "indexes"
    shopper(database, folder).says("hello")
    shutil.rmtree(folder)
    talk = shopper(database, folder)
    talk.says("add blue lantern chrizoribs")
    assert in_cart(talk) == ["Blue Lantern Chorizo Ribs"]
    assert len(list(folder.glob("*/seal.json"))) == 1


def test_a_changed_catalogue_is_seen_at_the_next_turn(tmp_path: Path) -> None:
    """A product is renamed while the conversation goes on: its new name is found, and the old one no longer is."""
    database, folder = large_shop(tmp_path), tmp_path / "indexes"
    talk = shopper(database, folder)
    talk.says("hello")
    rename(database, {"Blue Lantern Chorizo Ribs": "Zanzibar Quinoa Pudding"})
    talk.says("add Zanzibar Quinoa Pudding")
    assert in_cart(talk) == ["Zanzibar Quinoa Pudding"]
    talk.says("add blue lantern chorizo ribs")
    assert "Blue Lantern Chorizo Ribs" not in in_cart(talk)
    assert len(list(folder.glob("*/seal.json"))) == 1


def test_without_a_place_for_the_index_names_are_looked_through_in_memory(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The folder can't be made: one warning is logged, and the order is understood."""
    (tmp_path / "a file").touch()
    talk = shopper(large_shop(tmp_path), tmp_path / "a file" / "indexes")
    talk.says("add Delphine Smoked Tenders to my cart")
    assert in_cart(talk) == ["Delphine Smoked Tenders"]
    assert [record.message for record in caplog.records if "no product index" in record.message] != []
