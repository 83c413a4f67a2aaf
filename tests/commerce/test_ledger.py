"""The books: every transfer has two sides, nothing is changed, nobody spends what is not there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from commerce.errors import (
    AmountOutOfRange,
    IdempotencyConflict,
    InsufficientFunds,
    MixedCurrencies,
    UnknownAccount,
)
from commerce.ledger import MOST, Books, Transfer, audit
from commerce.money import Money
from commerce.storage.ledger_tables import LedgerTransferRow
from commerce.storage.shop_tables import ShopRow
from tests.commerce.corner import open_corner
from tests.commerce.places import Place
from tests.postgres import Postgres

NOW = datetime(2026, 3, 2, tzinfo=UTC)
SHOP = 1


@pytest.fixture(scope="module")
def corner_session(tmp_path_factory: pytest.TempPathFactory, server: Postgres | None) -> Iterator[Session]:
    place = Place(tmp_path_factory.mktemp("ledger"), server)
    with closing(place), open_corner(place).database.transaction() as session:
        yield session


@pytest.fixture
def session(corner_session: Session) -> Iterator[Session]:
    """A session whose changes are taken back after the test."""
    with corner_session.begin_nested() as savepoint:
        yield corner_session
        savepoint.rollback()


def cents(amount: int, currency: str = "USD") -> Money:
    return Money(amount, currency)


def transfer(debit: str, credit: str, amount: Money, key: str = "t1") -> Transfer:
    return Transfer(debit, credit, amount, "test", "order:0", key)


def books_with(session: Session, **floors: int | None) -> Books:
    books = Books(session, SHOP)
    for code, floor in floors.items():
        books.open_account(code, "USD", floor)
    return books


def test_what_leaves_one_account_arrives_at_the_other(session: Session) -> None:
    """Five dollars go from the world to a purse."""
    books = books_with(session, world=None, purse=0)
    books.transfer(transfer("world", "purse", cents(500)), NOW)
    assert (books.balance("world"), books.balance("purse")) == (cents(-500), cents(500))


def test_a_transfer_of_the_past_moves_no_balance(session: Session) -> None:
    """A purse that is opened with five dollars holds five after the transfer that they came from is written down."""
    books = books_with(session, world=None)
    books.open_account("purse", "USD", floor=0, opening=500)
    past = transfer("world", "purse", cents(500), key="past")
    assert books.record(past, NOW) == books.record(past, NOW)
    assert (books.balance("world"), books.balance("purse")) == (cents(-500), cents(500))
    assert books.booked("order:0", "test") == [past]
    with pytest.raises(UnknownAccount):
        books.record(transfer("world", "nobody", cents(1)), NOW)


def test_what_was_booked_for_an_order_is_found_again(session: Session) -> None:
    """All of it, in the order of booking; nothing of another kind, for another order, or of another shop."""
    books = books_with(session, a=None, b=None)
    mine = [transfer("b", "a", cents(2), key="z"), transfer("a", "b", cents(1), key="y")]
    others = [replace(mine[0], kind="other", key="x"), replace(mine[0], reference="order:1", key="w")]
    for one in (*mine, *others):
        books.transfer(one, NOW)
    assert books.booked("order:0", "test") == mine
    assert Books(session, SHOP + 1).booked("order:0", "test") == []


def test_two_shops_have_books_of_their_own(session: Session) -> None:
    """They call their accounts and their transfers alike, and neither sees nor moves the other's."""
    first = session.get_one(ShopRow, SHOP)
    columns = {column.key: getattr(first, column.key) for column in ShopRow.__table__.columns}
    other = ShopRow(**columns | {"id": None, "key": "the-other"})
    session.add(other)
    session.flush()
    for shop in (SHOP, other.id):
        Books(session, shop).open_account("world", "USD")
        Books(session, shop).open_account("purse", "USD", floor=0)
    for _ in range(2):  # the second time it is booked already
        for shop, amount in ((SHOP, 500), (other.id, 7)):
            Books(session, shop).transfer(transfer("world", "purse", cents(amount)), NOW)
    assert [Books(session, shop).balance("purse") for shop in (SHOP, other.id)] == [cents(500), cents(7)]
    with pytest.raises(InsufficientFunds):
        Books(session, other.id).transfer(transfer("purse", "world", cents(8), "t2"), NOW)


def test_nobody_spends_what_is_not_there(session: Session) -> None:
    """A purse can be emptied to its floor, and not by a cent more."""
    books = books_with(session, world=None, purse=0)
    books.transfer(transfer("world", "purse", cents(500)), NOW)
    with session.begin_nested() as attempt:
        with pytest.raises(InsufficientFunds):
            books.transfer(transfer("purse", "world", cents(501), "t2"), NOW)
        attempt.rollback()
    books.transfer(transfer("purse", "world", cents(500), "t3"), NOW)
    assert books.balance("purse") == cents(0)


def test_the_database_refuses_an_overdrawn_account_by_itself(session: Session) -> None:
    """Even code that forgets to look can't write a balance below the floor."""
    books = books_with(session, purse=0)
    identity = books.open_account("purse", "USD")
    with pytest.raises(IntegrityError, match="not_below_floor"), session.begin_nested():
        session.execute(text("UPDATE ledger_balances SET balance = -1 WHERE account_id = :id"), {"id": identity})


