"""A small shop whose customer also banks there, so that every intent can be said."""

from __future__ import annotations

from skills.contract import Expectation
from skills.understanding.context import Context, SayableProduct, SayableVariant, ShopWords


def product(key: str, *spoken: str, unit: str | None = None) -> SayableProduct:
    return SayableProduct(key, spoken, (SayableVariant(f"{key}-1"),), unit)


PRODUCTS = (
    product("milk", "milk", "whole milk", unit="carton"),
    product("oat-milk", "oat milk", unit="carton"),
    product("eggs", "eggs", "egg"),
    product("bread", "bread", unit="loaf"),
)


def moment(expects: Expectation = Expectation.ANYTHING, products: tuple[SayableProduct, ...] = PRODUCTS) -> Context:
    return Context(
        "en",
        ShopWords("corner", f"{len(products)} products", "groceries", products),
        expects,
        payees={"city-water": ("water", "water company"), "volt": ("electric", "electricity")},
        accounts={"checking": ("checking", "checking account"), "savings": ("savings", "savings account")},
    )
