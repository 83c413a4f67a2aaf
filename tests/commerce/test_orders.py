"""Orders after the yes: their history, their numbers, cancelling, and buying again."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise, product

import pytest
from sqlalchemy import select

from commerce.cart_items import ChosenOption
from commerce.errors import IllegalTransition, UnknownOrder
from commerce.order_items import OrderKind
from commerce.order_numbers import spread
from commerce.order_states import TRANSITIONS, OrderStatus, check_transition
from commerce.payments.trial_gateway import Behaviour, TrialGateway
from commerce.storage.order_tables import OrderLineRow
from tests.commerce.corner import NOON, Corner, open_corner
from tests.commerce.places import Place


@pytest.fixture
def corner(place: Place) -> Corner:
    return open_corner(place)


@pytest.mark.parametrize(("current", "wanted"), list(product(OrderStatus, OrderStatus)))
def test_every_pair_of_statuses_is_allowed_or_refused_by_the_table(current: OrderStatus, wanted: OrderStatus) -> None:
    """What the table does not name is an IllegalTransition that tells both statuses."""
    if wanted in TRANSITIONS[current]:
        check_transition("1", current, wanted)
        return
    with pytest.raises(IllegalTransition) as refused:
        check_transition("1", current, wanted)
    assert (refused.value.current, refused.value.wanted) == (current.value, wanted.value)


def test_an_order_goes_its_way_to_the_door(corner: Corner) -> None:
    """Paid, accepted, dispatched, delivered: the history keeps each step with its time."""
    corner.fill(MILK=1)
    number = corner.buy().order.number
    for status in (OrderStatus.ACCEPTED, OrderStatus.DISPATCHED, OrderStatus.DELIVERED):
        corner.clock.advance(hours=5)
        order = corner.shop.orders.advance(number, status)
    assert [change.status.value for change in order.history] == [
        "placed",
        "paid",
        "accepted",
        "dispatched",
        "delivered",
    ]
    assert [change.at - NOON for change in order.history[2:]] == [timedelta(hours=hours) for hours in (5, 10, 15)]
    assert order.expected_at == NOON + timedelta(days=2)


def test_what_is_paid_at_the_door_is_booked_at_the_door(corner: Corner) -> None:
    """Pay on delivery: the buyer owes the total until the parcel is handed over, and then the cash is in the books."""
    corner.fill(MILK=1)
    order = corner.buy(pay_with="delivery").order
    assert corner.balance("receivable") == -order.total.amount
    for status in (OrderStatus.ACCEPTED, OrderStatus.DISPATCHED, OrderStatus.DELIVERED):
        corner.shop.orders.advance(order.number, status)
    assert corner.balance("receivable") == 0
    assert corner.balance("cash") == -order.total.amount


def test_a_merchant_can_not_skip_or_turn_back(corner: Corner) -> None:
    """A delivered order is not accepted again, and nobody marks an order as paid by hand."""
    corner.fill(MILK=1)
    number = corner.buy().order.number
    for status in (OrderStatus.DELIVERED, OrderStatus.PAID, OrderStatus.DECLINED, OrderStatus.CANCELLED):
        with pytest.raises(IllegalTransition):
            corner.shop.orders.advance(number, status)
    assert corner.shop.orders.show(number).status is OrderStatus.PAID


def test_nothing_is_packed_before_the_money_is_sure(place: Place) -> None:
    """While the gateway has not decided, the merchant can't accept the order."""
    corner = open_corner(place, TrialGateway(otherwise=Behaviour.LATE))
    corner.fill(MILK=1)
    number = corner.buy().order.number
    with pytest.raises(IllegalTransition):
        corner.shop.orders.advance(number, OrderStatus.ACCEPTED)
    corner.pass_time(seconds=20)
    assert corner.shop.orders.advance(number, OrderStatus.ACCEPTED).status is OrderStatus.ACCEPTED


def test_cancelling_a_paid_order_gives_back_money_and_stock(corner: Corner) -> None:
    """Before it is dispatched: the card is refunded, the stock is free again, the books are as if nothing was."""
    before = {code: corner.balance(code) for code in ("sales", "tax", "delivery", "receivable", "gateway")}
    corner.fill(MILK=2, LATTE=1)
    order = corner.buy().order
    cancelled = corner.shop.orders.cancel("ben", order.number)
    assert cancelled.status is OrderStatus.CANCELLED
    assert corner.stock("MILK") == 40
    assert corner.stock("LATTE") is None
    assert [charge.refunded for charge in corner.gateway.charges()] == [order.total.amount]
    assert {code: corner.balance(code) for code in before} == before
    assert corner.shop.carts.get("ben").lines == ()
    with corner.database.reading() as session:
        assert set(session.scalars(select(OrderLineRow.held))) == {0}
    with pytest.raises(IllegalTransition):
        corner.shop.orders.cancel("ben", order.number)
    assert corner.stock("MILK") == 40


