"""The whole shop against a simple model: a short run of what `bench/ledger.py` does for long."""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from bench.shop_machine import ShopMachine
from tests.commerce.places import Place

A_FEW = settings(
    max_examples=4,
    stateful_step_count=20,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)


def test_the_shop_agrees_with_a_simple_model(place: Place) -> None:
    """Whatever customer, merchant and gateway do, in any order: carts, shelves, orders and books are as they should."""
    ShopMachine.home = place.open(place.fresh())
    ShopMachine.home.upgrade()
    run_state_machine_as_test(ShopMachine, settings=A_FEW)
