"""A payment's row, inside the caller's transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from commerce.payments.states import PaymentMethod, PaymentState
from commerce.storage.order_tables import OrderRow
from commerce.storage.payment_tables import PaymentRow


@dataclass(frozen=True, slots=True)
class Means:
    """What an order is paid with.

    token: the gateway's name for the customer's card, "" for other methods.
    account_id: the account that pays, for the method `account`.
    """

    method: PaymentMethod
    token: str = ""
    account_id: int | None = None


def add_payment(session: Session, order: OrderRow, means: Means, state: PaymentState, at: datetime) -> PaymentRow:
    """Write the payment of an order, under a key that no other payment has."""
    row = PaymentRow(
        order_id=order.id,
        method=means.method.value,
        state=state.value,
        amount=order.total,
        currency=order.currency,
        key=f"order-{uuid4().hex}",
        token=means.token,
        account_id=means.account_id,
        reference="",
        reason="",
        finish_at=None,
        requested_at=at,
    )
    session.add(row)
    session.flush()
    return row


def payment_of(session: Session, order_id: int) -> PaymentRow:
    """The payment of an order, as it is now."""
    wanted = select(PaymentRow).where(PaymentRow.order_id == order_id)
    return session.scalars(wanted.execution_options(populate_existing=True)).one()
