"""After the sale: another address, several parcels, returns, refunds in part; and books that come out to the cent."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commerce.errors import (
    IdempotencyConflict,
    IllegalTransition,
    MixedCurrencies,
    RefundTooLarge,
    ReturnPeriodOver,
    StillToShip,
    TooEarly,
    TooLate,
    UnitsExceeded,
    UnknownAddress,
    UnknownOrder,
    UnknownReturn,
)
from commerce.money import Money
from commerce.order_items import Order
from commerce.order_states import OrderStatus
from commerce.payments.port import GatewayTimeout, RefundRequest
from commerce.payments.trial_gateway import TrialGateway
from commerce.returns import ReturnState
from commerce.shipping import Label
from commerce.storage.customer_tables import AddressRow
from tests.commerce.corner import Corner, dollars, open_corner
from tests.commerce.places import Place


@pytest.fixture
def corner(place: Place) -> Corner:
    return open_corner(place)


def bought(corner: Corner, **units: int) -> Order:
    corner.fill(**units)
    return corner.buy(code=None).order


def delivered(corner: Corner, **units: int) -> Order:
    order = bought(corner, **units)
    corner.shop.orders.advance(order.number, OrderStatus.DISPATCHED)
    return corner.shop.orders.advance(order.number, OrderStatus.DELIVERED)


def kept(corner: Corner) -> int:
    """Minor units that the gateway took and did not give back."""
    return sum(charge.amount.amount - charge.refunded for charge in corner.gateway.charges())


def test_an_address_can_be_changed_until_something_was_sent(corner: Corner) -> None:
    """To another address of the customer's own; not to an unknown one, nor with a parcel on its way."""
    order = bought(corner, MILK=1)
    with corner.database.transaction() as session:
        ben = corner.shop.customers.get("ben")
        work = AddressRow(
            customer_id=ben.id, key="work", name="work", street="9 Dock St", city="Boston", region="MA",
            postcode="02110", country="US", position=1,
        )  # fmt: skip
        session.add(work)
    change = corner.shop.orders.change_address
    assert change("ben", order.number, "work").address == "9 Dock St, Boston, MA 02110"
    with pytest.raises(UnknownAddress) as unknown:
        change("ben", order.number, "moon")
    assert unknown.value.known == ("home", "work")
    with pytest.raises(UnknownOrder):
        change("anna", order.number, "home")
    corner.shop.shipping.send(order.number)
    with pytest.raises(TooLate):
        change("ben", order.number, "home")


def test_an_order_leaves_in_several_parcels(corner: Corner) -> None:
    """Two bottles, then the rest; nothing leaves twice, and it is not delivered before everything left."""
    order = bought(corner, MILK=3, WINE=1)
    first = corner.shop.shipping.send(order.number, {1: 2}, Label("Mail", "X1"))
    assert (first.number, dict(first.units), first.label.one_line) == (1, {1: 2}, "Mail X1")
    assert corner.shop.shipping.left(order.number) == {1: 1, 2: 1}
    with pytest.raises(UnitsExceeded) as refused:
        corner.shop.shipping.send(order.number, {1: 2})
    assert (refused.value.line, refused.value.wanted, refused.value.left) == (1, 2, 1)
    with pytest.raises(StillToShip) as open_units:
        corner.shop.orders.advance(order.number, OrderStatus.DELIVERED)
    assert open_units.value.units == 2
    with pytest.raises(IllegalTransition):
        corner.shop.orders.cancel("ben", order.number)
    corner.shop.shipping.send(order.number)
    with pytest.raises(UnitsExceeded):
        corner.shop.shipping.send(order.number)
    assert [dict(parcel.units) for parcel in corner.shop.shipping.parcels(order.number)] == [{1: 2}, {1: 1, 2: 1}]
    assert corner.shop.orders.advance(order.number, OrderStatus.DELIVERED).status is OrderStatus.DELIVERED


