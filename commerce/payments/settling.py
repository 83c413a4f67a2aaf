"""What a gateway's answer does to a payment and its order. Works inside the caller's transaction.

Answers may come in any order and any number of times: the table of the payment's states says which of them still count.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from commerce.accounts import load_account, spend
from commerce.bookings import book_payment, reference, release_stock, restore_cart, reverse_sale
from commerce.ledger import CASH, GATEWAY, RECEIVABLE, Transfer
from commerce.money import Money
from commerce.notifications.announcing import announce
from commerce.notifications.events import Event
from commerce.order_rows import lock_order, move
from commerce.order_states import OrderStatus
from commerce.outbox import Topic, post
from commerce.payments.port import GatewayAnswer, GatewayState
from commerce.payments.refunds import give_back, refundable
from commerce.payments.rows import payment_of
from commerce.payments.states import OPEN, PaymentState, moves
from commerce.promotions import points
from commerce.promotions.redeeming import give_back_uses
from commerce.storage.order_tables import OrderRow
from commerce.storage.payment_tables import PaymentRow

FIRST_ASKED_AFTER = timedelta(seconds=2)

MEANING = {
    GatewayState.CAPTURED: PaymentState.CAPTURED,
    GatewayState.DECLINED: PaymentState.DECLINED,
    GatewayState.VOIDED: PaymentState.VOIDED,
    GatewayState.PENDING: PaymentState.PENDING,
    GatewayState.UNKNOWN: PaymentState.PENDING,
}


def settle(session: Session, order_id: int, answer: GatewayAnswer, at: datetime) -> None:
    """Let an answer about an order's payment count, if it still does."""
    order = lock_order(session, order_id)
    payment = payment_of(session, order_id)
    wanted = MEANING[answer.state]
    if answer.finish_at and not payment.finish_at and PaymentState(payment.state) in OPEN:
        payment.finish_at = answer.finish_at
        announce(session, order, Event.FINISH, at, link=answer.finish_at)
        session.flush()
    if not moves(PaymentState(payment.state), wanted):
        return
    payment.state = wanted.value
    payment.reference = answer.reference or payment.reference
    payment.reason = answer.reason
    session.flush()
    if wanted is PaymentState.PENDING:
        post(session, order.shop_id, Topic.ASK, payment.id, at, at + FIRST_ASKED_AFTER)
    elif wanted is PaymentState.CAPTURED:
        _captured(session, order, payment, at)
    elif order.status == OrderStatus.PLACED:
        _failed(session, order, at)


def pay_from_account(session: Session, order: OrderRow, account_id: int, at: datetime) -> None:
    """Pay an order from one of the customer's accounts, at once. Raises UnknownAccount, InsufficientFunds."""
    _, code = load_account(session, order.customer_id, account_id)
    money = Money(order.total, order.currency)
    transfer = Transfer(code, RECEIVABLE, money, "payment", reference(order), f"{reference(order)}:payment")
    spend(session, order.shop_id, account_id, transfer, at, order.payee, "Shopping")
    move(session, order, OrderStatus.PAID, at)
    points.earn(session, order, at)
    announce(session, order, Event.PAID, at)


def receive_cash(session: Session, order: OrderRow, at: datetime) -> None:
    """The total was handed over at the door."""
    payment = payment_of(session, order.id)
    if moves(PaymentState(payment.state), PaymentState.CAPTURED):
        payment.state = PaymentState.CAPTURED.value
        book_payment(session, order, CASH, at)
        points.earn(session, order, at)
        announce(session, order, Event.PAID, at)


def undo_order(session: Session, order: OrderRow, at: datetime) -> None:
    """Cancel a locked order: stock and sale go back, and so does money, at once or through the outbox.

    Raises IllegalTransition.
    """
    move(session, order, OrderStatus.CANCELLED, at)
    announce(session, order, Event.CANCELLED, at)
    release_stock(session, order)
    give_back_uses(session, order, at)
    reverse_sale(session, order, at)
    payment = payment_of(session, order.id)
    state = PaymentState(payment.state)
    if state in OPEN:
        post(session, order.shop_id, Topic.VOID, payment.id, at, at)
    elif state is PaymentState.ON_DELIVERY:
        payment.state = PaymentState.VOIDED.value
    elif left := refundable(session, order):
        give_back(session, order, left, "order undone", at)


def _captured(session: Session, order: OrderRow, payment: PaymentRow, at: datetime) -> None:
    book_payment(session, order, GATEWAY, at)
    if order.status == OrderStatus.PLACED:
        move(session, order, OrderStatus.PAID, at)
        points.earn(session, order, at)
        announce(session, order, Event.PAID, at)
    else:  # cancelled or declined in the meantime: the money must go back
        give_back(session, order, payment.amount, "order undone", at)


def _failed(session: Session, order: OrderRow, at: datetime) -> None:
    move(session, order, OrderStatus.DECLINED, at)
    announce(session, order, Event.DECLINED, at)
    restore_cart(session, order, at)  # locks the customer: before the stock, as a checkout does
    release_stock(session, order)
    give_back_uses(session, order, at)
    reverse_sale(session, order, at)
