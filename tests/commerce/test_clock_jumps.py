"""The clock jumps, forwards or backwards: nothing is bought that was not meant, and what waits is not forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest

from commerce.checkout import PaymentOutcome
from commerce.clock import is_over
from commerce.errors import QuoteNotLive, StaleSignature
from commerce.order_states import OrderStatus
from commerce.outbox import Topic, about, claim, due, post, postpone
from commerce.payments.trial_gateway import Behaviour, TrialGateway
from commerce.signatures import check_signature, sign
from tests.commerce.corner import NOON, Corner, open_corner
from tests.commerce.places import Place

TOTAL = 249 + 390  # a bottle of milk and its delivery
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


def silent(place: Place, behaviour: Behaviour) -> Corner:
    """A shop whose gateway does not answer in time for a bottle of milk; ben has bought one."""
    corner = open_corner(place, TrialGateway(by_amount={TOTAL: behaviour}))
    corner.fill(MILK=1)
    assert corner.buy().payment is PaymentOutcome.PENDING
    return corner


@pytest.mark.parametrize(
    ("after", "over"),
    [(-DAY, True), (-59 * SECOND, False), (0 * SECOND, False), (59 * SECOND, False), (60 * SECOND, True), (DAY, True)],
)
def test_a_minute_ends_after_a_minute_or_when_the_clock_was_set_back(after: timedelta, over: bool) -> None:
    """A beginning a little ahead is another machine's clock; one far ahead is a clock that was set back."""
    assert is_over(NOON, timedelta(minutes=1), NOON + after) is over


@pytest.mark.parametrize("jump", [{"days": 1}, {"days": -1}, {"minutes": -5}])
def test_a_jump_ends_every_quote(place: Place, jump: dict[str, float]) -> None:
    """A total that was read out at an unknown time is read out again; nothing is bought."""
    corner = open_corner(place)
    corner.fill(MILK=1)
    quote = corner.shop.checkout.quote("ben")
    corner.clock.advance(**jump)
    assert corner.shop.checkout.live_quote("ben") is None
    with pytest.raises(QuoteNotLive) as refused:
        corner.shop.checkout.confirm("ben", quote.id, quote.digest, "key")
    assert (refused.value.code, refused.value.why) == ("quote_not_live", "expired")
    assert corner.stock("MILK") == 40
    assert corner.gateway.charges() == ()
    corner.buy()
    assert corner.stock("MILK") == 39


@pytest.mark.parametrize("jump", [{"days": 1}, {"days": -1}])
@pytest.mark.parametrize(
    ("behaviour", "status"), [(Behaviour.SLOW, OrderStatus.PAID), (Behaviour.LOST, OrderStatus.DECLINED)]
)
def test_a_payment_in_doubt_is_resolved_after_a_jump(
    place: Place, jump: dict[str, float], behaviour: Behaviour, status: OrderStatus
) -> None:
    """The gateway is asked at once, not a day later; money that it took counts once, and none is taken after all."""
    corner = silent(place, behaviour)
    corner.clock.advance(**jump)
    corner.pass_time(minutes=1)
    order = corner.shop.orders.latest("ben")
    assert order is not None
    assert order.status is status
    assert [charge.requests for charge in corner.gateway.charges()] == [int(status is OrderStatus.PAID)]
    assert corner.balance("gateway") == (-TOTAL if status is OrderStatus.PAID else 0)
    assert corner.balance("receivable") == 0
    assert corner.audit().sound


def test_a_message_that_was_put_off_before_the_clock_was_set_back_is_due(place: Place) -> None:
    """A claim and a pause that seem to last a day were made by a clock that ran ahead; honest ones are respected."""
    corner = open_corner(place)
    shop = corner.shop.info.id
    which = about(shop, Topic.ASK, 7)
    with corner.database.transaction() as session:
        post(session, shop, Topic.ASK, 7, NOON, NOON)
        assert claim(session, which, NOON) is not None
        assert claim(session, which, NOON - timedelta(seconds=30)) is None  # another machine's clock is behind
        again = claim(session, which, NOON - DAY)
        assert again is not None
        postpone(session, again, NOON)
        assert due(session, shop, NOON, 9, {Topic.ASK}) == 0
        assert due(session, shop, NOON - timedelta(seconds=50), 9, {Topic.ASK}) == 0
        assert due(session, shop, NOON - DAY, 9, {Topic.ASK}) == 1
        old = NOON - 9 * DAY
        post(session, shop, Topic.ASK, 8, old, NOON)  # made long ago, put off by a clock that ran ahead
        assert due(session, shop, NOON - DAY, 9, {Topic.ASK}) == 2
        post(session, shop, Topic.NOTIFY, 9, old, NOON + 8 * timedelta(hours=1))  # quiet hours are no jump
        assert due(session, shop, NOON, 9, {Topic.NOTIFY}) == 0


@pytest.mark.parametrize("jump", [{"days": 1}, {"days": -1}])
def test_units_that_are_held_are_neither_lost_nor_sold_twice(place: Place, jump: dict[str, float]) -> None:
    """The only bread is held for anna: a jump ahead sets it free, a jump back holds it longer; it is sold once."""
    corner = open_corner(place)
    corner.shop.reservations.hold("anna", "BREAD")
    corner.clock.advance(**jump)
    corner.shop.reservations.expire()
    held = sum(reservation.units for reservation in corner.shop.reservations.list("anna"))
    assert (corner.stock("BREAD") or 0) + held == 1
    corner.fill("anna", BREAD=1)
    corner.buy("anna", code="4711")
    assert corner.stock("BREAD") == 0


@pytest.mark.parametrize("jump", [DAY, -DAY])
def test_a_signature_from_another_time_is_stale(jump: timedelta) -> None:
    """Whoever repeats yesterday's message, or one of tomorrow, is refused; a few seconds do not matter."""
    header = sign("secret", b"{}", NOON)
    check_signature("secret", header, b"{}", NOON + timedelta(seconds=9))
    with pytest.raises(StaleSignature) as refused:
        check_signature("secret", header, b"{}", NOON + jump)
    assert refused.value.code == "stale_signature"