def test_nothing_leaves_that_is_not_paid_or_is_no_goods(corner: Corner) -> None:
    """An order that is paid at the door must be accepted first; a paid bill has no parcels."""
    corner.fill(MILK=1)
    at_the_door = corner.buy(pay_with="delivery").order
    with pytest.raises(IllegalTransition):
        corner.shop.shipping.send(at_the_door.number)
    bill, account = corner.shop.accounts.bills("anna")[0], corner.shop.accounts.list("anna")[0]
    quote = corner.shop.checkout.quote_bill("anna", bill.id, account.id)
    paid = corner.shop.checkout.confirm("anna", quote.id, quote.digest, "k", code="4711").order
    with pytest.raises(IllegalTransition):
        corner.shop.shipping.send(paid.number)
    with pytest.raises(IllegalTransition):
        corner.shop.orders.advance(paid.number, OrderStatus.ACCEPTED)


def test_everything_comes_back_within_fourteen_days(corner: Corner) -> None:
    """Price, tax and delivery go back, the bottles are sold again, and the books are as if nothing had happened."""
    before = {code: corner.balance(code) for code in ("sales", "tax", "delivery", "receivable", "gateway")}
    order = delivered(corner, WINE=1, MILK=2)
    corner.clock.advance(days=14)
    asked = corner.shop.returns.ask("ben", order.number, reason="changed my mind")
    assert corner.shop.returns.until("ben", order.number) == datetime(2026, 3, 17, tzinfo=UTC)
    assert kept(corner) == order.total.amount  # nothing goes back before the goods are here
    received = corner.shop.returns.receive(order.number, asked.id)
    assert received.state is ReturnState.RECEIVED
    assert kept(corner) == 0
    assert {code: corner.balance(code) for code in before} == before
    assert (corner.stock("WINE"), corner.stock("MILK")) == (10, 40)
    with pytest.raises(UnknownReturn):
        corner.shop.returns.receive(order.number, asked.id)
    with pytest.raises(UnitsExceeded):
        corner.shop.returns.ask("ben", order.number)
    assert corner.audit().sound


def test_a_day_later_it_is_too_late_and_before_sending_too_early(corner: Corner) -> None:
    """The fourteenth day counts in full; what was not sent is cancelled, not returned."""
    waiting = bought(corner, MILK=1)
    with pytest.raises(TooEarly):
        corner.shop.returns.ask("ben", waiting.number)
    assert corner.shop.returns.until("ben", waiting.number) is None
    order = delivered(corner, MILK=1)
    corner.clock.advance(days=14, hours=12)
    with pytest.raises(ReturnPeriodOver) as over:
        corner.shop.returns.ask("ben", order.number)
    assert over.value.ended_at == datetime(2026, 3, 17, tzinfo=UTC)


def test_a_part_comes_back_broken_and_another_never(corner: Corner) -> None:
    """One bottle's price goes back and it is not sold again; a return that never came frees its units."""
    order = delivered(corner, MILK=3)
    asked = corner.shop.returns.ask("ben", order.number, {1: 1})
    lost = corner.shop.returns.ask("ben", order.number, {1: 2})
    with pytest.raises(UnitsExceeded):
        corner.shop.returns.ask("ben", order.number, {1: 1})
    corner.shop.returns.receive(order.number, asked.id, restock=False)
    assert corner.shop.returns.close(order.number, lost.id).state is ReturnState.CLOSED
    assert corner.stock("MILK") == 37
    assert kept(corner) == order.total.amount - 249
    assert [returned.state.value for returned in corner.shop.returns.list(order.number)] == ["received", "closed"]
    with pytest.raises(UnitsExceeded):
        corner.shop.returns.ask("ben", order.number, {1: 0})
    corner.shop.returns.ask("ben", order.number, {1: 2})


