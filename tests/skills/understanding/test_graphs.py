"""Graphs that are kept, and for whom."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace
from typing import NoReturn

import pytest

from skills.contract import Expectation, Understood
from skills.dialogue.surroundings import moments
from skills.languages import load
from skills.understanding import Understanding
from skills.understanding.context import Context, ShopWords
from skills.understanding.graphs import Graph, Graphs
from tests.skills.understanding.shops import CAFE, cafe, items_of, product, typed, understanding


def test_shops_of_different_kinds_share_one_understanding() -> None:
    """A grocery is asked first; the cafe, served by the same process, still takes a bare order word for word."""
    reader = Understanding()
    grocery = replace(cafe(), words=replace(CAFE, shop="grocery", kind="groceries"))
    reader.understand(typed("a large latte with soy milk please"), grocery)
    outcome = reader.understand(typed("a large latte with soy milk"), cafe())
    assert isinstance(outcome, Understood)
    assert (outcome.intent, outcome.cost, outcome.text) == ("AddToCart", 0.0, "a large latte with soy milk")
    assert outcome.candidates


def test_what_was_prepared_is_not_made_in_a_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """No customer and no open question needs sentences compiled anew; own names only are put in."""
    reader = Understanding()
    reader.prepare(moments(CAFE, "en"))
    monkeypatch.setattr("skills.understanding.graphs.sayable", _refuse)
    for number, expects in enumerate(Expectation):
        if expects is Expectation.NOTHING:
            continue
        context = replace(cafe(), expects=expects, addresses={f"a{number}": (f"office {number}",)})
        named = replace(context, accounts={"gift": ("gift card",)})
        for one in (context, named):
            assert isinstance(reader.understand(typed("help"), one), Understood)
        outcome = reader.understand(typed("what is the balance of my gift card"), named)
        assert isinstance(outcome, Understood)
        assert (outcome.intent, outcome.slots) == ("CheckBalance", {"account": "gift"})


def test_of_other_goods_the_names_only_are_put_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a grocery no two sentences are about the same shortlist; how goods are ordered is compiled once for all."""
    grains = ("rye", "oat", "corn", "wheat", "barley", "millet", "rice", "buckwheat")
    baked = ("bread", "cookie", "cracker", "muesli", "muffin", "waffle", "pancake", "bagel")
    goods = tuple(product(f"{grain} {one}") for grain in grains for one in baked)
    grocery = Context("en", ShopWords("grocery", "1", "groceries", goods))
    understanding().understand(typed("how much is the rye bred"), grocery)
    items_of("add two rye bred and an oat cooky", grocery)
    monkeypatch.setattr("skills.understanding.parts.ItemsGrammar", _refuse)
    for said, sku in (("add three corn crakers", "CORN-CRACKER"), ("add three milled muesly", "MILLET-MUESLI")):
        (item,) = items_of(said, grocery)
        assert (item.sku, item.quantity) == (sku, 3)


def test_what_was_made_for_some_of_the_goods_is_not_kept_long() -> None:
    """A device hears unclear sentences for weeks, each about other goods; what is made for all goods stays."""
    graphs = Graphs(load)
    whole = cafe()
    made = [weakref.ref(_graph_of_one(graphs, whole, number)) for number in range(len(CAFE.products))]
    kept = weakref.ref(graphs.graph(whole))
    for _ in range(2):
        made += [weakref.ref(_graph_of_one(graphs, whole, number)) for number in range(len(CAFE.products))]
    gc.collect()
    assert len({id(ref()) for ref in made} - {id(None)}) == 8 < len(CAFE.products)
    assert kept() is not None


def _graph_of_one(graphs: Graphs, whole: Context, number: int) -> Graph:
    words = replace(CAFE, version=f"1/{number}", products=(CAFE.products[number],), part_of=CAFE.version)
    return graphs.graph(replace(whole, words=words), whole)


def _refuse(*_: object) -> NoReturn:
    raise AssertionError("made in a turn")
