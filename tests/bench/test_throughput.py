"""The throughput benchmark counts orders that are there, and misses those that are not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.market import PLENTY, open_market, scratch_database
from bench.throughput import lost_orders, run
from commerce.clock import SystemClock
from commerce.payments.trial_gateway import TrialGateway
from commerce.shop import Shop
from commerce.storage.database import Database


def test_two_customers_buy_in_processes_of_their_own(capsys: pytest.CaptureFixture[str]) -> None:
    """Orders were made, each took some time, nothing was lost, and on SQLite there is no ceiling to compare with."""
    assert run(None, [2], seconds=1, as_json=True) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["orders"] > 0
    assert 0 < found["p50"] <= found["p99"]
    assert found["processor"] > 0
    assert (found["customers"], found["processes"], found["ceiling"], found["lost"]) == (2, 2, None, [])


def test_an_order_that_was_answered_and_is_not_there_is_seen(tmp_path: Path) -> None:
    """One order is there: two answers are one too many."""
    with scratch_database(f"sqlite:///{tmp_path / 'market.db'}") as (url, folder):
        market = open_market(url, folder, 1, PLENTY)
        database = Database.open(url)
        shop = Shop.open(database, market.shop, SystemClock(), TrialGateway())
        quote = shop.checkout.quote("c0")
        shop.checkout.confirm("c0", quote.id, quote.digest, quote.id)
        assert list(lost_orders(market, answered=1)) == []
        assert list(lost_orders(market, answered=2)) == ["2 orders were answered and 1 are there"]
        database.close()
