"""Buying from a cart: what a yes does, and everything that it must not do."""

from __future__ import annotations

import hashlib

import pytest

from commerce.checkout import PaymentOutcome
from commerce.errors import (
    AmountOutOfRange,
    CodeLocked,
    CodeRequired,
    DigestMismatch,
    IdempotencyConflict,
    InsufficientFunds,
    InsufficientStock,
    ItemWithdrawn,
    NoCode,
    NothingToBuy,
    QuoteNotLive,
    SpendCapExceeded,
    UnknownPaymentMethod,
    WrongCode,
)
from commerce.order_states import OrderStatus
from commerce.quotes import digest_of
from commerce.storage.order_tables import QuoteRow
from tests.commerce.corner import Corner, dollars, open_corner
from tests.commerce.places import Place


@pytest.fixture
def corner(place: Place) -> Corner:
    return open_corner(place)


def test_a_yes_buys_what_the_quote_said(corner: Corner) -> None:
    """Two bottles of milk and a wine: order, stock, books, charge and cart all show the same purchase."""
    corner.fill(MILK=2)
    corner.fill(WINE=1)
    quote = corner.shop.checkout.quote("ben")
    purchase = corner.shop.checkout.confirm("ben", quote.id, quote.digest, "yes-1")

    assert quote.total == dollars(498 + 4500 + 855)  # delivery is free from 40 dollars
    assert (quote.seller, quote.payee) == ("Corner Shop Limited", "Corner Shop Limited")
    assert quote.address == "3 Oak Road, Springfield, MA 01105"
    assert purchase.payment is PaymentOutcome.PAID
    assert purchase.order.status is OrderStatus.PAID
    assert purchase.order.total == quote.total
    assert purchase.order.lines == quote.lines
    assert corner.stock("MILK") == 38
    assert corner.shop.carts.get("ben").lines == ()
    assert [charge.amount for charge in corner.gateway.charges()] == [quote.total]
    assert corner.audit().sound


def test_the_books_say_where_every_cent_went(place: Place) -> None:
    """Sales, tax and delivery are booked apart, the buyer owes nothing, and the gateway brought the total."""
    corner = open_corner(place)
    before = {code: corner.balance(code) for code in ("sales", "tax", "delivery", "receivable", "gateway")}
    corner.fill(LATTE=1)
    corner.buy()
    moved = {code: corner.balance(code) - amount for code, amount in before.items()}
    assert moved == {"sales": 395, "tax": 25, "delivery": 390, "receivable": 0, "gateway": -810}


def test_a_second_yes_buys_nothing_more(corner: Corner) -> None:
    """The same key again, and another key for the same quote, answer with the first order."""
    corner.fill(MILK=2)
    quote = corner.shop.checkout.quote("ben")
    first = corner.shop.checkout.confirm("ben", quote.id, quote.digest, "k")
    again = corner.shop.checkout.confirm("ben", quote.id, quote.digest, "k")
    other = corner.shop.checkout.confirm("ben", quote.id, quote.digest, "another")
    assert first == again == other
    assert corner.stock("MILK") == 38
    assert len(corner.gateway.charges()) == 1


def test_a_key_stands_for_one_request(corner: Corner) -> None:
    """A key that confirmed one quote can't confirm another one."""
    corner.fill(MILK=1)
    quote = corner.shop.checkout.quote("ben")
    corner.shop.checkout.confirm("ben", quote.id, quote.digest, "k")
    corner.fill(MILK=1)
    next_quote = corner.shop.checkout.quote("ben")
    with pytest.raises(IdempotencyConflict):
        corner.shop.checkout.confirm("ben", next_quote.id, next_quote.digest, "k")
    assert corner.stock("MILK") == 39


def test_a_yes_after_the_quote_expired_buys_nothing(corner: Corner) -> None:
    """The quote lives for five minutes and not a moment longer."""
    corner.fill(MILK=1)
    quote = corner.shop.checkout.quote("ben")
    corner.clock.advance(minutes=4, seconds=59)
    assert corner.shop.checkout.live_quote("ben") == quote
    corner.clock.advance(seconds=1)
    assert corner.shop.checkout.live_quote("ben") is None
    with pytest.raises(QuoteNotLive) as refused:
        corner.shop.checkout.confirm("ben", quote.id, quote.digest, "k")
    assert refused.value.why == "expired"
    assert corner.shop.orders.latest("ben").number == "701"
    assert corner.stock("MILK") == 40


