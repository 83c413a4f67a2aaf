"""Payments: silence, late and repeated answers, and money that must go back."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from commerce.checkout import PaymentOutcome, Purchase
from commerce.order_states import OrderStatus
from commerce.outbox import CLAIM
from commerce.payments.port import (
    ChargeRequest,
    GatewayAnswer,
    GatewayState,
    GatewayTimeout,
    PaymentGateway,
    RefundRequest,
)
from commerce.payments.rows import payment_of
from commerce.payments.states import TRANSITIONS, PaymentState, moves
from commerce.payments.trial_gateway import Behaviour, TrialGateway
from tests.commerce.corner import PATIENCE, Corner, dollars, open_corner
from tests.commerce.places import Place

TOTAL = 249 + 390  # a bottle of milk and its delivery


def corner_whose_gateway(place: Place, behaviour: Behaviour) -> Corner:
    return open_corner(place, TrialGateway(by_amount={TOTAL: behaviour}))


def buy_milk(corner: Corner) -> Purchase:
    corner.fill(MILK=1)
    return corner.buy()


def status(corner: Corner, purchase: Purchase) -> OrderStatus:
    return corner.shop.orders.get("ben", purchase.order.number).status


def state_of(corner: Corner, purchase: Purchase) -> PaymentState:
    with corner.database.reading() as session:
        return PaymentState(payment_of(session, purchase.order.id).state)


def charged(corner: Corner) -> int:
    """Minor units that the gateway took and did not give back."""
    taken = [charge for charge in corner.gateway.charges() if charge.state is GatewayState.CAPTURED]
    return sum(charge.amount.amount - charge.refunded for charge in taken)


@pytest.mark.parametrize(("current", "wanted"), list(product(PaymentState, PaymentState)))
def test_final_states_are_left_only_by_money_that_moved(current: PaymentState, wanted: PaymentState) -> None:
    """From every state to every state: only captures and refunds leave a final state, and nothing repeats."""
    final = {PaymentState.CAPTURED, PaymentState.DECLINED, PaymentState.VOIDED, PaymentState.REFUNDED}
    if moves(current, wanted) and current in final:
        assert wanted in {PaymentState.CAPTURED, PaymentState.REFUNDED}
    assert not moves(current, current)
    assert set(TRANSITIONS) == set(PaymentState)


def test_a_declined_payment_gives_everything_back(place: Place) -> None:
    """Stock, cart and books are as they were, and the order says why it is none."""
    corner = corner_whose_gateway(place, Behaviour.DECLINES)
    corner.shop.carts.add("ben", "MILK", 1)
    cart = corner.shop.carts.get("ben")
    purchase = corner.buy()
    assert (purchase.payment, purchase.reason) == (PaymentOutcome.DECLINED, "the card was declined")
    assert purchase.order.status is OrderStatus.DECLINED
    assert corner.stock("MILK") == 40
    assert corner.shop.carts.get("ben").lines == cart.lines
    assert corner.balance("receivable") == 0
    assert corner.audit().sound


def test_silence_is_pending_and_is_resolved_by_asking(place: Place) -> None:
    """The gateway took the money but did not say so in time: one charge, found by asking, and the order is paid."""
    corner = corner_whose_gateway(place, Behaviour.SLOW)
    purchase = buy_milk(corner)
    assert purchase.payment is PaymentOutcome.PENDING
    assert purchase.order.status is OrderStatus.PLACED
    assert corner.stock("MILK") == 39  # held while nobody knows
    corner.pass_time(seconds=10)
    assert status(corner, purchase) is OrderStatus.PAID
    assert [charge.requests for charge in corner.gateway.charges()] == [1]


def test_a_request_that_was_lost_is_withdrawn_and_never_made_again(place: Place) -> None:
    """The gateway never heard of the charge: after half a minute it is barred there, and stock and cart come back."""
    corner = corner_whose_gateway(place, Behaviour.LOST)
    purchase = buy_milk(corner)
    assert purchase.payment is PaymentOutcome.PENDING
    corner.pass_time(seconds=20)
    assert status(corner, purchase) is OrderStatus.PLACED
    corner.pass_time(seconds=60)
    assert status(corner, purchase) is OrderStatus.DECLINED
    assert [(charge.state, charge.requests) for charge in corner.gateway.charges()] == [(GatewayState.VOIDED, 0)]
    assert corner.stock("MILK") == 40
    assert corner.shop.carts.get("ben").units == 1


@pytest.mark.parametrize(
    ("behaviour", "becomes", "left"),
    [(Behaviour.LATE, OrderStatus.PAID, 39), (Behaviour.LATE_DECLINE, OrderStatus.DECLINED, 40)],
)
def test_a_late_answer_counts_when_it_comes(
    place: Place, behaviour: Behaviour, becomes: OrderStatus, left: int
) -> None:
    """The gateway says "pending" and makes up its mind later, for or against."""
    corner = corner_whose_gateway(place, behaviour)
    purchase = buy_milk(corner)
    assert purchase.payment is PaymentOutcome.PENDING
    corner.pass_time(seconds=30)
    assert status(corner, purchase) is becomes
    assert corner.stock("MILK") == left
    assert corner.audit().sound


def test_the_same_answer_twice_counts_once(place: Place) -> None:
    """Paid at once, and told so twice more, and then "pending" and "declined" from the past: one payment is booked."""
    corner = open_corner(place)
    purchase = buy_milk(corner)
    key = corner.gateway.charges()[0].key
    taken = corner.balance("gateway")
    for state in (GatewayState.CAPTURED, GatewayState.CAPTURED, GatewayState.PENDING, GatewayState.DECLINED):
        assert corner.shop.payments.notified(GatewayAnswer(key, state))
    corner.pass_time(seconds=60)
    assert corner.balance("gateway") == taken
    assert charged(corner) == TOTAL
    assert state_of(corner, purchase) is PaymentState.CAPTURED
    assert status(corner, purchase) is OrderStatus.PAID
    assert not corner.shop.payments.notified(GatewayAnswer("nobody's", GatewayState.CAPTURED))


def test_money_that_arrives_for_a_declined_order_goes_back(place: Place) -> None:
    """First "declined", then after all "captured": the order stays declined and the money is returned."""
    corner = corner_whose_gateway(place, Behaviour.LATE)
    purchase = buy_milk(corner)
    key = corner.gateway.charges()[0].key
    corner.shop.payments.notified(GatewayAnswer(key, GatewayState.DECLINED))
    corner.shop.payments.notified(GatewayAnswer(key, GatewayState.CAPTURED))
    corner.pass_time(seconds=10)
    assert status(corner, purchase) is OrderStatus.DECLINED
    assert [charge.refunded for charge in corner.gateway.charges()] == [TOTAL]
    assert corner.balance("receivable") == 0
    assert corner.audit().sound


def test_cancelling_a_pending_order_withdraws_its_charge(place: Place) -> None:
    """The order is cancelled while the gateway still thinks: whatever it would have said, no money is taken."""
    corner = corner_whose_gateway(place, Behaviour.LATE)
    purchase = buy_milk(corner)
    assert corner.shop.orders.cancel("ben", purchase.order.number).status is OrderStatus.CANCELLED
    corner.pass_time(seconds=60)
    assert charged(corner) == 0
    assert corner.stock("MILK") == 40
    assert corner.balance("receivable") == 0


def test_cancelling_an_order_whose_charge_was_taken_in_silence_refunds_it(place: Place) -> None:
    """Nobody knew of the capture when the order was cancelled; the withdrawal finds out, and the money goes back."""
    corner = corner_whose_gateway(place, Behaviour.SLOW)
    purchase = buy_milk(corner)
    corner.shop.orders.cancel("ben", purchase.order.number)
    corner.pass_time(seconds=60)
    assert charged(corner) == 0
    assert [charge.refunded for charge in corner.gateway.charges()] == [TOTAL]
    assert corner.balance("receivable") == 0


class PhoneGateway(TrialGateway):
    """Every charge is finished on the customer's own screen."""

    def charge(self, request: ChargeRequest, patience: float) -> GatewayAnswer:
        answer = super().charge(request, patience)
        return replace(answer, state=GatewayState.PENDING, finish_at="https://bank.example/1")


