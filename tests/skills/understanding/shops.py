"""Small shops as the understanding sees them."""

from __future__ import annotations

from functools import cache

from skills.contract import Heard, Hypothesis, Item, Understood
from skills.understanding import Understanding
from skills.understanding.context import (
    Context,
    SayableChoice,
    SayableGroup,
    SayableProduct,
    SayableVariant,
    ShopWords,
)

AMOUNTS = ("a bit of", "a little bit of", "some", "a lot of", "lots of")
DRINKS = ("coffee", "iced coffee", "mocha", "iced mocha", "latte", "cappuccino", "americano", "espresso")


def group(key: str, names: tuple[str, ...], amounts: tuple[str, ...] = (), maximum: int = 1) -> SayableGroup:
    """A group whose choices are keyed by their names."""
    return SayableGroup(
        key, 0, maximum, amounts, tuple(SayableChoice(name.replace(" ", "-"), (name,)) for name in names)
    )


def product(name: str, groups: tuple[str, ...] = (), *others: str, unit: str | None = None) -> SayableProduct:
    """A product with one variant; the SKU is its name in capitals."""
    key = name.replace(" ", "-")
    return SayableProduct(key, (name, *others), (SayableVariant(key.upper()),), unit, groups)


CAFE = ShopWords(
    shop="cafe",
    version="1",
    kind="cafe",
    products=(
        *(product(name, ("size", "roast", "shots", "milk", "sweetener")) for name in DRINKS),
        product("croissant"),
        product("blueberry muffin"),
    ),
    groups=(
        group("size", ("small", "medium", "large", "twelve ounce", "twenty ounce")),
        group("roast", ("light roast", "dark roast")),
        group("shots", ("single shot", "double shot", "triple shot")),
        group("milk", ("milk", "cream", "soy milk", "almond milk"), AMOUNTS),
        group("sweetener", ("sugar", "brown sugar", "sweetener"), AMOUNTS),
    ),
)
PIZZERIA = ShopWords(
    shop="pizzeria",
    version="1",
    kind="pizzeria",
    products=(
        product("pizza", ("size", "toppings")),
        product("margherita", ("size", "toppings"), "margherita pizza"),
        product("mushrooms pizza", ("size", "toppings")),
        product("coke", (), "cola"),
        SayableProduct(
            "water",
            ("sparkling water", "water"),
            (SayableVariant("WATER-05", ("half litre",)), SayableVariant("WATER-1", ("one litre", "big"))),
            "bottle",
        ),
    ),
    groups=(
        group("size", ("small", "large")),
        group("toppings", ("ham", "mushrooms", "onions", "olives"), ("half", "extra"), maximum=8),
    ),
)

GROCERY = ShopWords(
    shop="grocery",
    version="1",
    kind="grocery",
    products=(product("oat milk", unit="carton"), product("oatmeal", unit="box"), product("honey", unit="jar")),
    units=("carton", "box", "jar", "bottle"),
)


@cache
def understanding() -> Understanding:
    """One for all tests: graphs are built once."""
    return Understanding()


def cafe() -> Context:
    """Anything can be said in the cafe."""
    return Context("en", CAFE)


def pizzeria() -> Context:
    """Anything can be said in the pizzeria."""
    return Context("en", PIZZERIA)


def grocery() -> Context:
    """Anything can be said in the grocery."""
    return Context("en", GROCERY)


def typed(text: str, language: str = "en") -> Heard:
    """Text from a keyboard."""
    return Heard("turn", language, (Hypothesis(text),), spoken=False)


def items_of(text: str, context: Context) -> tuple[Item, ...]:
    """The items of an order that is understood at once."""
    outcome = understanding().understand(typed(text), context)
    assert isinstance(outcome, Understood), outcome
    assert outcome.intent == "AddToCart", outcome
    items = outcome.slots["items"]
    assert isinstance(items, tuple)
    return items


def heard(*texts: str, apart: float = 1.0) -> Heard:
    """English hypotheses of one utterance, each so many nats less likely than the one before."""
    return Heard("turn", "en", tuple(Hypothesis(text, -3.0 - apart * i) for i, text in enumerate(texts)), spoken=True)


def spoken_options(item: Item) -> list[str]:
    """What was chosen, in words."""
    return [option.spoken for option in item.options]
