"""Carries out what the outbox says about payments: asks the gateway, and lets its answers count.

A charge whose answer did not come is never made again: the gateway is asked what became of it. When it has no record of
the charge for half a minute, the charge is withdrawn there, so that it can't arrive later, and only then given up.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from commerce.clock import Clock, is_over
from commerce.money import Money
from commerce.order_states import OrderStatus
from commerce.outbox import PAYMENTS, Message, Topic, Which, about, claim, due, finish, next_due, postpone
from commerce.payments.port import (
    ChargeRequest,
    GatewayAnswer,
    GatewayState,
    GatewayTimeout,
    PaymentGateway,
    RefundRequest,
)
from commerce.payments.refunds import open_refunds, refund_request, refunded
from commerce.payments.settling import settle
from commerce.payments.states import OPEN, PaymentState
from commerce.shop_info import ShopInfo
from commerce.storage.database import Database
from commerce.storage.order_tables import OrderRow
from commerce.storage.payment_tables import PaymentRow

PATIENCE = 3.0  # seconds that a shopper waits for the gateway
GIVEN_UP_AFTER = timedelta(seconds=30)
HELD_FOR = timedelta(minutes=30)  # the goods, for a shopper who must finish the payment on the phone


@dataclass(frozen=True, slots=True)
class _Case:
    """A payment as the gateway needs it.

    is_open: the gateway has the last word on it. is_wanted: its order still waits for the money. is_old: the gateway
    should have a record of it by now. is_overdue: the shopper had time enough to finish it.
    """

    order_id: int
    key: str
    amount: Money
    token: str
    number: str
    is_open: bool
    is_wanted: bool
    is_old: bool
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class Errand:
    """A claimed message about a payment, with what is needed to carry it out after the transaction."""

    message: Message
    case: _Case


class PaymentDesk:
    """Does one shop's outbox messages about payments. patience: seconds of real time that one call may take."""

    def __init__(
        self, database: Database, shop: ShopInfo, clock: Clock, gateway: PaymentGateway, patience: float = PATIENCE
    ) -> None:
        self._database = database
        self._shop = shop
        self._clock = clock
        self._gateway = gateway
        self._patience = patience

    def work(self, limit: int = 100) -> int:
        """Do the messages that are due, and return how many were begun. Any number of processes may do so at once."""
        with self._database.reading() as session:
            waiting = due(session, self._shop.id, self._clock.now(), limit, PAYMENTS)
        return sum(self._do(next_due(self._shop.id, self._clock.now(), PAYMENTS)) for _ in range(waiting))

    def attend(self, subject: int, topic: Topic) -> None:
        """Do the message about a payment or a refund of this shop now, if it waits and nobody else is at it."""
        self._do(about(self._shop.id, topic, subject))

    def take_up(self, session: Session, message: Message) -> Errand:
        """What is to be done about a claimed message once the caller's transaction is committed."""
        return Errand(message, self._case(session, message.subject))

    def carry_out(self, errand: Errand) -> None:
        """Ask the gateway, and let its answer count."""
        self._settle(errand.message, errand.case, self._answer(errand.message, errand.case))

    def make_refunds(self, order_id: int) -> None:
        """Give an order's money back now, as far as that waits and nobody else is at it."""
        with self._database.reading() as session:
            waiting = open_refunds(session, order_id)
        for refund_id in waiting:
            self.attend(refund_id, Topic.REFUND)

    def notified(self, answer: GatewayAnswer) -> bool:
        """Let a gateway's own message count, such as a webhook's; False when no payment of the shop has its key."""
        with self._database.transaction() as session:
            order_id = _order_by_key(session, self._shop.id, answer.key)
            if order_id is not None:
                settle(session, order_id, answer, self._clock.now())
        return order_id is not None

    def _do(self, which: Which) -> bool:
        with self._database.transaction() as session:
            message = claim(session, which, self._clock.now())
            if message is None:
                return False
            if message.topic is Topic.REFUND:
                request = refund_request(session, message.subject)
            else:
                errand = self.take_up(session, message)
                if not errand.case.is_open:
                    finish(session, message.id, self._clock.now())
                    return True
        if message.topic is Topic.REFUND:
            self._refund(message, request)
        else:
            self.carry_out(errand)
        return True

    def _answer(self, message: Message, case: _Case) -> GatewayAnswer:
        """What the gateway says; "pending" when it says nothing in time."""
        try:
            if message.topic is Topic.VOID or not case.is_wanted:
                return self._gateway.void(case.key, self._patience)
            if message.topic is Topic.CHARGE and message.attempts == 1:
                return self._charge(case)
            return self._ask(message, case)
        except GatewayTimeout:
            return GatewayAnswer(case.key, GatewayState.PENDING)

    def _charge(self, case: _Case) -> GatewayAnswer:
        return self._gateway.charge(ChargeRequest(case.key, case.amount, case.token, case.number), self._patience)

    def _ask(self, message: Message, case: _Case) -> GatewayAnswer:
        answer = self._gateway.state(case.key, self._patience)
        if answer.finish_at and case.is_overdue:
            return self._gateway.void(case.key, self._patience)
        if answer.state is not GatewayState.UNKNOWN:
            return answer
        if message.topic is Topic.CHARGE:  # whoever began to charge died before the gateway heard of it
            return self._charge(case)
        return self._gateway.void(case.key, self._patience) if case.is_old else answer

    def _settle(self, message: Message, case: _Case, answer: GatewayAnswer) -> None:
        is_final = answer.state not in {GatewayState.PENDING, GatewayState.UNKNOWN}

        def count(session: Session) -> None:
            now = self._clock.now()
            settle(session, case.order_id, answer, now)
            if is_final or message.topic is Topic.CHARGE:  # an open charge is asked about from now on
                finish(session, message.id, now)
            else:
                postpone(session, message, now)

        self._database.write(count)

    def _refund(self, message: Message, request: RefundRequest) -> None:
        try:
            self._gateway.refund(request, self._patience)
        except GatewayTimeout:
            with self._database.transaction() as session:
                postpone(session, message, self._clock.now())
            return
        with self._database.transaction() as session:
            refunded(session, message.subject, self._clock.now())
            finish(session, message.id, self._clock.now())

    def _case(self, session: Session, payment_id: int) -> _Case:
        payment = session.get_one(PaymentRow, payment_id)
        order = session.get_one(OrderRow, payment.order_id)
        return _Case(
            order_id=order.id,
            key=payment.key,
            amount=Money(payment.amount, payment.currency),
            token=payment.token,
            number=str(order.number),
            is_open=PaymentState(payment.state) in OPEN,
            is_wanted=order.status == OrderStatus.PLACED,
            is_old=is_over(payment.requested_at, GIVEN_UP_AFTER, self._clock.now()),
            is_overdue=is_over(payment.requested_at, HELD_FOR, self._clock.now()),
        )


def _order_by_key(session: Session, shop_id: int, key: str) -> int | None:
    return session.scalar(
        select(PaymentRow.order_id)
        .join(OrderRow, OrderRow.id == PaymentRow.order_id)
        .where(OrderRow.shop_id == shop_id, PaymentRow.key == key)
    )
