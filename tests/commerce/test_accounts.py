"""Accounts and bills: what customers have, and how bills are paid."""

from __future__ import annotations

from datetime import date

import pytest

from commerce.accounts import Bill
from commerce.checkout import PaymentOutcome, Quote
from commerce.errors import (
    AmountOutOfRange,
    BillOverpaid,
    IllegalTransition,
    InsufficientFunds,
    MixedCurrencies,
    UnknownAccount,
    UnknownBill,
)
from commerce.money import Money
from commerce.order_items import OrderKind
from tests.commerce.corner import Corner, dollars, open_corner
from tests.commerce.places import Place


@pytest.fixture
def corner(place: Place) -> Corner:
    return open_corner(place)


def the_bill(corner: Corner) -> Bill:
    return corner.shop.accounts.bills("anna", due_only=False)[0]


def checking(corner: Corner) -> int:
    return corner.shop.accounts.list("anna")[0].id


def quote_bill(corner: Corner, amount: int | None = None) -> Quote:
    money = None if amount is None else dollars(amount)
    return corner.shop.checkout.quote_bill("anna", the_bill(corner).id, checking(corner), money)


def test_an_imported_account_holds_what_its_file_says(corner: Corner) -> None:
    """A hundred dollars today, after a salary and a cinema ticket; the statement shows both, newest first."""
    account = corner.shop.accounts.list("anna")[0]
    assert (account.name, account.kind, account.balance) == ("Checking", "checking", dollars(10_000))
    movements = corner.shop.accounts.transactions("anna", account.id)
    assert [(one.merchant, one.amount.amount) for one in movements] == [("Cinema", -1250), ("Salary", 50_000)]
    assert corner.shop.accounts.transactions("anna", limit=1) == movements[:1]
    assert corner.audit().sound


def test_another_customers_account_is_unknown(corner: Corner) -> None:
    """Ben asks for the statement of Anna's account."""
    with pytest.raises(UnknownAccount):
        corner.shop.accounts.transactions("ben", checking(corner))


def test_a_bill_is_paid_by_a_yes_to_its_quote(corner: Corner) -> None:
    """Account, bill, statement and books agree, and the payment is on record with a number."""
    quote = quote_bill(corner)
    assert (quote.kind, quote.payee, quote.total, quote.pays_with) == (
        OrderKind.BILL,
        "Valley Power",
        dollars(8420),
        "Checking",
    )
    purchase = corner.shop.checkout.confirm("anna", quote.id, quote.digest, "k", code="4711")
    assert purchase.payment is PaymentOutcome.PAID
    assert corner.shop.accounts.list("anna")[0].balance == dollars(10_000 - 8420)
    assert corner.shop.accounts.bills("anna") == ()
    assert the_bill(corner).is_paid
    newest = corner.shop.accounts.transactions("anna", limit=1)[0]
    assert (newest.merchant, newest.category, newest.amount) == ("Valley Power", "Bills", dollars(-8420))
    assert corner.shop.orders.list("anna") == ()
    assert corner.shop.orders.list("anna", kind=None) == (purchase.order,)
    assert corner.audit().sound


def test_a_bill_can_be_paid_in_parts(corner: Corner) -> None:
    """Fifty dollars now leave 34 dollars 20 due on the same day."""
    quote = quote_bill(corner, 5000)
    corner.shop.checkout.confirm("anna", quote.id, quote.digest, "k", code="4711")
    left = corner.shop.accounts.bills("anna")[0]
    assert (left.outstanding, left.amount, left.due) == (dollars(3420), dollars(8420), date(2026, 3, 5))


def test_a_bill_is_never_paid_twice(corner: Corner) -> None:
    """The same yes again is the same payment; a new quote for a paid bill is refused."""
    quote = quote_bill(corner)
    first = corner.shop.checkout.confirm("anna", quote.id, quote.digest, "k", code="4711")
    assert corner.shop.checkout.confirm("anna", quote.id, quote.digest, "other").order == first.order
    with pytest.raises(BillOverpaid):
        quote_bill(corner)
    assert corner.shop.accounts.list("anna")[0].balance == dollars(10_000 - 8420)


def test_what_can_not_be_paid(corner: Corner) -> None:
    """Too much, nothing, less than nothing, another currency, an account or a bill of somebody else."""
    bill, account = the_bill(corner).id, checking(corner)
    bens = corner.shop.accounts.list("ben")[0].id
    with pytest.raises(BillOverpaid):
        quote_bill(corner, 8421)
    for amount in (0, -5):
        with pytest.raises(AmountOutOfRange):
            quote_bill(corner, amount)
    with pytest.raises(MixedCurrencies):
        corner.shop.checkout.quote_bill("anna", bill, account, Money(100, "EUR"))
    with pytest.raises(UnknownAccount):
        corner.shop.checkout.quote_bill("anna", bill, bens)
    with pytest.raises(UnknownBill):
        corner.shop.checkout.quote_bill("ben", bill, bens)


def test_an_account_that_was_emptied_meanwhile_pays_nothing(corner: Corner) -> None:
    """Quoted while there was enough, confirmed when there is not: bill, account and orders are untouched."""
    quote = quote_bill(corner)
    corner.fill("anna", MILK=8)
    corner.buy("anna", pay_with="checking", code="4711")
    newer = corner.shop.accounts.list("anna")[0].balance
    with pytest.raises(InsufficientFunds):
        quote_bill(corner)
    assert newer < quote.total
    with corner.database.connection() as connection:  # as if the bill's quote had been read out last
        connection.exec_driver_sql("DELETE FROM quotes WHERE order_id IS NOT NULL")
    with pytest.raises(InsufficientFunds):
        corner.shop.checkout.confirm("anna", quote.id, quote.digest, "k", code="4711")
    assert the_bill(corner).outstanding == dollars(8420)
    assert corner.shop.accounts.list("anna")[0].balance == newer
    assert len(corner.shop.orders.list("anna", kind=None)) == 1
    assert corner.audit().sound


def test_a_paid_bill_can_not_be_cancelled(corner: Corner) -> None:
    """The money is at the payee."""
    quote = quote_bill(corner)
    order = corner.shop.checkout.confirm("anna", quote.id, quote.digest, "k", code="4711").order
    with pytest.raises(IllegalTransition):
        corner.shop.orders.cancel("anna", order.number)
    assert the_bill(corner).is_paid
