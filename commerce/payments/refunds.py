"""Money that goes back to whoever paid: in whole or in part, at once or through the outbox.

Works inside the caller's transaction, on an order that the caller has locked.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from commerce.accounts import load_account, spend
from commerce.bookings import book_refund, refund_transfer
from commerce.errors import IdempotencyConflict, RefundTooLarge
from commerce.ledger import CASH, GATEWAY, OPENING
from commerce.money import Money
from commerce.notifications.announcing import announce
from commerce.notifications.events import Event
from commerce.order_rows import lock_order
from commerce.outbox import Topic, post
from commerce.payments.port import RefundRequest
from commerce.payments.rows import payment_of
from commerce.payments.states import PaymentMethod, PaymentState
from commerce.storage.afterwards_tables import RefundRow
from commerce.storage.order_tables import OrderRow
from commerce.storage.payment_tables import PaymentRow

REQUESTED, DONE = "requested", "done"
SOURCES = {PaymentMethod.CARD: GATEWAY, PaymentMethod.DELIVERY: CASH, PaymentMethod.ELSEWHERE: OPENING}


def refundable(session: Session, order: OrderRow) -> int:
    """Minor units that were paid and neither went back nor are on their way back."""
    payment = payment_of(session, order.id)
    if payment.state != PaymentState.CAPTURED:
        return 0
    asked = select(func.coalesce(func.sum(RefundRow.amount), 0)).where(RefundRow.order_id == order.id)
    return payment.amount - int(session.scalars(asked).one())


def give_back(session: Session, order: OrderRow, amount: int, request: str, at: datetime) -> RefundRow:
    """Send money of a locked order back where it came from; the same request counts once.

    Raises RefundTooLarge, IdempotencyConflict when the request was made before with another amount.
    """
    earlier = session.scalar(select(RefundRow).where(RefundRow.order_id == order.id, RefundRow.request == request))
    if earlier is not None:
        if earlier.amount != amount:
            raise IdempotencyConflict(request)
        return earlier
    left = refundable(session, order)
    if not 0 < amount <= left:
        raise RefundTooLarge(str(order.number), amount, left)
    payment = payment_of(session, order.id)
    row = RefundRow(
        order_id=order.id,
        amount=amount,
        currency=order.currency,
        key=f"{payment.key}-{_count(session, order.id) + 1}",
        request=request,
        state=REQUESTED,
        asked_at=at,
    )
    session.add(row)
    session.flush()
    announce(session, order, Event.REFUNDED, at, occasion=str(row.id), amount=amount)
    if payment.method == PaymentMethod.CARD:
        post(session, order.shop_id, Topic.REFUND, row.id, at, at)
    else:  # into the account; cash, and what was paid before these books began, by the merchant's hand
        _done(session, order, payment, row, at)
    return row


def refunded(session: Session, refund_id: int, at: datetime) -> None:
    """The gateway gave the money back."""
    found = session.get_one(RefundRow, refund_id)
    order = lock_order(session, found.order_id)
    row = session.get_one(RefundRow, refund_id, populate_existing=True)
    if row.state != DONE:
        _done(session, order, payment_of(session, order.id), row, at)


def open_refunds(session: Session, order_id: int) -> list[int]:
    """Ids of an order's refunds that are still to be made."""
    wanted = select(RefundRow.id).where(RefundRow.order_id == order_id, RefundRow.state == REQUESTED)
    return list(session.scalars(wanted.order_by(RefundRow.id)))


def refund_request(session: Session, refund_id: int) -> RefundRequest:
    """What the gateway is asked for a refund."""
    row = session.get_one(RefundRow, refund_id)
    return RefundRequest(row.key, payment_of(session, row.order_id).key, Money(row.amount, row.currency))


def _done(session: Session, order: OrderRow, payment: PaymentRow, row: RefundRow, at: datetime) -> None:
    row.state = DONE
    row.done_at = at
    session.flush()
    if payment.account_id is None:
        book_refund(session, order, SOURCES[PaymentMethod(payment.method)], row.amount, row.id, at)
    else:
        _, code = load_account(session, order.customer_id, payment.account_id)
        transfer = refund_transfer(order, code, row.amount, row.id)
        spend(session, order.shop_id, payment.account_id, transfer, at, order.payee, "Refund")
    made = select(func.sum(RefundRow.amount)).where(RefundRow.order_id == order.id, RefundRow.state == DONE)
    if session.scalars(made).one() == payment.amount:
        payment.state = PaymentState.REFUNDED.value
        session.flush()


def _count(session: Session, order_id: int) -> int:
    return session.scalars(select(func.count()).where(RefundRow.order_id == order_id)).one()
