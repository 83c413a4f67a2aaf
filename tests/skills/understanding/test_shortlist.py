"""Of a large catalogue, the products that enter one utterance's graph; what becomes of names that none of it has."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from skills.contract import Heard, Hypothesis, Item, Understood
from skills.understanding.context import Context, SayableProduct, SayableVariant, ShopWords
from skills.understanding.normalise import words_of
from skills.understanding.phonemes import Lexicon
from skills.understanding.shortlist import LARGE, SMALL, Shortlists

SAUCES = ("basil", "ginger", "garlic", "pepper", "lemon", "onion", "celery", "fennel", "cumin", "thyme")
HEARD = Heard("turn", "en", (Hypothesis("whatever"),), spoken=False)


def product(key: str, *names: str) -> SayableProduct:
    return SayableProduct(key, names, (SayableVariant(key.upper()),))


def shop(count: int) -> Context:
    """A shop of so many sauces, a rye bread and a oat bread."""
    sauces = (
        product(f"sauce-{number}", f"{SAUCES[number % 10]} {SAUCES[number // 10 % 10]} sauce {number}")
        for number in range(count - 2)
    )
    goods = (product("rye", "rye bread"), product("oat", "oat bread"), *sauces)
    return Context("en", ShopWords(f"shop-{count}", "1", "groceries", goods))


@pytest.fixture(scope="module")
def lexicon() -> Iterator[Lexicon]:
    with Lexicon() as opened:
        yield opened


@pytest.fixture(scope="module")
def shortlists(lexicon: Lexicon, tmp_path_factory: pytest.TempPathFactory) -> Shortlists:
    return Shortlists(lexicon, tmp_path_factory.mktemp("indexes"))


def keys(context: Context) -> set[str]:
    return {one.key for one in context.words.products}


def test_a_small_shop_enters_as_a_whole(shortlists: Shortlists) -> None:
    """What fits into a graph is not looked up at all."""
    context = shop(SMALL)
    assert shortlists.near(context, [words_of("rye bread", "en")]) is context


@pytest.mark.parametrize("count", [SMALL - 1, SMALL + 1, LARGE + 1])
def test_nothing_named_is_known_without_an_index(lexicon: Lexicon, tmp_path: Path, count: int) -> None:
    """The graph for a sentence without products is the same whether the index is there or not."""
    prepared = Shortlists(lexicon, tmp_path / "indexes").unnamed(shop(count))
    assert not (tmp_path / "indexes").exists()
    assert prepared == Shortlists(lexicon, tmp_path).literal(shop(count), words_of("what is my balance", "en"))


@pytest.mark.parametrize("count", [SMALL + 1, LARGE + 1])
def test_what_is_named_word_for_word_enters(shortlists: Shortlists, count: int) -> None:
    """In memory and on disk alike, two names in one sentence, one of them in the plural."""
    named = shortlists.literal(shop(count), words_of("two rye breads and a oat bread please", "en"))
    assert keys(named) == {"rye", "oat"}


@pytest.mark.parametrize("count", [SMALL + 1, LARGE + 1])
def test_what_is_like_a_part_of_the_sentence_enters(shortlists: Shortlists, count: int) -> None:
    """ "Ray bread" is in no catalogue, "rye bread" is near enough; only a handful of the products come with it."""
    near = shortlists.near(shop(count), [words_of("put some ray bread on the list", "en")])
    assert "rye" in keys(near)
    assert len(keys(near)) < 40


def test_what_is_in_the_cart_always_enters(shortlists: Shortlists) -> None:
    """It can be removed by any words, so it is kept however little it is like them."""
    context = shop(LARGE + 1)
    with_cart = Context("en", context.words, in_cart=("oat",))
    assert "oat" in keys(shortlists.near(with_cart, [words_of("take the yellow one off", "en")]))


def resolved(shortlists: Shortlists, count: int, name: str) -> Item:
    order = Understood("AddToCart", {"items": (Item(None, name, 2),)})
    outcome = shortlists.resolved(order, HEARD, shop(count), None)
    assert isinstance(outcome, Understood)
    items = outcome.slots["items"]
    assert isinstance(items, tuple)
    return items[0]


def test_an_unknown_name_is_resolved_in_a_large_shop(shortlists: Shortlists) -> None:
    """Words that no graph held are looked up: the product, its SKU and the quantity that was asked for."""
    item = resolved(shortlists, LARGE + 1, "rye bred")
    assert (item.sku, item.products, item.quantity) == ("RYE", ("rye",), 2)


def test_a_name_between_two_products_becomes_a_choice(shortlists: Shortlists) -> None:
    """Two breads are as near: the dialogue is to ask between them."""
    item = resolved(shortlists, LARGE + 1, "bread")
    assert item.sku is None
    assert {"rye", "oat"} <= set(item.products)


def test_a_name_that_is_like_nothing_stays_unknown(shortlists: Shortlists) -> None:
    """Nothing is put into the place of what the shop does not have."""
    assert resolved(shortlists, LARGE + 1, "bicycle pump") == Item(None, "bicycle pump", 2)


def test_a_shop_without_an_index_resolves_nothing(shortlists: Shortlists) -> None:
    """Its names are all in the graph, so what is unknown there is unknown."""
    assert resolved(shortlists, SMALL + 1, "rye bred") == Item(None, "rye bred", 2)


def test_a_new_version_replaces_the_one_before(shortlists: Shortlists) -> None:
    """The shop renames its bread: the old name finds nothing, the new one does."""
    context = shop(LARGE + 1)
    assert keys(shortlists.literal(context, words_of("rye bread", "en"))) == {"rye"}
    goods = (product("rye", "pumpernickel"), *context.words.products[1:])
    renamed = Context("en", ShopWords(context.words.shop, "2", "groceries", goods))
    assert keys(shortlists.literal(renamed, words_of("rye bread", "en"))) == set()
    assert keys(shortlists.literal(renamed, words_of("pumpernickel", "en"))) == {"rye"}


def test_an_index_that_can_not_be_written_is_done_without(lexicon: Lexicon, tmp_path: Path) -> None:
    """The names are looked through in memory then."""
    (tmp_path / "a file").touch()
    near = Shortlists(lexicon, tmp_path / "a file" / "x").near(shop(LARGE + 1), [words_of("ray bread", "en")])
    assert "rye" in keys(near)
