"""The merchant's commands: what they change, what they print, and what a mistake gets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from commerce.errors import (
    AmountOutOfRange,
    CommerceError,
    DatabaseUnusable,
    IllegalTransition,
    InvalidCustomer,
    StillServed,
    StillToShip,
    UnknownCustomer,
    UnknownOrder,
    UnknownReturn,
    UnknownSku,
)
from tests.commerce.corner import Corner, open_corner
from tests.commerce.places import Place
from tests.commerce.promotions_shop import open_with
from voicecart.cli import application
from voicecart.commands.options import UsageProblem

ADDRESS = ("--street", "9 Elm", "--city", "Springfield", "--postcode", "01109")


class Till:
    """The command line at the corner shop's till."""

    def __init__(self, corner: Corner) -> None:
        self.corner = corner

    def run(self, *words: str, said: str = "") -> Result:
        """A command; its error, if it ends in one, is raised as `main` would catch it."""
        shop = () if words[0] == "db" else ("--shop", "corner")
        result = CliRunner().invoke(application(), [*words, *shop, "--database", self.corner.url], input=said)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    def json(self, *words: str) -> list[dict[str, Any]]:
        """What a command prints for machines."""
        return [json.loads(line) for line in self.run(*words, "--json").stdout.splitlines()]


@pytest.fixture
def till(tmp_path: Path) -> Till:
    return Till(open_corner(tmp_path))


def an_order(till: Till, pay_with: str | None = None) -> str:
    till.corner.fill(MILK=2)
    return till.corner.buy(pay_with=pay_with).order.number


def test_an_order_goes_its_way_at_the_till(till: Till) -> None:
    """Seen, accepted, sent with a number to follow, delivered; each step shows where the order is."""
    number = an_order(till)
    assert [sale["number"] for sale in till.json("order", "list", "--status", "paid")] == [number]
    shown = [till.json("order", step, number)[0]["status"] for step in ("accept", "dispatch", "deliver")]
    assert shown == ["accepted", "dispatched", "delivered"]
    sale = till.json("order", "show", number)[0]
    assert sale["customer"] == {"key": "ben", "name": "Ben"}
    assert sale["payment"] == {"method": "card", "state": "captured"}
    assert [(line["sku"], line["quantity"], line["total"]) for line in sale["lines"]] == [("MILK", 2, 498)]
    assert [change["status"] for change in sale["history"]] == ["placed", "paid", "accepted", "dispatched", "delivered"]
    assert "3 Oak Road" in till.run("order", "show", number).stdout


def test_a_cancelled_order_frees_its_stock(till: Till) -> None:
    """Two bottles come back to the shelf, and what was sent can't be cancelled any more."""
    number = an_order(till)
    assert till.json("order", "cancel", number)[0]["status"] == "cancelled"
    assert till.corner.stock("MILK") == 40
    with pytest.raises(IllegalTransition):
        till.run("order", "accept", number)
    with pytest.raises(UnknownOrder):
        till.run("order", "show", "1")


def test_money_goes_back_in_part_and_once_a_key(till: Till) -> None:
    """Half a dollar for a dented bottle, sent twice under one key: the store credit grows by half a dollar."""
    number = an_order(till, "credit")
    before = till.corner.shop.accounts.list("ben")[0].balance.amount
    for _ in range(2):
        till.run("order", "refund", number, "--amount", "0.50", "--key", "dent")
    assert till.corner.shop.accounts.list("ben")[0].balance.amount == before + 50
    with pytest.raises(CommerceError):
        till.run("order", "refund", number, "--amount", "500")
    assert till.corner.audit().sound


def test_a_part_of_an_order_is_sent_first(till: Till) -> None:
    """One of two bottles leaves: the order is not delivered before the other one has left, too."""
    number = an_order(till)
    line = till.json("order", "show", number)[0]["lines"][0]["line"]
    till.run("order", "dispatch", number, "--units", f"{line}=1", "--carrier", "UPS")
    assert till.corner.shop.shipping.left(number) == {line: 1}
    with pytest.raises(StillToShip):
        till.run("order", "deliver", number)
    till.run("order", "dispatch", number)
    assert till.json("order", "deliver", number)[0]["status"] == "delivered"
    with pytest.raises(UsageProblem):
        till.run("order", "dispatch", number, "--units", "one")


