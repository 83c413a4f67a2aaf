"""The moments of a conversation in which sentences are judged that say nothing about where they were said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from skills.contract import Expectation
from skills.dialogue.surroundings import Surroundings
from skills.understanding.context import Context
from voicecart.assembly import Assembly
from voicecart.settings import load_settings

LANGUAGE = "en"


def sample_shops(folder: Path) -> Assembly:
    """The sample shops in a fresh database under `folder`."""
    return Assembly(load_settings(database=f"sqlite:///{folder / 'bench.sqlite3'}"))


def context_of(assembly: Assembly, shop_key: str, expects: Expectation) -> Context:
    """What the first customer of a shop can say."""
    shop = assembly.shop(shop_key)
    surroundings = Surroundings(shop)
    customer = shop.customers.first().key
    context = surroundings.context(
        customer, LANGUAGE, surroundings.shelf(), shop.carts.get(customer).version, None, assembly.clock.now()
    )
    return replace(context, expects=expects)


def everything_sayable(assembly: Assembly, expects: Expectation) -> Context:
    """The household shop's customer who also banks here, so that every intent can be said.

    Test sentences don't say in which shop they were said, so none of the intents may be ruled out by it.
    """
    shop, bank = context_of(assembly, "home", expects), context_of(assembly, "bank", expects)
    return replace(shop, payees={**bank.payees, **shop.payees}, accounts={**bank.accounts, **shop.accounts})