def test_any_change_of_the_cart_ends_the_quote(corner: Corner) -> None:
    """A unit is added and taken out again: the total is the same, and yet the quote is dead."""
    corner.fill(MILK=1)
    quote = corner.shop.checkout.quote("ben")
    corner.fill(MILK=1)
    corner.shop.carts.undo("ben")
    with pytest.raises(QuoteNotLive) as refused:
        corner.shop.checkout.confirm("ben", quote.id, quote.digest, "k")
    assert refused.value.why == "changed"


def test_only_the_quote_read_out_last_can_be_confirmed(corner: Corner) -> None:
    """Two devices ask for the total; the yes on the first one is not to what was read out last."""
    corner.fill(MILK=1)
    first = corner.shop.checkout.quote("ben")
    second = corner.shop.checkout.quote("ben")
    with pytest.raises(QuoteNotLive) as refused:
        corner.shop.checkout.confirm("ben", first.id, first.digest, "k")
    assert refused.value.why == "replaced"
    assert corner.shop.checkout.live_quote("ben") == second


def test_another_customers_quote_is_unknown(corner: Corner) -> None:
    """An id that leaked is worth nothing to anybody else."""
    corner.fill(MILK=1)
    quote = corner.shop.checkout.quote("ben")
    with pytest.raises(QuoteNotLive) as refused:
        corner.shop.checkout.confirm("anna", quote.id, quote.digest, "k", code="4711")
    assert (refused.value.quote, refused.value.why) == (quote.id, "unknown")


def test_the_digest_must_be_the_quotes(corner: Corner) -> None:
    """A yes to something else than what this quote says is refused."""
    corner.fill(MILK=1)
    quote = corner.shop.checkout.quote("ben")
    with pytest.raises(DigestMismatch) as refused:
        corner.shop.checkout.confirm("ben", quote.id, "0" * 64, "k")
    assert refused.value.quote == quote.id


def test_the_digest_covers_everything_that_was_offered(corner: Corner) -> None:
    """Whatever is changed in a quote's stored content, its digest no longer fits."""
    corner.fill(LATTE=1)
    quote = corner.shop.checkout.quote("ben")
    with corner.database.reading() as session:
        content = session.query(QuoteRow).filter_by(id=quote.id).one().content
    assert digest_of(content) == quote.digest
    assert {digest_of({**content, field: "changed"}) for field in content}.isdisjoint({quote.digest})
    assert (content["id"], content["customer"]) == (quote.id, corner.shop.customers.get("ben").id)


def test_a_digest_is_of_one_canonical_form() -> None:
    """Keys in order, no spaces, UTF-8: other programs, and later versions of this one, come to the same."""
    expected = hashlib.sha256('{"a":"crème","b":[1,2]}'.encode()).hexdigest()
    assert digest_of({"b": [1, 2], "a": "crème"}) == digest_of({"a": "crème", "b": [1, 2]}) == expected


def test_a_customer_with_a_voice_code_must_say_it(corner: Corner) -> None:
    """No code, a wrong one, then the right one: only the last buys."""
    corner.fill("anna", MILK=1)
    quote = corner.shop.checkout.quote("anna")
    assert quote.needs_code
    with pytest.raises(CodeRequired):
        corner.shop.checkout.confirm("anna", quote.id, quote.digest, "k")
    with pytest.raises(WrongCode):
        corner.shop.checkout.confirm("anna", quote.id, quote.digest, "k", code="1234")
    assert corner.shop.orders.latest("anna") is None
    assert corner.shop.checkout.confirm("anna", quote.id, quote.digest, "k", code="4711").payment is PaymentOutcome.PAID


def test_three_wrong_codes_lock_every_purchase(corner: Corner) -> None:
    """After the third wrong code the right one is refused too."""
    corner.fill("anna", MILK=1)
    quote = corner.shop.checkout.quote("anna")
    for code in ("1111", "2222", "3333"):
        with pytest.raises((WrongCode, CodeLocked)):
            corner.shop.checkout.confirm("anna", quote.id, quote.digest, "k", code=code)
    with pytest.raises(CodeLocked):
        corner.shop.checkout.confirm("anna", quote.id, quote.digest, "k", code="4711")
    assert corner.stock("MILK") == 40


def test_no_code_is_tried_for_a_quote_that_can_not_be_confirmed(corner: Corner) -> None:
    """Guessing codes against a dead quote learns nothing, and costs the customer no try."""
    corner.fill("anna", MILK=1)
    quote = corner.shop.checkout.quote("anna")
    corner.clock.advance(minutes=6)
    for _ in range(3):
        with pytest.raises(QuoteNotLive):
            corner.shop.checkout.confirm("anna", quote.id, quote.digest, "k", code="0000")
    corner.shop.customers.check_code("anna", "4711")


