"""The whole shop against a simple model: a short run of what `bench/ledger.py` does for long."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

from bench.shop_machine import ShopMachine

TestShop = ShopMachine.TestCase
TestShop.settings = settings(
    max_examples=5,
    stateful_step_count=20,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
