"""The race's own check: it sees every promise that is broken, and never runs in a merchant's database."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bench.buyers import Answers
from bench.market import LAST, NotForBenchmarks, open_market, scratch_database
from bench.race import Promise, Shelf, broken
from commerce.clock import SystemClock
from commerce.payments.trial_gateway import TrialGateway
from commerce.shop import Shop
from commerce.storage.database import Database
from tests.commerce.corner import open_corner

PROMISE = Promise("two units, three buyers", tried=3, orders=2, units=2)
KEPT = Shelf(orders=2, left=0, charges={"a": 1, "b": 1}, balanced=True)


def answers(**orders: set[str]) -> Answers:
    return Answers(orders, Counter(insufficient_stock=1))


def test_a_promise_that_was_kept_is_not_called_broken() -> None:
    """Two orders for two units, told to two customers; the third was refused."""
    assert broken(PROMISE, KEPT, answers(anna={"1"}, ben={"2"})) == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"orders": 3}, "3 orders instead of 2"),
        ({"orders": 1}, "1 orders instead of 2"),
        ({"left": 1}, "1 units are left"),
        ({"charges": {"a": 1}}, "1 charges instead of 2"),
        ({"charges": {"a": 2, "b": 1}}, "a charge was asked for twice"),
        ({"balanced": False}, "the books do not balance"),
    ],
)
def test_what_the_database_should_not_hold_is_said(change: dict[str, Any], says: str) -> None:
    """One order, unit or charge too many or too few is enough."""
    assert says in broken(PROMISE, replace(KEPT, **change), answers(anna={"1"}, ben={"2"}))


def test_what_customers_should_not_be_told_is_said() -> None:
    """Two orders for one yes, one order for two customers, and a refusal that nobody can understand."""
    assert "a customer was told two orders" in broken(PROMISE, KEPT, answers(anna={"1", "2"}))
    assert "2 orders were told to customers" in broken(PROMISE, KEPT, answers(anna={"1"}, ben={"1"}))
    refused = Answers({"anna": {"1"}, "ben": {"2"}}, Counter(database_busy=1))
    assert "refused for no good reason: {'database_busy': 1}" in broken(PROMISE, KEPT, refused)


def test_a_merchants_database_is_left_alone(tmp_path: Path) -> None:
    """A benchmark in a database with a real shop is refused before it writes anything."""
    corner = open_corner(tmp_path)
    with pytest.raises(NotForBenchmarks), scratch_database(corner.url):
        pass
    assert corner.stock("MILK") == 40


def test_the_market_is_a_shop_in_which_one_can_buy(tmp_path: Path) -> None:
    """Every customer of it has one unit in the cart and gets a quote for it."""
    with scratch_database(f"sqlite:///{tmp_path / 'market.db'}") as (url, folder):
        market = open_market(url, folder, 3, LAST, units=2)
        database = Database.open(url)
        shop = Shop.open(database, market.shop, SystemClock(), TrialGateway())
        quotes = [shop.checkout.quote(customer) for customer in ("c0", "c1", "c2")]
        assert [quote.total.amount for quote in quotes] == [250] * 3
        assert shop.catalogue.availability(LAST).available == 2
        database.close()
