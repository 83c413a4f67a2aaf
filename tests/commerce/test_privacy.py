"""A customer's data: shown whole, forgotten whole, and everybody else's left alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from commerce.errors import CustomerExists, InvalidCustomer, NoCode, StillServed, UnknownCustomer
from commerce.notifications.contacts import Notifications
from commerce.order_states import OrderStatus
from commerce.privacy.exporting import everything_about
from commerce.privacy.fates import IMPERSONAL, KEPT, REMOVED
from commerce.privacy.forgetting import forget
from commerce.registering import add_customer, remove_code, set_address
from commerce.sessions import Sessions
from commerce.storage.tables import Base
from tests.commerce.corner import Corner, open_corner
from tests.commerce.places import Place
from tests.commerce.promotions_shop import open_with

MARKER = "zebra"  # in everything personal that zoe ever said
ZOE = {
    "key": f"{MARKER}-zoe",
    "name": f"Zoe {MARKER}",
    "email": f"zoe@{MARKER}.example",
    "code": "4711",
    "addresses": [
        {"key": f"{MARKER}-home", "name": MARKER, "street": f"1 {MARKER} Road", "city": MARKER.title()}
        | {"region": MARKER, "postcode": MARKER, "country": "US"}
    ],
    "payees": [{"key": f"{MARKER}-power", "name": f"{MARKER} Power", "spoken": [f"{MARKER} bill"]}],
    "payment_methods": [{"key": f"{MARKER}-visa", "token": f"tok-{MARKER}", "name": f"{MARKER} card"}],
    "accounts": [
        {"key": f"{MARKER}-credit", "name": f"{MARKER} credit", "kind": "store", "balance": 90}
        | {"transactions": [{"day": "-2d", "amount": 5, "merchant": f"{MARKER} Cinema", "category": MARKER}]}
    ],
    "bills": [{"key": f"{MARKER}-bill", "payee": f"{MARKER}-power", "amount": 30, "due": "+3d"}],
}
KEY = str(ZOE["key"])


@pytest.fixture
def corner(place: Place) -> Corner:
    return open_with(place)


@pytest.fixture
def served(corner: Corner) -> Corner:
    """Zoe has bought by card and on credit, paid a bill, cancelled, talked, wished, and has points and a cart."""
    add_customer(corner.database, corner.shop.info, corner.clock, ZOE)
    Notifications(corner.database, corner.shop.info, corner.clock).set_phone(KEY, "+15550100")
    for pay_with in (None, f"{MARKER}-credit", "delivery"):
        corner.fill(KEY, MILK=1)
        number = corner.buy(KEY, pay_with, "4711").order.number
        for status in (OrderStatus.ACCEPTED, OrderStatus.DISPATCHED, OrderStatus.DELIVERED):
            corner.shop.orders.advance(number, status)
    corner.shop.promotions.grant(KEY, 30, "welcome")
    corner.fill(KEY, MILK=1)
    corner.shop.orders.cancel(KEY, corner.buy(KEY, None, "4711").order.number)
    bill, account = corner.shop.accounts.bills(KEY)[0], corner.shop.accounts.list(KEY)[0]
    quote = corner.shop.checkout.quote_bill(KEY, bill.id, account.id)
    corner.shop.checkout.confirm(KEY, quote.id, quote.digest, quote.id, "4711")
    sessions = Sessions(corner.database, "corner", corner.clock)
    sessions.give_back(sessions.take(KEY, f"{MARKER}-kitchen", f"{MARKER}-turn"), f'{{"said": "{MARKER}"}}')
    corner.fill(KEY, MILK=2)
    corner.shop.carts.add(KEY, "MILK")
    corner.shop.promotions.use_points(KEY)
    corner.shop.wishes.add(KEY, "WINE")
    corner.pass_time(seconds=100)
    return corner


def everything(corner: Corner) -> dict[str, list[str]]:
    """Every row of every table, as text."""
    with corner.database.reading() as session:
        return {
            table.name: [str(tuple(row)) for row in session.execute(select(table).order_by(*table.primary_key))]
            for table in Base.metadata.sorted_tables
        }


def marked(corner: Corner) -> set[str]:
    """The tables in which the marker is."""
    rows = everything(corner)
    return {table for table in rows if any(MARKER in row.lower() for row in rows[table])}


def test_every_table_has_a_fate() -> None:
    """A table that somebody adds must say what it knows about customers, and no table has two fates."""
    fates = [*IMPERSONAL, *REMOVED, *KEPT]
    assert set(Base.metadata.tables) <= set(fates)
    assert len(fates) == len(set(fates))


def test_every_column_that_is_written_over_exists() -> None:
    """The list of what is blanked names real columns."""
    for table, columns in KEPT.items():
        if table in Base.metadata.tables:
            assert set(columns) <= set(Base.metadata.tables[table].c.keys()), table


def test_an_export_shows_what_is_known(served: Corner) -> None:
    """Names, cards, conversations, orders: every table that names zoe is in it, and no secret is."""
    shown = everything_about(served.database, served.shop.info, KEY)
    assert marked(served) <= set(shown)
    for table in marked(served):
        assert MARKER in str(shown[table]).lower(), table
    assert len(shown["orders"]) == 5
    assert (len(shown["wishes"]), len(shown["cart_benefits"])) == (1, 1)
    assert any(account["code"].startswith("points:") for account in shown["ledger_accounts"])
    assert shown["customers"][0]["email"] == ZOE["email"]
    assert "hash" not in shown["voice_codes"][0]
    assert "ben" not in str(shown["customers"])
    with pytest.raises(UnknownCustomer):
        everything_about(served.database, served.shop.info, "nobody")


def test_after_forgetting_nothing_personal_is_in_any_table(served: Corner) -> None:
    """The marker was in many tables and is in none; orders and books are there and balance, others lost nothing."""
    before, others = marked(served), everything_about(served.database, served.shop.info, "ben")
    audit, orders = served.audit(), len(everything(served)["orders"])
    assert len(before) > 10

    forgotten = forget(served.database, served.shop.info, served.clock, KEY)

    assert marked(served) == set()
    assert [forgotten.removed[table] for table in ("addresses", "wishes", "cart_benefits")] == [1, 1, 1]
    assert forgotten.kept["orders"] == 5
    assert len(everything(served)["orders"]) == orders
    assert served.audit() == audit
    assert audit.sound
    assert everything_about(served.database, served.shop.info, "ben") == others
    with pytest.raises(UnknownCustomer):
        served.shop.customers.get(KEY)
    code = re.compile("(?<![0-9a-f])4711(?![0-9a-f])")  # by itself: random digests hold any four digits now and then
    assert not any(code.search(row) for rows in everything(served).values() for row in rows)


def test_a_forgotten_customer_is_in_no_byte_of_the_file(tmp_path: Path) -> None:
    """SQLite's free pages and its log hold nothing either."""
    corner = open_corner(tmp_path)
    add_customer(corner.database, corner.shop.info, corner.clock, ZOE)
    corner.fill(KEY, MILK=1)
    forget(corner.database, corner.shop.info, corner.clock, KEY)
    files = list(tmp_path.glob("shop.db*"))
    assert len(files) > 1  # the log is there
    assert [file.name for file in files if MARKER.encode() in file.read_bytes().lower()] == []


