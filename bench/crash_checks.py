"""What must be true after the crashes: between the shop's books, the gateway's record, and what people were told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bench.crash_worker import Files, Mailbox
from bench.market import LAST
from commerce.ledger import RECEIVABLE, Books, audit
from commerce.notifications.events import Channel, NotificationState
from commerce.order_states import OrderStatus
from commerce.payments.port import GatewayState
from commerce.payments.states import OPEN, PaymentState
from commerce.payments.trial_gateway import RecordedCharge, TrialGateway
from commerce.storage.database import Database
from commerce.storage.notification_tables import NotificationRow
from commerce.storage.order_tables import OrderLineRow, OrderRow
from commerce.storage.payment_tables import OutboxRow, PaymentRow
from commerce.storage.shop_tables import StockRow, VariantRow

NO_SALE = frozenset({OrderStatus.DECLINED, OrderStatus.CANCELLED})
PAID = frozenset({PaymentState.CAPTURED, PaymentState.REFUNDED})


@dataclass(frozen=True, slots=True)
class Tally:
    """What was found. doubled: messages delivered again; doubtful: tries that may have been."""

    orders: int
    charges: int
    messages: int
    doubled: int
    doubtful: int
    told: int
    transfers: int
    lost: tuple[str, ...]


def open_matters(session: Session, shop_id: int) -> int:
    """Outbox messages that were not carried out, and payments whose end is not known."""
    waiting = select(func.count()).where(OutboxRow.shop_id == shop_id, OutboxRow.done_at.is_(None))
    undecided = (
        select(func.count())
        .select_from(PaymentRow)
        .join(OrderRow, OrderRow.id == PaymentRow.order_id)
        .where(OrderRow.shop_id == shop_id, PaymentRow.state.in_([state.value for state in OPEN]))
    )
    return session.scalars(waiting).one() + session.scalars(undecided).one()


def take_stock(database: Database, shop_id: int, units: int, files: Files) -> Tally:
    """Compare everything with everything. units: of `LAST`, at the beginning."""
    gateway, mailbox = TrialGateway(record=files.charges), Mailbox(files.mail)
    charges, mail = {charge.key: charge for charge in gateway.charges()}, Counter(mailbox.messages())
    gateway.close()
    mailbox.close()
    told = files.told.read_text().split("\n")[:-1] if files.told.exists() else []
    with database.reading() as session:
        orders = session.execute(
            select(OrderRow, PaymentRow)
            .join(PaymentRow, PaymentRow.order_id == OrderRow.id)
            .where(OrderRow.shop_id == shop_id)
        ).all()
        books = audit(session, shop_id)
        lost = [
            *_money(session, shop_id, [(order, payment) for order, payment in orders], charges),
            *_told(told, {str(order.number): payment for order, payment in orders}),
            *_mail(session, shop_id, {order.id: payment for order, payment in orders}, mail),
            *_shelf(session, shop_id, units),
            *([] if books.sound else [f"the books do not balance: {books.totals} {books.differences}"]),
        ]
        waiting = open_matters(session, shop_id)
        doubtful = session.scalars(
            select(func.coalesce(func.sum(NotificationRow.doubtful), 0)).where(NotificationRow.shop_id == shop_id)
        ).one()
    doubled = sum(mail.values()) - len(mail)
    if waiting:
        lost.append(f"{waiting} matters are not resolved")
    if doubled > doubtful:
        lost.append(f"{doubled} messages came twice, and only {doubtful} tries were doubtful")
    return Tally(len(orders), len(charges), len(mail), doubled, int(doubtful), len(told), books.transfers, tuple(lost))


def _money(
    session: Session, shop_id: int, orders: list[tuple[OrderRow, PaymentRow]], charges: dict[str, RecordedCharge]
) -> Iterator[str]:
    known = {payment.key for _, payment in orders}
    yield from (f"charge {key} belongs to no order" for key in charges.keys() - known)
    for order, payment in orders:
        charge = charges.get(payment.key)
        taken = charge.amount.amount if charge is not None and charge.state is GatewayState.CAPTURED else 0
        if charge is not None and charge.requests > 1:
            yield f"order {order.number} was charged {charge.requests} times"
        if taken != (payment.amount if PaymentState(payment.state) in PAID else 0):
            yield f"order {order.number} is {payment.state}, and {taken} was taken"
        kept = taken - (charge.refunded if charge is not None else 0)
        booked = sum(
            transfer.amount.amount * (1 if transfer.kind == "payment" else -1)
            for kind in ("payment", "refund")
            for transfer in Books(session, shop_id).booked(f"order:{order.id}", kind)
        )
        if kept != booked or (OrderStatus(order.status) in NO_SALE and kept):
            yield f"order {order.number} is {order.status}: {kept} was kept, {booked} is booked"
    if orders and Books(session, shop_id).balance(RECEIVABLE).amount:
        yield "somebody owes, or is owed, something"


def _told(told: list[str], orders: dict[str, PaymentRow]) -> Iterator[str]:
    """What a shopper heard is still true, or was undone later."""
    for line in told:
        number, outcome = line.split(" ")
        if number not in orders:
            yield f"order {number} was confirmed to a shopper and is gone"
        elif outcome == "paid" and PaymentState(orders[number].state) not in PAID:
            yield f"order {number} was said to be paid and is {orders[number].state}"


def _mail(session: Session, shop_id: int, payments: dict[int, PaymentRow], mail: Counter[str]) -> Iterator[str]:
    rows = session.scalars(select(NotificationRow).where(NotificationRow.shop_id == shop_id)).all()
    mails = [row for row in rows if row.channel == Channel.EMAIL]
    for row in mails:
        if row.state != NotificationState.SENT or not mail[row.message_id]:
            yield f"{row.key} is {row.state} and came {mail[row.message_id]} times"
    yield from (f"message {message} is of nobody" for message in mail.keys() - {row.message_id for row in mails})
    told = Counter((row.order_id, row.event) for row in mails)
    for order_id in payments:
        if told[order_id, "order.placed"] != 1:
            yield f"order {order_id} was confirmed {told[order_id, 'order.placed']} times by mail"


def _shelf(session: Session, shop_id: int, units: int) -> Iterator[str]:
    left = session.scalars(
        select(StockRow.available)
        .join(VariantRow, VariantRow.id == StockRow.variant_id)
        .where(VariantRow.shop_id == shop_id, VariantRow.sku == LAST)
    ).one()
    held = session.scalars(
        select(func.coalesce(func.sum(OrderLineRow.held), 0))
        .join(OrderRow, OrderRow.id == OrderLineRow.order_id)
        .where(OrderRow.shop_id == shop_id, OrderLineRow.sku == LAST)
    ).one()
    if left is None or left + held != units:
        yield f"{left} units are left and {held} held, of {units}"