def test_a_payment_that_waits_for_the_customers_screen_says_where(place: Place) -> None:
    """The link is told as long as the payment is pending, also to a second yes, and not once it is paid."""
    corner = open_corner(place, PhoneGateway())
    corner.fill(MILK=1)
    quote = corner.shop.checkout.quote("ben")
    for _ in range(2):
        purchase = corner.shop.checkout.confirm("ben", quote.id, quote.digest, "k")
        assert (purchase.payment, purchase.reason) == (PaymentOutcome.PENDING, "")
        assert purchase.finish_at == "https://bank.example/1"
    corner.pass_time(seconds=60)
    paid = corner.shop.checkout.confirm("ben", quote.id, quote.digest, "k")
    assert (paid.payment, paid.finish_at) == (PaymentOutcome.PAID, "")


class DyingGateway:
    """Passes everything on, but the process "dies" at a chosen call: before or after the gateway heard it."""

    def __init__(self, gateway: TrialGateway, dies_after: bool) -> None:
        self._gateway = gateway
        self._dies_after = dies_after

    def charge(self, request: ChargeRequest, patience: float) -> GatewayAnswer:
        if self._dies_after:
            self._gateway.charge(request, patience)
        raise KeyboardInterrupt

    def state(self, key: str, patience: float) -> GatewayAnswer:
        return self._gateway.state(key, patience)

    def void(self, key: str, patience: float) -> GatewayAnswer:
        return self._gateway.void(key, patience)

    def refund(self, request: RefundRequest, patience: float) -> None:
        self._gateway.refund(request, patience)