def test_a_merchant_gives_a_part_back_once(corner: Corner) -> None:
    """The same request counts once, another amount under its name is refused, and never more than was paid."""
    order = delivered(corner, MILK=1)
    refund = corner.shop.returns.refund
    refund(order.number, dollars(100), "scratch")
    refund(order.number, dollars(100), "scratch")
    assert kept(corner) == order.total.amount - 100
    with pytest.raises(IdempotencyConflict):
        refund(order.number, dollars(101), "scratch")
    with pytest.raises(RefundTooLarge) as refused:
        refund(order.number, dollars(order.total.amount), "all")
    assert refused.value.left == order.total.amount - 100
    with pytest.raises(RefundTooLarge):
        refund(order.number, dollars(-1), "negative")
    with pytest.raises(MixedCurrencies):
        refund(order.number, Money(1, "EUR"), "euro")
    asked = corner.shop.returns.ask("ben", order.number)
    corner.shop.returns.receive(order.number, asked.id)
    assert kept(corner) == 0  # the rest, not the whole price once more
    assert corner.balance("receivable") == 0
    assert corner.balance("allowances") == 0


def test_cancelling_gives_back_what_is_left(corner: Corner) -> None:
    """A part was given back before: the rest follows, and the order's accounts are empty."""
    order = bought(corner, MILK=2)
    corner.shop.returns.refund(order.number, dollars(50), "late")
    corner.shop.orders.cancel("ben", order.number)
    assert kept(corner) == 0
    assert [corner.balance(code) for code in ("receivable", "allowances", "sales")] == [0, 0, corner_sales(corner)]


def corner_sales(corner: Corner) -> int:
    """Of the imported orders alone."""
    return 2 * (395 + 60) + 249 + 4500


def test_store_credit_gets_its_refund_at_once(corner: Corner) -> None:
    """Paid from an account: what comes back is in the account again, and on its statement."""
    corner.fill(MILK=2)
    order = corner.buy(pay_with="credit").order
    for status in (OrderStatus.DISPATCHED, OrderStatus.DELIVERED):
        corner.shop.orders.advance(order.number, status)
    asked = corner.shop.returns.ask("ben", order.number, {1: 1})
    corner.shop.returns.receive(order.number, asked.id)
    account = corner.shop.accounts.list("ben")[0]
    assert account.balance == dollars(2000 - order.total.amount + 249)
    assert corner.shop.accounts.transactions("ben")[0].amount == dollars(249)


def test_a_refund_in_part_survives_a_dead_line(place: Place) -> None:
    """The gateway is silent: the refund waits in the outbox, and is made once when the line is back."""

    class Mute(TrialGateway):
        is_dead = True

        def refund(self, request: RefundRequest, patience: float) -> None:
            if self.is_dead:
                raise GatewayTimeout(request.key, patience)
            super().refund(request, patience)

    gateway = Mute()
    corner = open_corner(place, gateway)
    order = delivered(corner, MILK=1)
    corner.shop.returns.refund(order.number, dollars(10), "a")
    corner.shop.returns.refund(order.number, dollars(20), "b")
    assert kept(corner) == order.total.amount
    gateway.is_dead = False
    corner.pass_time(seconds=60)
    assert kept(corner) == order.total.amount - 30
    assert corner.balance("receivable") == 0


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    bottles=st.integers(1, 3),
    wines=st.integers(0, 1),
    drinks=st.integers(0, 2),
    allowance=st.integers(0, 400),
    order_of=st.randoms(use_true_random=False),
)
def test_however_an_order_comes_back_the_books_come_out(
    bottles: int, wines: int, drinks: int, allowance: int, order_of: object
) -> None:
    """Unit by unit in any order, with an allowance in between: all of the money goes back, and not a cent more."""
    with TemporaryDirectory() as folder:
        corner = open_corner(Path(folder))
        before = {code: corner.balance(code) for code in ("sales", "tax", "delivery", "receivable")}
        wanted = {"MILK": bottles, "WINE": wines, "LATTE": drinks}
        order = delivered(corner, **{sku: units for sku, units in wanted.items() if units})
        units = [line.number for line in order.lines for _ in range(line.quantity)]
        order_of.shuffle(units)  # type: ignore[attr-defined]
        if allowance:
            corner.shop.returns.refund(order.number, dollars(allowance), "scratch")
        for line in units:
            asked = corner.shop.returns.ask("ben", order.number, {line: 1})
            corner.shop.returns.receive(order.number, asked.id)
            assert corner.balance("receivable") == before["receivable"]
        assert kept(corner) == 0
        assert {code: corner.balance(code) for code in before} == before
        assert corner.audit().sound
        corner.database.close()
