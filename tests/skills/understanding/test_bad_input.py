"""Menus that contradict themselves, menus too large for a graph, and texts that nobody would say: always an outcome."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from skills.contract import Item, NotUnderstood, Reason, Understood, Unsure
from skills.understanding import parts
from skills.understanding.context import Context, SayableChoice, SayableGroup, SayableProduct, SayableVariant, ShopWords
from tests.skills.understanding.shops import CAFE, cafe, group, product, typed, understanding

NAMES = st.sampled_from(
    [
        "latte",
        "no",
        "and",
        "one",
        "with",
        "checkout",
        "yes",
        "a",
        "",
        "  ",
        "?!",
        "😀",
        "우유",
        "two",
        "large",
        "\x00",
        "x" * 300,
    ]
)
SPOKEN = st.lists(NAMES, max_size=3).map(tuple)
GROUPS = st.lists(
    st.builds(
        SayableGroup,
        key=st.sampled_from(["size", "milk"]),
        minimum=st.integers(-1, 3),
        maximum=st.integers(-1, 3),
        amounts=st.lists(st.sampled_from(["a bit of", "no", "one", ""]), max_size=2).map(tuple),
        choices=st.lists(
            st.builds(SayableChoice, key=st.sampled_from(["small", "soy", "no"]), spoken=st.tuples(NAMES, NAMES)),
            max_size=3,
        ).map(tuple),
    ),
    max_size=3,
).map(tuple)
PRODUCTS = st.lists(
    st.builds(
        SayableProduct,
        key=st.sampled_from(["latte", "mocha"]),
        spoken=st.tuples(NAMES, NAMES),
        variants=st.lists(
            st.builds(SayableVariant, sku=st.sampled_from(["A", "B"]), spoken=SPOKEN), min_size=1, max_size=2
        ).map(tuple),
        unit=st.one_of(st.none(), NAMES),
        groups=st.lists(st.sampled_from(["size", "milk", "gone"]), max_size=3).map(tuple),
    ),
    max_size=4,
).map(tuple)
ORDERS = st.lists(st.one_of(NAMES, st.sampled_from(["add", "small", "soy", "a bit of", "the other"])), max_size=12).map(
    " ".join
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(products=PRODUCTS, groups=GROUPS, text=ORDERS)
@example(products=(product("latte", ("milk",)),), groups=(group("milk", ("...",), ("", "a bit of")),), text="a latte")
def test_a_menu_that_contradicts_itself(
    products: tuple[SayableProduct, ...], groups: tuple[SayableGroup, ...], text: str
) -> None:
    """Groups that need more than they have, names that are commands, empty or twice there, keys of nothing."""
    context = Context("en", ShopWords("odd", repr((products, groups)), "cafe", products, groups))
    outcome = understanding().understand(typed(text), context)
    assert isinstance(outcome, Understood | Unsure | NotUnderstood)


def test_a_menu_that_is_too_large(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """Twenty groups of five hundred choices: nothing is understood there, and another shop is served all the same.

    The log names the shop once, and the graph is not tried again at each turn.
    """
    groups = tuple(group(f"group-{i}", tuple(f"choice {i} {j}" for j in range(500))) for i in range(20))
    dish = product("dish", tuple(one.key for one in groups))
    context = Context("en", ShopWords("huge", "1", "pizzeria", (dish,), groups))
    reader = understanding()
    assert reader.understand(typed("add a dish to my cart"), context) == NotUnderstood(Reason.UNCLEAR)
    monkeypatch.setattr(parts, "ItemsGrammar", lambda *_: pytest.fail("the graph was built again"))
    assert reader.understand(typed("add a dish to my cart"), context) == NotUnderstood(Reason.UNCLEAR)
    monkeypatch.undo()
    assert [record.message.split(",")[0] for record in caplog.records] == ["nothing can be understood in shop huge"]
    assert isinstance(reader.understand(typed("add a latte to my cart"), cafe()), Understood)


@pytest.mark.parametrize(
    "text",
    [
        "x" * 1_999,
        "add " + "x" * 1_900,
        "add a latte " + "and a latte " * 22,
        "no " * 79,
        "one two three four five six seven eight nine ten " * 7,
        "😀" * 500,
        "add\x00a\x1b[31m latte\u202e",
        "우유 두 개 " * 20,
        "牛奶" * 300,
        "$20 12,5 1e9 ½ " * 15,
    ],
)
def test_texts_that_nobody_would_say(text: str) -> None:
    """As long as is still looked at, without spaces, without letters, in other scripts."""
    outcome = understanding().understand(typed(text), cafe())
    assert isinstance(outcome, Understood | Unsure | NotUnderstood)


def test_a_product_that_is_named_like_a_command_can_be_ordered() -> None:
    """ "Checkout" is a gum here; by itself the word still goes to the till."""
    gum = product("checkout")
    context = Context("en", replace(CAFE, shop="gums", kind="groceries", products=(*CAFE.products, gum)))
    reader = understanding()
    ordered = reader.understand(typed("add checkout to my cart"), context)
    assert isinstance(ordered, Understood)
    items = ordered.slots["items"]
    assert isinstance(items, tuple)
    assert items == (Item("CHECKOUT", "checkout", products=("checkout",)),)
    alone = reader.understand(typed("checkout"), context)
    assert isinstance(alone, Understood)
    assert alone.intent == "Checkout"