def test_goods_come_back_over_the_counter(till: Till) -> None:
    """One return is received, and its money goes back to the store credit; another one never came."""
    number = an_order(till, "credit")
    before = till.corner.shop.accounts.list("ben")[0].balance.amount
    for step in ("dispatch", "deliver"):
        till.run("order", step, number)
    line = till.corner.shop.orders.show(number).lines[0].number
    for _ in range(2):
        till.corner.shop.returns.ask("ben", number, {line: 1}, "too much")
    first, second = till.json("return", "list", number)
    assert (first["state"], first["units"], first["reason"]) == ("expected", {str(line): 1}, "too much")
    assert till.json("return", "receive", number, str(first["id"]), "--no-restock")[0]["state"] == "received"
    assert till.json("return", "close", number, str(second["id"]))[0]["state"] == "closed"
    assert "received" in till.run("return", "list", number).stdout
    assert till.corner.shop.accounts.list("ben")[0].balance.amount == before + 249
    assert till.corner.stock("MILK") == 38
    with pytest.raises(UnknownReturn):
        till.run("return", "receive", number, str(first["id"]))


def test_promotions_and_points_are_seen(tmp_path: Path) -> None:
    """A coupon with its uses, what it took off an order, and points that were earned and given, once a key."""
    till = Till(open_with(Place(tmp_path)))
    till.corner.fill(MILK=2)
    till.corner.shop.promotions.use_coupon("ben", "LAST")
    number = till.corner.buy().order.number
    listed = {one["code"]: one for one in till.json("promotion", "list")}
    assert (listed["LAST"]["used"], listed["LAST"]["uses"], listed["LAST"]["runs"]) == (1, 1, False)
    assert (listed["TwoOff"]["runs"], listed["OVER"]["runs"]) == (True, False)
    assert "1 of 1" in till.run("promotion", "list").stdout
    assert till.json("order", "show", number)[0]["discounts"][0]["amount"] == 200
    assert "took off $2.00" in till.run("order", "show", number).stdout
    for _ in range(2):
        till.run("points", "grant", "ben", "10", "--key", "sorry")
    assert till.json("points", "show", "ben")[0] == {
        "customer": "ben",
        "name": "Corner points",
        "balance": 10 + 2,
        "worth": 60,
        "currency": "USD",
    }
    with pytest.raises(AmountOutOfRange):
        till.run("points", "grant", "ben", "0")


def test_a_day_is_summed_up(till: Till) -> None:
    """Two orders, one cancelled: one counts, one is lost, one waits to be accepted, and bread is nearly out."""
    till.json("order", "cancel", an_order(till))
    an_order(till)
    summary = till.json("shop", "summary", "--day", "2026-03-02")[0]
    assert (summary["orders"], summary["lost"], summary["taken"]) == (1, 1, 498 + 390)
    assert summary["to_accept"] == 1
    assert summary["best"] == [{"sku": "MILK", "name": "Milk", "units": 2}]
    assert [shelf["sku"] for shelf in summary["few"]] == ["BREAD"]
    with pytest.raises(UsageProblem):
        till.run("shop", "summary", "--day", "yesterday")


def test_shelf_and_price_are_set(till: Till) -> None:
    """What was set is what is sold from then on; a quote that was read out keeps its price."""
    till.corner.fill(MILK=1)
    quote = till.corner.shop.checkout.quote("ben")
    assert till.json("stock", "set", "MILK", "7")[0]["available"] == 7
    assert till.json("price", "set", "MILK", "3.15")[0]["price"] == 315
    assert till.corner.shop.carts.get("ben").subtotal.amount == 315
    bought = till.corner.shop.checkout.confirm("ben", quote.id, quote.digest, "yes")
    assert bought.order.total == quote.total
    assert till.json("stock", "set", "MILK", "uncounted")[0]["available"] is None
    assert [one["sku"] for one in till.json("stock", "list", "--below", "5")] == ["BREAD"]


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("stock", "set", "MILK", "many"), UsageProblem),
        (("stock", "set", "MILK", "99999999999999999999"), UsageProblem),
        (("stock", "set", "NOTHING", "1"), UnknownSku),
        (("price", "set", "MILK", "2.495"), UsageProblem),
        (("price", "set", "MILK", "1e30"), UsageProblem),
        (("price", "set", "MILK", "inf"), UsageProblem),
        (("price", "set", "NOTHING", "1"), UnknownSku),
        (("customer", "export", "nobody"), UnknownCustomer),
        (("customer", "address", "ben", *ADDRESS, "--country", "usa"), InvalidCustomer),
    ],
)
def test_a_mistake_is_one_line_and_changes_nothing(till: Till, words: tuple[str, ...], error: type[Exception]) -> None:
    """Numbers that are none, prices below zero, names that nobody knows."""
    with pytest.raises(error) as refused:
        till.run(*words)
    assert "\n" not in str(refused.value)
    assert till.corner.stock("MILK") == 40
    assert till.corner.shop.catalogue.variant("MILK").price.amount == 249