def test_cancelling_gives_store_credit_back(corner: Corner) -> None:
    """The account is as full as before, and its statement shows both movements."""
    corner.fill(MILK=1)
    order = corner.buy(pay_with="credit").order
    corner.shop.orders.cancel("ben", order.number)
    assert corner.shop.accounts.list("ben")[0].balance.amount == 2000
    newest = corner.shop.accounts.transactions("ben", limit=2)
    assert [movement.amount.amount for movement in newest] == [639, -639]
    assert [movement.category for movement in newest] == ["Refund", "Shopping"]


def test_a_dispatched_order_can_not_be_cancelled(corner: Corner) -> None:
    """It is on its way."""
    corner.fill(MILK=1)
    number = corner.buy().order.number
    corner.shop.orders.advance(number, OrderStatus.DISPATCHED)
    with pytest.raises(IllegalTransition):
        corner.shop.orders.cancel("ben", number)
    assert corner.stock("MILK") == 39


def test_an_imported_order_can_be_cancelled_too(corner: Corner) -> None:
    """It holds no stock of today; its money goes back to where it came from before the books began."""
    opening = corner.balance("opening")
    order = corner.shop.orders.cancel("ben", "701")
    assert order.status is OrderStatus.CANCELLED
    assert corner.balance("opening") - opening == order.total.amount
    assert corner.balance("receivable") == 0
    assert corner.stock("WINE") == 10


def test_another_customers_number_is_an_unknown_order(corner: Corner) -> None:
    """Anna asks for Ben's order, cancels it, orders it again: it does not exist for her."""
    for ask in (corner.shop.orders.get, corner.shop.orders.cancel, corner.shop.orders.reorder_lines):
        with pytest.raises(UnknownOrder):
            ask("anna", "700")
    assert corner.shop.orders.get("ben", "700").number == "700"


def test_orders_are_listed_newest_first(corner: Corner) -> None:
    """Imported ones and new ones alike; the merchant sees everybody's."""
    corner.fill(MILK=1)
    newest = corner.buy().order
    corner.fill("anna", MILK=1)
    annas = corner.buy("anna", code="4711").order
    assert [order.number for order in corner.shop.orders.list("ben")] == [newest.number, "701", "700"]
    assert corner.shop.orders.list("ben", limit=1) == (corner.shop.orders.latest("ben"),)
    assert {order.number for order in corner.shop.orders.all()} == {newest.number, "701", "700", annas.number}
    assert [order.number for order in corner.shop.orders.all(status=OrderStatus.ACCEPTED)] == ["701"]


def test_an_imported_order_has_a_history_and_options(corner: Corner) -> None:
    """Delivered nine days ago after a usual way; its latte was bought with a bit of soy milk."""
    order = corner.shop.orders.get("ben", "700")
    assert [change.status.value for change in order.history][-1] == "delivered"
    assert all(earlier.at <= later.at for earlier, later in pairwise(order.history))
    assert order.lines[0].options[0].spoken == "a bit of soy milk"
    assert order.lines[0].unit_price.amount == 395 + 60
    assert order.kind is OrderKind.GOODS


def test_buying_again_gives_what_fits_into_a_cart(corner: Corner) -> None:
    """The order of nine days ago, options and all; what the shop stopped selling says so."""
    with corner.database.connection() as connection:
        connection.exec_driver_sql("UPDATE variants SET retired = true WHERE sku = 'MILK'")
    latte, milk = corner.shop.orders.reorder_lines("ben", "700")
    assert latte.addition.options == (ChosenOption("milk", "soy", "a bit of"),)
    assert (latte.still_sold, latte.available, milk.still_sold) == (True, None, False)
    assert corner.shop.carts.add_all("ben", [latte.addition]).units == 2


def test_buying_again_takes_the_last_order_that_was_wanted(corner: Corner) -> None:
    """A cancelled order is not what anybody means by "the same again"; without any order there is nothing to repeat."""
    corner.fill(MILK=1)
    corner.shop.orders.cancel("ben", corner.buy().order.number)
    assert [line.item.sku for line in corner.shop.orders.reorder_lines("ben")] == ["WINE"]
    with pytest.raises(UnknownOrder):
        corner.shop.orders.reorder_lines("anna")


def test_order_numbers_are_short_different_and_far_apart() -> None:
    """The first 9,000 have four digits, the next 90,000 five; neighbours differ in more than the last digit."""
    first = [spread(serial) for serial in range(1, 9_001)]
    assert sorted(first) == list(range(1_000, 10_000))
    following = [spread(serial) for serial in range(9_001, 99_001)]
    assert sorted(following) == list(range(10_000, 100_000))
    assert min(abs(one - other) for one, other in pairwise(first)) > 1_000
    assert spread(99_001) >= 100_000


def test_a_new_order_never_gets_an_imported_ones_number(corner: Corner) -> None:
    """The next number is taken by an import: the new order's number is longer by a digit."""
    with corner.database.connection() as connection:
        last = connection.exec_driver_sql("SELECT max(id) FROM orders").scalar_one()
        taken = str(spread(last + 1))
        connection.exec_driver_sql(f"UPDATE orders SET number = '{taken}' WHERE number = '700'")
    corner.fill(MILK=1)
    assert corner.buy().order.number == taken + taken[0]