@pytest.mark.parametrize("statement", ["UPDATE ledger_transfers SET amount = 1", "DELETE FROM ledger_transfers"])
def test_what_was_booked_can_not_be_changed(session: Session, statement: str) -> None:
    """The database refuses to update or delete a transfer."""
    books = books_with(session, world=None, purse=0)
    books.transfer(transfer("world", "purse", cents(500)), NOW)
    with pytest.raises(IntegrityError, match="append-only"), session.begin_nested():
        session.execute(text(statement))


def test_the_same_key_books_once(session: Session) -> None:
    """Tried again it is the same transfer; another transfer under its key is a conflict."""
    books = books_with(session, world=None, purse=0)
    first = books.transfer(transfer("world", "purse", cents(500)), NOW)
    assert books.transfer(transfer("world", "purse", cents(500)), NOW) == first
    assert books.balance("purse") == cents(500)
    with pytest.raises(IdempotencyConflict):
        books.transfer(transfer("world", "purse", cents(501)), NOW)


def test_currencies_are_never_mixed(session: Session) -> None:
    """Neither by the code nor, were it wrong, by the database."""
    books = books_with(session, purse=0)
    books.open_account("euros", "EUR")
    with pytest.raises(MixedCurrencies):
        books.transfer(transfer("euros", "purse", cents(1)), NOW)
    with pytest.raises(MixedCurrencies):
        books.transfer(transfer("euros", "purse", cents(1, "EUR")), NOW)
    ids = {code: books.open_account(code, "") for code in ("euros", "purse")}
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(
            text(
                "INSERT INTO ledger_transfers (shop_id, debit_id, credit_id, amount, currency, kind, reference, key,"
                " booked_at) VALUES (1, :euros, :purse, 1, 'EUR', 'x', 'x', 'x', '2026-01-01')"
            ),
            ids,
        )


@pytest.mark.parametrize("amount", [0, -1, MOST + 1])
def test_amounts_that_are_no_payment_are_refused(session: Session, amount: int) -> None:
    """Nothing, less than nothing, and more than can ever be summed safely."""
    books = books_with(session, world=None, purse=0)
    with pytest.raises(AmountOutOfRange):
        books.transfer(transfer("world", "purse", cents(amount)), NOW)


def test_an_account_must_be_opened_first(session: Session) -> None:
    """A misspelt account is an error, not a new account."""
    with pytest.raises(UnknownAccount):
        books_with(session, purse=0).transfer(transfer("wrold", "purse", cents(1)), NOW)


ACCOUNTS = ("world", "shop", "anna", "ben")
moves = st.lists(
    st.tuples(st.sampled_from(ACCOUNTS), st.sampled_from(ACCOUNTS), st.integers(1, 300), st.integers(0, 25)),
    max_size=30,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves)
def test_whatever_is_tried_the_books_agree_with_a_simple_model(
    session: Session, tried: list[tuple[str, str, int, int]]
) -> None:
    """Random transfers with repeated keys between two open and two floored accounts, beside a dictionary."""
    model = dict.fromkeys(ACCOUNTS, 0)
    used: dict[str, tuple[str, str, int]] = {}
    with session.begin_nested() as example:
        books = books_with(session, world=None, shop=None, anna=0, ben=-100)
        before = audit(session, SHOP).transfers
        for debit, credit, amount, number in tried:
            if debit == credit:
                continue
            key, wanted = str(number), (debit, credit, amount)
            with session.begin_nested() as attempt:
                try:
                    books.transfer(transfer(debit, credit, cents(amount), key), NOW)
                except IdempotencyConflict:
                    assert used[key] != wanted
                    attempt.rollback()
                    continue
                except InsufficientFunds:
                    assert key not in used
                    assert model[debit] - amount < {"anna": 0, "ben": -100}[debit]
                    attempt.rollback()
                    continue
            if key not in used:
                used[key] = wanted
                model[debit] -= amount
                model[credit] += amount
        assert {code: books.balance(code).amount for code in ACCOUNTS} == model
        found = audit(session, SHOP)
        assert found.sound
        assert found.transfers - before == len(used)
        example.rollback()


def test_an_audit_finds_a_balance_that_does_not_fit(place: Place) -> None:
    """Somebody adds a cent to a balance row by hand."""
    corner = open_corner(place)
    assert corner.audit().sound
    with corner.database.connection() as connection:
        connection.exec_driver_sql(
            "UPDATE ledger_balances SET balance = balance + 1 WHERE floor = 0 AND balance = 2000"
        )
    found = corner.audit()
    assert not found.sound
    ben = corner.shop.customers.get("ben").id
    assert found.differences == {f"account:{ben}:0": (2001, 2000)}
    assert found.totals == {"USD": 1}


def test_an_audit_counts_every_transfer(place: Place) -> None:
    """An order of milk is three: what it is worth, its delivery, and the payment."""
    corner = open_corner(place)
    before = corner.audit().transfers
    corner.fill(MILK=1)
    corner.buy()
    assert before > 0
    with corner.database.reading() as session:
        assert corner.audit().transfers == before + 3 == len(session.scalars(select(LedgerTransferRow.id)).all())
