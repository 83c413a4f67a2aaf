"""What can be said now: the shop, the customer and the open question, put together for the understanding."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from commerce.history import Usual
from commerce.shop import Shop
from skills.contract import Expectation
from skills.dialogue.answering import EXPECTATIONS
from skills.dialogue.session import OpenQuestion
from skills.intents.answer import AskChoice, AskSlot
from skills.intents.shelf import Shelf, shelf_of
from skills.understanding.context import Context, ShopWords

KEPT = timedelta(minutes=1)  # habits and names change with orders and settings, not with turns
_OWN_HABIT = 0.5  # least weight of what the customer bought; what only others buy stays below
_REMEMBERED_CUSTOMERS = 1000


@dataclass(frozen=True, slots=True)
class _Acquaintance:
    """What is known of a customer for a while."""

    version: str
    made_at: datetime
    priors: Mapping[str, float]
    bought: frozenset[str]
    payees: Mapping[str, tuple[str, ...]]
    accounts: Mapping[str, tuple[str, ...]]
    addresses: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Fashion:
    """What is known of the shop for a while. weights: of its products, by what all customers buy."""

    version: str
    made_at: datetime
    weights: Mapping[str, float]
    coupons: Mapping[str, tuple[str, ...]]


class Surroundings:
    """The moment's surroundings in one shop; what changes seldom is kept. Safe to share between threads."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._lock = Lock()
        self._shelf: Shelf | None = None
        self._fashion: _Fashion | None = None
        self._known_customers: dict[str, _Acquaintance] = {}
        self._carts: dict[str, tuple[int, tuple[str, ...]]] = {}

    def shelf(self, version: str | None = None) -> Shelf:
        """The shop's goods, read again only when the catalogue has changed. version: its version, where it is known."""
        version = version or self._shop.catalogue.version()
        with self._lock:
            if self._shelf is None or self._shelf.words.version != version:
                products = self._shop.catalogue.products()
                self._shelf = shelf_of(self._shop.info.key, self._shop.info.kind, version, products)
                self._known_customers.clear()
            return self._shelf

    def context(
        self, customer: str, language: str, shelf: Shelf, cart_version: int, top: OpenQuestion | None, now: datetime
    ) -> Context:
        """What this customer can say now. top: the question asked last, if it is still open."""
        question = top.question if top else None
        known, fashion = self._known(customer, shelf, now), self._in_fashion(shelf, now)
        return Context(
            language=language,
            words=shelf.words,
            expects=EXPECTATIONS[type(question)] if question else Expectation.ANYTHING,
            slot=question.slot if isinstance(question, AskSlot) else None,
            choices=question.choices if isinstance(question, AskChoice) else (),
            priors=known.priors,
            bought=known.bought,
            in_cart=self._in_cart(customer, cart_version),
            payees=known.payees,
            accounts=known.accounts,
            addresses=known.addresses,
            coupons=fashion.coupons,
        )

    def _in_cart(self, customer: str, version: int) -> tuple[str, ...]:
        """Keys of the products in the cart. version: the cart's; the cart is read only when it is another one."""
        if version == 0:  # there was never one
            return ()
        seen = self._carts.get(customer)
        if seen is None or seen[0] != version:
            seen = version, self._shop.carts.products(customer)
            with self._lock:
                _make_room(self._carts)
                self._carts[customer] = seen
        return seen[1]

    def _known(self, customer: str, shelf: Shelf, now: datetime) -> _Acquaintance:
        kept = self._known_customers.get(customer)
        if kept and kept.version == shelf.words.version and now - kept.made_at < KEPT:
            return kept
        found = self._shop.customers.get(customer)
        habits = self._shop.history.usual(customer, shelf.products.keys())
        known = _Acquaintance(
            shelf.words.version,
            now,
            self._weigh(habits, self._in_fashion(shelf, now)),
            frozenset(habit.product_key for habit in habits),
            {payee.key: (payee.name, *payee.spoken) for payee in found.payees},
            {account.key: (account.name, *account.spoken) for account in self._shop.accounts.list(customer)},
            {address.key: (address.name,) for address in found.addresses},
        )
        with self._lock:
            _make_room(self._known_customers)
            self._known_customers[customer] = known
        return known

    def _in_fashion(self, shelf: Shelf, now: datetime) -> _Fashion:
        """What goes for all customers, read once for all of them; up to 0.5 for a product, by units sold."""
        kept = self._fashion
        if kept and kept.version == shelf.words.version and now - kept.made_at < KEPT:
            return kept
        weights: dict[str, float] = {}
        sold = self._shop.history.popularity()
        most = max(sold.values(), default=1)
        for sku, units in sold.items():
            if (variant := shelf.variants.get(sku)) is not None:
                weight = _OWN_HABIT * units / most
                weights[variant.product_key] = max(weights.get(variant.product_key, 0.0), weight)
        coupons = {coupon.key: (coupon.code or "", *coupon.spoken) for coupon in self._shop.promotions.coupons()}
        self._fashion = _Fashion(shelf.words.version, now, weights, coupons)
        return self._fashion

    def _weigh(self, habits: Sequence[Usual], fashion: _Fashion) -> dict[str, float]:
        """Own purchases weigh 0.5 to 1 by share, other customers' up to 0.5."""
        weights = dict(fashion.weights)
        for habit in habits:
            weight = _OWN_HABIT + (1 - _OWN_HABIT) * habit.share
            weights[habit.product_key] = max(weights.get(habit.product_key, 0.0), weight)
        return weights


def moments(words: ShopWords, language: str) -> Iterator[Context]:
    """Every kind of moment in which customers of a shop speak, whoever they are: what may be expected of them, and
    whether they have accounts.
    """
    named = {"any": ("any",)}
    payees = named if words.kind == "bank" else {}
    for expects in (Expectation.ANYTHING, *EXPECTATIONS.values()):
        yield Context(language, words, expects=expects, addresses=named)
        yield Context(language, words, expects=expects, addresses=named, accounts=named, payees=payees)


def _make_room(kept: dict[str, Any]) -> None:
    if len(kept) >= _REMEMBERED_CUSTOMERS:
        kept.clear()