def test_a_customer_is_added_and_can_buy(till: Till) -> None:
    """Added, given an address and a code; the code is read from the pipe and shown nowhere."""
    till.run("customer", "add", "dora", "--name", "Dora", "--spend-cap", "50")
    till.run("customer", "address", "dora", *ADDRESS, "--country", "US")
    assert "2580" not in till.run("customer", "reset-code", "dora", said="2580\n").output
    till.corner.fill("dora", MILK=1)
    assert till.corner.buy("dora", code="2580").order.address == "9 Elm, Springfield, 01109"
    listed = {one["key"]: one for one in till.json("customer", "list")}
    assert (listed["dora"]["spend_cap"], listed["dora"]["has_code"]) == (5000, True)
    till.run("customer", "reset-code", "dora", "--remove")
    assert not till.corner.shop.customers.get("dora").has_code


def test_a_customer_gets_the_data_and_is_forgotten(till: Till, tmp_path: Path) -> None:
    """The export is a file for one's own eyes; forgetting asks first and waits for orders under way."""
    out = tmp_path / "anna.json"
    till.run("customer", "export", "anna", "--out", str(out))
    assert json.loads(out.read_text())["customers"][0]["name"] == "Anna"
    assert out.stat().st_mode & 0o077 == 0
    with pytest.raises(UsageProblem):
        till.run("customer", "export", "anna", "--out", str(out))
    with pytest.raises(UsageProblem):
        till.run("customer", "erase", "anna", said="n\n")
    assert till.json("customer", "erase", "anna", "--yes")[0]["removed"]["addresses"] == 1
    with pytest.raises(UnknownCustomer):
        till.corner.shop.customers.get("anna")
    with pytest.raises(StillServed):
        till.run("customer", "erase", "ben", "--yes")


def test_the_database_is_checked_backed_up_and_restored(till: Till, tmp_path: Path) -> None:
    """All is well; a balance that was changed by hand is found, and a restore makes it good."""
    backup = str(tmp_path / "shop.backup")
    till.run("db", "backup", backup)
    assert all(finding["ok"] for finding in till.json("db", "check"))
    with till.corner.database.connection() as connection:
        connection.exec_driver_sql("UPDATE ledger_balances SET balance = balance + 1")
    assert till.run("db", "check").exit_code == 1
    with pytest.raises(CommerceError, match="--force"):
        till.run("db", "restore", backup)
    assert till.run("db", "restore", backup, "--force").exit_code == 0
    assert till.run("db", "check").exit_code == 0


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    """A slip of the finger in the name: nothing to check, nothing to back up, and no new file."""
    url = f"sqlite:///{tmp_path / 'shpo.db'}"
    for words in (("db", "check"), ("db", "backup", str(tmp_path / "x.backup"))):
        result = CliRunner().invoke(application(), [*words, "--database", url])
        assert isinstance(result.exception, DatabaseUnusable)
        assert "no such file" in str(result.exception)
    assert list(tmp_path.iterdir()) == []


def test_every_command_says_how_it_is_used() -> None:
    """Each command of the merchant has a line of help and an example."""
    for group in ("order", "return", "stock", "price", "promotion", "points", "customer", "db"):
        listed = next(found for found in application().registered_groups if found.name == group).typer_instance
        assert listed is not None
        for command in listed.registered_commands:
            assert command.callback is not None
            assert command.callback.__doc__, command.name
            assert command.epilog is not None, command.name
            assert f"voicecart {group} " in command.epilog, command.name
