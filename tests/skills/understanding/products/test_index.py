"""From a garbled phrase to the product: found, told from its near-duplicates, offered or refused."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

import commerce.samples
from commerce.importing.format import CatalogueFile
from commerce.importing.reading import read
from skills.contract import Hypothesis, SoundGone
from skills.understanding.context import SayableProduct, SayableVariant, ShopWords
from skills.understanding.products.index import ProductIndex
from skills.understanding.products.resolution import Accepted, Again, NotFound, Offer


def words_of_shop(shop: str) -> ShopWords:
    catalogue = read(Path(commerce.samples.__file__).parent / shop / "catalogue.yaml", CatalogueFile).content
    assert catalogue is not None
    products = tuple(
        SayableProduct(
            product.key,
            (product.name, *product.spoken, *product.synonyms),
            tuple(
                SayableVariant(variant.sku, (*variant.attributes.values(), *variant.spoken))
                for variant in product.variants
            ),
            product.unit,
        )
        for product in catalogue.products
    )
    return ShopWords(shop, "1", "groceries", products)


@pytest.fixture(scope="module")
def groceries(tmp_path_factory: pytest.TempPathFactory) -> ProductIndex:
    return ProductIndex.open(tmp_path_factory.mktemp("index"), words_of_shop("home"))


@pytest.fixture(scope="module")
def korean(tmp_path_factory: pytest.TempPathFactory) -> ProductIndex:
    return ProductIndex.open(tmp_path_factory.mktemp("index"), words_of_shop("home-ko"), "ko")


class Ear:
    """A listener that knows what was really said: the nearer a text, the likelier."""

    def __init__(self, said: str, gone: bool = False) -> None:
        self._said = said
        self._gone = gone
        self.asked: list[str] = []

    def hear_again(self, turn_id: str, hint: str) -> tuple[Hypothesis, ...]:
        return ()

    def rescore(self, turn_id: str, texts: Sequence[str]) -> tuple[float, ...]:
        if self._gone:
            raise SoundGone(turn_id)
        self.asked += texts
        return tuple(-6.0 * Levenshtein.distance(self._said, text) for text in texts)


@pytest.mark.parametrize(
    ("phrase", "key"),
    [
        ("barista oat milk", "barista-oat-milk"),
        ("sensitive tooth brush head", "sensitive-toothbrush-heads"),
        ("dark rose coffee pots", "dark-roast-coffee-pods"),
        ("tripple a batteries", "aaa-batteries"),
        ("unsweetend all mint milk", "unsweetened-almond-milk"),
        ("2% milk", "two-percent-milk"),
    ],
)
def test_a_garbled_name_is_found(groceries: ProductIndex, phrase: str, key: str) -> None:
    """Misheard letters, words split or joined: the product meant comes first."""
    assert groceries.shortlist([phrase], {})[0].product_key == key


def test_a_name_that_several_share_is_offered(groceries: ProductIndex) -> None:
    """ "Milk" is six products: up to three are offered, none is taken."""
    found = groceries.resolve(["milk"], {})
    assert isinstance(found, Offer)
    assert len(found.matches) == 3


def test_a_habit_decides_between_equal_names_and_is_read_back(groceries: ProductIndex) -> None:
    """Who nearly always buys whole milk gets it for "milk", but its name is said first."""
    found = groceries.resolve(["milk"], {"whole-milk": 0.8, "skim-milk": 0.1})
    assert isinstance(found, Accepted)
    assert found.match.product_key == "whole-milk"
    assert found.read_back


def test_a_habit_does_not_outweigh_a_clear_word(groceries: ProductIndex) -> None:
    """Who always buys whole milk and says "soy milk" gets soy milk."""
    assert groceries.shortlist(["soy milk"], {"whole-milk": 1.0})[0].product_key == "soy-milk"


def test_a_size_names_the_variant(groceries: ProductIndex) -> None:
    """The words for size and pack choose the SKU, wherever they stand."""
    for phrase in ("half gallon of whole milk", "whole milk, the half gallon one", "two half gallons of whole milk"):
        assert groceries.shortlist([phrase], {})[0].sku == "WHOLE-MILK-HALFGAL"
    found = groceries.resolve(["two six-packs of sparkling water, the half litre ones"], {"sparkling-water": 0.5})
    assert (found.matches[0].sku, found.wanted.quantity) == ("SPARKLING-WATER-6X500ML", 2)


def test_a_number_in_a_name_is_no_quantity(tmp_path: Path) -> None:
    """ "Seven grain bread" is one bread where it is sold, and seven of "grain bread" where that is."""

    def asked(name: str) -> int:
        shop = ShopWords(name, "1", "groceries", (SayableProduct("bread", (name,), (SayableVariant("B"),)),))
        return ProductIndex.open(tmp_path, shop).resolve(["seven grain bread"], {}).wanted.quantity

    assert asked("Seven grain bread") == 1
    assert asked("Grain bread") == 7


def test_a_product_named_like_a_command_is_found(groceries: ProductIndex) -> None:
    """ "Checkout" chewing gum can be asked for by that word alone."""
    found = groceries.resolve(["checkout"], {})
    assert isinstance(found, Accepted)
    assert found.match.product_key == "checkout-chewing-gum"


@pytest.mark.parametrize("phrase", ["the weather in paris", "xyzzy plugh", "what a lovely day it is"])
def test_what_is_no_product_is_not_found(groceries: ProductIndex, phrase: str) -> None:
    """Small talk is neither accepted nor offered."""
    assert isinstance(groceries.resolve([phrase], {}), NotFound)


def test_several_hypotheses_help(groceries: ProductIndex) -> None:
    """A worse hypothesis that is nearer to a product counts as much as the best."""
    assert groceries.shortlist(["pay nut utter", "peanut butter"], {})[0].name.casefold().endswith("peanut butter")


def test_the_second_listening_chooses_between_near_names(groceries: ProductIndex) -> None:
    """The words were heard as something between soft and sensitive, nearer to soft; the sound says which."""
    ear = Ear("sensitive toothbrush heads")
    found = groceries.resolve(["softitive toothbrush heads"], {}, Again(ear, "turn-1"))
    assert found.matches[0].product_key == "sensitive-toothbrush-heads"
    assert found.matches[0].likelihood is not None
    assert len(ear.asked) <= 64


def test_the_second_listening_hears_the_whole_sentence(groceries: ProductIndex) -> None:
    """Names are scored between the words around them."""
    ear = Ear("add oat milk to my cart")
    groceries.resolve(["oak silk"], {}, Again(ear, "turn-1", "add", "to my cart"))
    assert "add oat milk to my cart" in ear.asked


def test_a_name_heard_without_doubt_is_not_listened_to_again(groceries: ProductIndex) -> None:
    """The second listening costs time, so it is kept for what the words leave open."""
    ear = Ear("barista oat milk")
    assert isinstance(groceries.resolve(["barista oat milk"], {}, Again(ear, "turn-1")), Accepted)
    assert ear.asked == []


def test_without_the_sound_the_words_decide(groceries: ProductIndex) -> None:
    """When the recording is gone, the answer is the one that the words alone give."""
    gone = groceries.resolve(["bar east oak milk"], {}, Again(Ear("", gone=True), "turn-1"))
    assert gone == groceries.resolve(["bar east oak milk"], {})


@pytest.mark.parametrize(
    ("phrase", "key"), [("우유", "milk"), ("저지방우유", "low-fat-milk"), ("컵 나면", "cup-ramen")]
)
def test_korean_names_are_found(korean: ProductIndex, phrase: str, key: str) -> None:
    """Spaces do not matter, and a wrong letter in a syllable is near."""
    assert korean.shortlist([phrase], {})[0].product_key == key


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(max_size=300), max_size=6))
def test_any_text_is_answered(groceries: ProductIndex, texts: list[str]) -> None:
    """Emoji, control characters, other scripts, nothing at all: an outcome with a chance between 0 and 1."""
    assert 0 <= groceries.resolve(texts, {"whole-milk": 1.0}).certainty <= 1


def test_a_very_long_text_is_answered(groceries: ProductIndex) -> None:
    """Ten thousand words take no product."""
    found = groceries.resolve(["milk and honey " * 5000], {})
    assert not isinstance(found, Accepted)
    assert math.isfinite(found.certainty)
