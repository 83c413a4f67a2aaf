"""Many at once: the last unit is sold once, a double yes buys once, an account is emptied once."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from commerce.checkout import PaymentOutcome, Purchase
from commerce.errors import InsufficientStock
from commerce.payments.trial_gateway import TrialGateway
from tests.commerce.at_once import AT_ONCE, all_at_once
from tests.commerce.corner import Corner, open_corner
from tests.commerce.places import Place


@pytest.fixture
def corner(place: Place) -> Corner:
    return open_corner(place, TrialGateway(place.folder / "gateway.db"))


def test_parallel_yeses_to_one_quote_make_one_order(corner: Corner) -> None:
    """Three with the same key and three with keys of their own."""
    corner.fill(MILK=2)
    quote = corner.shop.checkout.quote("ben")
    answers = all_at_once(
        lambda index: corner.shop.checkout.confirm("ben", quote.id, quote.digest, f"key-{index // 3 * index}")
    )
    orders = {answer.order.number for answer in answers if isinstance(answer, Purchase)}
    assert len(orders) == 1
    assert len(answers) == AT_ONCE
    assert corner.stock("MILK") == 38
    assert len(corner.gateway.charges()) == 1
    assert corner.shop.checkout.confirm("ben", quote.id, quote.digest, "late").payment is PaymentOutcome.PAID
    assert corner.audit().sound


def test_the_last_bread_is_sold_once_to_parallel_buyers(corner: Corner) -> None:
    """Two customers confirm at the same moment, again and again with fresh bread: never two orders for one bread."""
    for _ in range(4):
        corner.shop.catalogue.set_stock("BREAD", 1)
        for customer in ("anna", "ben"):
            corner.shop.carts.clear(customer)
            corner.fill(customer, BREAD=1)
        quotes = {customer: corner.shop.checkout.quote(customer, "delivery") for customer in ("anna", "ben")}

        def confirm(index: int, quotes: dict = quotes) -> Purchase:  # type: ignore[type-arg]
            customer, code = (("anna", "4711"), ("ben", None))[index]
            quote = quotes[customer]
            return corner.shop.checkout.confirm(customer, quote.id, quote.digest, quote.id, code)

        answers = all_at_once(confirm, 2)
        assert Counter(isinstance(answer, Purchase) for answer in answers) == {True: 1, False: 1}
        assert InsufficientStock in answers
        assert corner.stock("BREAD") == 0


def test_workers_that_do_the_same_messages_at_once_charge_once(corner: Corner) -> None:
    """Six workers find six messages whose shopper's process died: each charge is made once."""
    for _ in range(AT_ONCE):
        corner.fill(MILK=1)
        corner.buy()
    with corner.database.connection() as connection:  # as if nobody had asked the gateway yet
        connection.exec_driver_sql("UPDATE payments SET state = 'requested', key = key || '-2' WHERE method = 'card'")
        connection.exec_driver_sql("UPDATE orders SET status = 'placed' WHERE status = 'paid'")
        connection.exec_driver_sql("UPDATE outbox SET done_at = NULL, claimed_until = NULL, attempts = 0")
    corner.clock.advance(seconds=30)
    all_at_once(lambda _: corner.shop.payments.work())
    again = [charge for charge in corner.gateway.charges() if charge.key.endswith("-2")]
    assert [charge.requests for charge in again] == [1] * AT_ONCE


def test_an_account_is_emptied_once_by_parallel_cancellations(corner: Corner) -> None:
    """Six threads cancel one order: one succeeds, and the credit comes back once."""
    corner.fill(MILK=1)
    number = corner.buy(pay_with="credit").order.number
    answers = all_at_once(lambda _: corner.shop.orders.cancel("ben", number).number)
    assert answers.count(number) == 1
    assert corner.shop.accounts.list("ben")[0].balance.amount == 2000
    assert corner.stock("MILK") == 40


BUYER = """
import json, sys
from pathlib import Path
from commerce.clock import FrozenClock
from commerce.errors import CommerceError
from commerce.payments.trial_gateway import TrialGateway
from tests.commerce.corner import NOON, join_corner

url, record, customer, quote, digest, key, code = sys.argv[1:]
corner = join_corner(url, TrialGateway(Path(record)), FrozenClock(NOON))
print("ready", flush=True)
sys.stdin.readline()
try:
    purchase = corner.shop.checkout.confirm(customer, quote, digest, key, code or None)
    print(json.dumps([purchase.order.number, purchase.payment.value]))
except CommerceError as refusal:
    print(json.dumps([refusal.code, None]))
"""


def buyer(corner: Corner, folder: Path, *words: str) -> subprocess.Popen[str]:
    """A process that confirms a quote as soon as it is told to."""
    command = [sys.executable, "-c", BUYER, corner.url, str(folder / "gateway.db"), *words]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def go(processes: list[subprocess.Popen[str]]) -> list[list[str]]:
    """Let all of them confirm now, and return what they print."""
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    return [json.loads(process.communicate(timeout=60)[0]) for process in processes]


def test_processes_that_say_yes_at_once_make_one_order(corner: Corner, place: Place) -> None:
    """A yes to the same quote from three processes, two of them with one key: one order, one charge."""
    corner.fill(MILK=2)
    quote = corner.shop.checkout.quote("ben")
    answers = go([buyer(corner, place.folder, "ben", quote.id, quote.digest, key, "") for key in ("a", "a", "b")])
    assert len({number for number, _ in answers}) == 1
    assert "paid" in {outcome for _, outcome in answers}
    assert corner.stock("MILK") == 38
    assert [charge.requests for charge in corner.gateway.charges()] == [1]
    assert corner.audit().sound


def test_processes_that_race_for_the_last_bread_sell_it_once(corner: Corner, place: Place) -> None:
    """Anna and Ben confirm in two processes at the same moment."""
    processes = []
    for customer, code in (("anna", "4711"), ("ben", "")):
        corner.fill(customer, BREAD=1)
        quote = corner.shop.checkout.quote(customer)
        processes.append(buyer(corner, place.folder, customer, quote.id, quote.digest, quote.id, code))
    answers = go(processes)
    assert sorted(outcome or "" for _, outcome in answers) == ["", "paid"]
    assert ["insufficient_stock", None] in answers
    assert corner.stock("BREAD") == 0
    assert len(corner.gateway.charges()) == 1
