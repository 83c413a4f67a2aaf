"""Many channels at one cart: nothing that was said is lost, nobody waits for ever."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from tests.commerce.cafe import open_cafe
from tests.commerce.places import Place

ADD_TEN = """
import sys
from commerce.clock import SystemClock
from commerce.payments.trial_gateway import TrialGateway
from commerce.shop import Shop
from commerce.storage.database import Database
carts = Shop.open(Database.open(sys.argv[1]), "cafe", SystemClock(), TrialGateway()).carts
for _ in range(10):
    carts.add("anna", "LATTE")
"""


def test_threads_adding_and_removing_lose_nothing(place: Place) -> None:
    """Four threads add and take out lattes and cups of one cart: the sums are right, each version was used once."""
    cafe = open_cafe(place)
    carts = cafe.shop.carts
    start = carts.add("anna", "CUP", 40)

    def use(_: int) -> list[int]:
        versions = []
        for _ in range(5):
            versions.append(carts.add("anna", "LATTE", 2).version)
            versions.append(carts.remove("anna", 1, 1).version)
        return versions

    with ThreadPoolExecutor(4) as pool:
        versions = [version for seen in pool.map(use, range(4)) for version in seen]
    cart = carts.get("anna")
    assert [(line.sku, line.quantity) for line in cart.lines] == [("CUP", 40 - 20), ("LATTE", 40)]
    assert sorted(versions) == list(range(start.version + 1, start.version + 41))


def test_processes_share_a_cart(place: Place) -> None:
    """Two processes add ten lattes each to a cart that did not exist: twenty lie in one line."""
    cafe = open_cafe(place)
    command = [sys.executable, "-c", ADD_TEN, cafe.url]
    for process in [subprocess.Popen(command) for _ in range(2)]:
        assert process.wait(60) == 0
    assert [line.quantity for line in cafe.shop.carts.get("anna").lines] == [20]