def test_what_was_reserved_goes_back_to_the_shelf(corner: Corner) -> None:
    """Three bottles were held for ben."""
    by = corner.shop.reservations
    by.hold("ben", "MILK", 3)
    for number in ("700", "701"):
        with corner.database.connection() as connection:
            connection.exec_driver_sql(f"UPDATE orders SET status = 'delivered' WHERE number = '{number}'")
    forget(corner.database, corner.shop.info, corner.clock, "ben")
    assert corner.stock("MILK") == 40


def test_nobody_is_forgotten_while_an_order_is_under_way(corner: Corner) -> None:
    """A parcel that is to be sent needs its address: the orders are named, and nothing changed."""
    corner.fill(MILK=1)
    number = corner.buy("ben").order.number
    before = everything(corner)
    with pytest.raises(StillServed) as refused:
        forget(corner.database, corner.shop.info, corner.clock, "ben")
    assert number in refused.value.orders
    assert everything(corner) == before


def test_a_new_customer_can_buy_at_once(corner: Corner) -> None:
    """With an address and a code of their own; the same key can't be taken twice."""
    fields = {"key": "dora", "name": "Dora", "email": "dora@example.com", "code": "1234"}
    assert add_customer(corner.database, corner.shop.info, corner.clock, fields).has_code
    where = {"key": "home", "name": "home", "city": "Springfield", "postcode": "01109", "country": "US"}
    for street in ("9 Elm", "10 Elm"):
        set_address(corner.database, corner.shop.info, corner.clock, "dora", where | {"street": street})
    corner.fill("dora", MILK=1)
    assert corner.shop.checkout.quote("dora").address == "10 Elm, Springfield, 01109"
    with pytest.raises(CustomerExists):
        add_customer(corner.database, corner.shop.info, corner.clock, fields)


@pytest.mark.parametrize(
    "wrong", [{"email": "nobody"}, {"key": "No Key"}, {"name": ""}, {"code": "12"}, {"shoe_size": 44}]
)
def test_what_can_not_be_kept_is_named(corner: Corner, wrong: dict[str, object]) -> None:
    """The error names the field, and no customer was made."""
    with pytest.raises(InvalidCustomer) as refused:
        add_customer(corner.database, corner.shop.info, corner.clock, {"key": "dora", "name": "Dora"} | wrong)
    assert next(iter(wrong)) in str(refused.value)
    assert len(corner.shop.customers.list()) == 3


def test_a_code_that_is_removed_opens_nothing(corner: Corner) -> None:
    """After three wrong tries the merchant takes the code away; the old one is no use any more."""
    remove_code(corner.database, corner.shop.info, "anna")
    with pytest.raises(NoCode):
        corner.shop.customers.check_code("anna", "4711")


def test_somebody_who_never_did_anything_is_forgotten_too(corner: Corner) -> None:
    """One row stays, without a name."""
    add_customer(corner.database, corner.shop.info, corner.clock, {"key": "eve", "name": "Eve"})
    forgotten = forget(corner.database, corner.shop.info, corner.clock, "eve")
    assert {table: rows for table, rows in forgotten.kept.items() if rows} == {"customers": 1}