def test_a_large_total_needs_a_code_of_everybody(corner: Corner) -> None:
    """Above a hundred dollars a customer without a voice code has to set one first."""
    corner.fill(WINE=2)
    assert not corner.shop.checkout.quote("ben").total.amount <= 10_000
    quote = corner.shop.checkout.quote("ben")
    assert quote.needs_code
    with pytest.raises(NoCode):
        corner.shop.checkout.confirm("ben", quote.id, quote.digest, "k", code="1234")


def test_what_is_sold_out_between_quote_and_yes_is_not_sold(corner: Corner) -> None:
    """Ben and Anna both quote the last bread; Anna is quicker, and nothing of Ben's order is left behind."""
    corner.fill("anna", BREAD=1)
    corner.fill("ben", BREAD=1)
    late = corner.shop.checkout.quote("ben")
    corner.buy("anna", code="4711")
    with pytest.raises(InsufficientStock):
        corner.shop.checkout.confirm("ben", late.id, late.digest, "k")
    assert corner.stock("BREAD") == 0
    assert corner.shop.orders.latest("ben").number == "701"
    assert corner.shop.carts.get("ben").units == 1
    assert len(corner.gateway.charges()) == 1
    with pytest.raises(InsufficientStock):
        corner.shop.checkout.quote("ben")


def test_a_price_change_does_not_touch_a_live_quote(corner: Corner) -> None:
    """What was read out is what is paid, although the catalogue says otherwise now."""
    corner.fill(MILK=1)
    quote = corner.shop.checkout.quote("ben")
    with corner.database.connection() as connection:
        connection.exec_driver_sql("UPDATE variants SET price = 999 WHERE sku = 'MILK'")
    purchase = corner.shop.checkout.confirm("ben", quote.id, quote.digest, "k")
    assert purchase.order.total == quote.total == dollars(249 + 390)


def test_what_can_not_be_quoted(corner: Corner) -> None:
    """An empty cart, a total above the customer's limit, a way to pay that is not the customer's."""
    with pytest.raises(NothingToBuy):
        corner.shop.checkout.quote("ben")
    corner.fill(WINE=5)
    with pytest.raises(SpendCapExceeded):
        corner.shop.checkout.quote("ben")
    with pytest.raises(UnknownPaymentMethod):
        corner.shop.checkout.quote("ben", pay_with="checking")  # Anna's


def test_a_withdrawn_item_must_leave_the_cart_first(corner: Corner) -> None:
    """The shop stops selling milk while it lies in a cart."""
    corner.fill(MILK=1)
    with corner.database.connection() as connection:
        connection.exec_driver_sql("UPDATE variants SET retired = true WHERE sku = 'MILK'")
    with pytest.raises(ItemWithdrawn) as refused:
        corner.shop.checkout.quote("ben")
    assert refused.value.sku == "MILK"


def test_prices_that_can_not_be_booked_are_refused(corner: Corner) -> None:
    """A price that the database was given by hand, far beyond any sum of money."""
    corner.fill(MILK=99 - 59)
    with corner.database.connection() as connection:
        connection.exec_driver_sql("UPDATE variants SET price = 9000000000000000000 WHERE sku = 'MILK'")
    with pytest.raises(AmountOutOfRange):
        corner.shop.checkout.quote("ben")


def test_store_credit_pays_at_once_and_never_falls_below_zero(corner: Corner) -> None:
    """Twenty dollars of credit: the first order fits, the second does not and is not half made."""
    corner.fill(MILK=4)
    assert corner.buy(pay_with="credit").payment is PaymentOutcome.PAID
    assert corner.shop.accounts.list("ben")[0].balance == dollars(2000 - 996 - 390)
    corner.fill(MILK=4)
    with pytest.raises(InsufficientFunds):
        corner.buy(pay_with="credit")
    assert corner.shop.accounts.list("ben")[0].balance == dollars(614)
    assert corner.stock("MILK") == 36
    assert corner.gateway.charges() == ()
    assert corner.audit().sound


def test_a_card_of_the_customer_is_charged_by_its_token(corner: Corner) -> None:
    """The first card is used unless another way to pay is named."""
    corner.fill("carla", MILK=1)
    assert corner.shop.checkout.quote("carla").pays_with == "Visa ending in 4242"
    assert corner.buy("carla").payment is PaymentOutcome.DECLINED
    assert corner.buy("carla", pay_with="amex").payment is PaymentOutcome.PAID