@pytest.mark.parametrize("dies_after", [False, True])
def test_a_crash_around_the_charge_loses_nothing_and_charges_once(place: Place, dies_after: bool) -> None:
    """The shop dies just before or just after the gateway was asked: another worker finds out and settles it."""
    corner = open_corner(place)
    dying: PaymentGateway = DyingGateway(corner.gateway, dies_after)
    doomed = type(corner.shop).open(corner.database, "corner", corner.clock, dying, PATIENCE)
    corner.fill(MILK=1)
    quote = doomed.checkout.quote("ben")
    with pytest.raises(KeyboardInterrupt):
        doomed.checkout.confirm("ben", quote.id, quote.digest, "k")
    assert corner.shop.checkout.confirm("ben", quote.id, quote.digest, "k").payment is PaymentOutcome.PENDING
    corner.pass_time(seconds=60)
    again = corner.shop.checkout.confirm("ben", quote.id, quote.digest, "k")
    assert again.payment is PaymentOutcome.PAID
    assert [charge.amount for charge in corner.gateway.charges()] == [again.order.total] == [dollars(TOTAL)]
    assert [charge.requests for charge in corner.gateway.charges()] == [1]


def test_a_yes_that_comes_again_takes_up_what_a_dead_process_left(place: Place) -> None:
    """No worker runs: once the dead process's claim is over, the shopper's second yes makes the charge, once."""
    corner = open_corner(place)
    doomed = type(corner.shop).open(
        corner.database, "corner", corner.clock, DyingGateway(corner.gateway, False), PATIENCE
    )
    corner.fill(MILK=1)
    quote = doomed.checkout.quote("ben")
    with pytest.raises(KeyboardInterrupt):
        doomed.checkout.confirm("ben", quote.id, quote.digest, "k")
    corner.clock.advance(seconds=CLAIM.total_seconds() - 1)
    waits = corner.shop.checkout.confirm("ben", quote.id, quote.digest, "k")
    assert (waits.payment, waits.finish_at) == (PaymentOutcome.PENDING, "")
    corner.clock.advance(seconds=1)
    for _ in range(2):
        assert corner.shop.checkout.confirm("ben", quote.id, quote.digest, "k").payment is PaymentOutcome.PAID
    assert [charge.requests for charge in corner.gateway.charges()] == [1]


def test_nobody_asks_the_gateway_more_often_than_once_a_minute_for_long(place: Place) -> None:
    """A charge that stays pending is asked about ever more rarely, and never given up."""
    corner = open_corner(place, TrialGateway(by_amount={TOTAL: Behaviour.LATE}))
    silent = type(corner.shop).open(corner.database, "corner", corner.clock, Mute(), PATIENCE)
    corner.fill(MILK=1)
    quote = silent.checkout.quote("ben")
    purchase = silent.checkout.confirm("ben", quote.id, quote.digest, "k")
    asked = 0
    for _ in range(600):
        corner.clock.advance(seconds=1)
        asked += silent.payments.work()
    assert 10 <= asked <= 20
    assert state_of(corner, purchase) is PaymentState.PENDING


class Mute:
    """A gateway whose line is dead."""

    def charge(self, request: ChargeRequest, patience: float) -> GatewayAnswer:
        raise GatewayTimeout(request.key, patience)

    def state(self, key: str, patience: float) -> GatewayAnswer:
        raise GatewayTimeout(key, patience)

    def void(self, key: str, patience: float) -> GatewayAnswer:
        raise GatewayTimeout(key, patience)

    def refund(self, request: RefundRequest, patience: float) -> None:
        raise GatewayTimeout(request.key, patience)


def test_a_refund_waits_for_a_gateway_that_does_not_answer(place: Place) -> None:
    """The order is cancelled while the line is dead: the refund is made as soon as the gateway is back."""
    corner = open_corner(place)
    purchase = buy_milk(corner)
    cut_off = type(corner.shop).open(corner.database, "corner", corner.clock, Mute(), PATIENCE)
    cut_off.orders.cancel("ben", purchase.order.number)
    assert charged(corner) == TOTAL
    corner.pass_time(seconds=60)
    assert charged(corner) == 0
    assert corner.balance("receivable") == 0


def test_a_charge_that_nobody_wants_any_more_is_never_made(place: Place) -> None:
    """The shop dies before the gateway heard of the charge, and the order is cancelled while the line is dead."""
    corner = open_corner(place)
    open_with = type(corner.shop).open
    doomed = open_with(corner.database, "corner", corner.clock, DyingGateway(corner.gateway, False), PATIENCE)
    cut_off = open_with(corner.database, "corner", corner.clock, Mute(), PATIENCE)
    corner.fill(MILK=1)
    quote = doomed.checkout.quote("ben")
    with pytest.raises(KeyboardInterrupt):
        doomed.checkout.confirm("ben", quote.id, quote.digest, "k")
    cut_off.orders.cancel("ben", corner.shop.orders.list("ben")[0].number)
    for _ in range(18):
        corner.clock.advance(seconds=1)
        cut_off.payments.work()
    corner.pass_time(seconds=60)
    assert [(charge.state, charge.requests) for charge in corner.gateway.charges()] == [(GatewayState.VOIDED, 0)]
    assert corner.balance("receivable") == 0
