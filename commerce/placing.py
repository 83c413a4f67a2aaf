"""From a confirmed offer to an order: stock, order, books, payment and outbox in the caller's one transaction."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from commerce.accounts import load_account, load_bill, pay_bill, spend
from commerce.bookings import book_sale, mark_owed, reference
from commerce.cart_rows import empty_cart
from commerce.catalogue import stock
from commerce.ledger import Books, Transfer
from commerce.notifications.announcing import announce
from commerce.notifications.events import Event
from commerce.order_items import OrderKind
from commerce.order_rows import NewOrder, insert_order, move
from commerce.order_states import OrderStatus
from commerce.outbox import Message, Topic, post_and_claim
from commerce.payments.rows import add_payment
from commerce.payments.settling import pay_from_account
from commerce.payments.states import PaymentMethod, PaymentState
from commerce.promotions.redeeming import take_uses
from commerce.quotes import Offer
from commerce.shop_info import ShopInfo
from commerce.storage.cart_tables import CartRow
from commerce.storage.order_tables import OrderRow


@dataclass(frozen=True, slots=True)
class Placed:
    """An order that was made. charge: the claimed message to take its money, for whoever confirmed it to carry out."""

    order: OrderRow
    charge: Message | None = None


def place(session: Session, shop: ShopInfo, cart: CartRow, offer: Offer, at: datetime) -> Placed:
    """Make the order that an offer describes, and pay it or post the message to. cart: the buyer's, locked.

    Raises InsufficientStock, PromotionGone, PointsGone, InsufficientFunds, BillOverpaid; then the transaction must be
    rolled back.
    """
    owner = cart.customer_id
    if offer.kind is OrderKind.BILL:
        return Placed(_place_bill(session, shop, owner, offer, at))
    units: Counter[str] = Counter()
    for line in offer.lines:
        units[line.sku] += line.quantity
    owed = stock.take(session, shop.id, units, owner, at)
    arrives = at + timedelta(days=shop.delivery_days)
    row = insert_order(session, shop, _new_order(owner, offer, at, arrives), holds_stock=True)
    mark_owed(session, row, owed)
    if offer.discounts:
        take_uses(session, row, at)
    book_sale(session, row, offer.net, at)
    announce(session, row, Event.PLACED, at)
    charge = _pay(session, row, offer, at)
    empty_cart(session, cart, at)
    return Placed(row, charge)


def _pay(session: Session, row: OrderRow, offer: Offer, at: datetime) -> Message | None:
    if offer.total.amount == 0:
        add_payment(session, row, offer.means, PaymentState.CAPTURED, at)
        move(session, row, OrderStatus.PAID, at)
        announce(session, row, Event.PAID, at)
    elif offer.means.method is PaymentMethod.CARD:
        payment = add_payment(session, row, offer.means, PaymentState.REQUESTED, at)
        return post_and_claim(session, row.shop_id, Topic.CHARGE, payment.id, at)
    elif offer.means.account_id is not None:
        add_payment(session, row, offer.means, PaymentState.CAPTURED, at)
        pay_from_account(session, row, offer.means.account_id, at)
    else:
        add_payment(session, row, offer.means, PaymentState.ON_DELIVERY, at)
    return None


def _place_bill(session: Session, shop: ShopInfo, owner: int, offer: Offer, at: datetime) -> OrderRow:
    assert offer.bill_id is not None
    assert offer.means.account_id is not None
    bill = load_bill(session, owner, offer.bill_id, shop.currency)
    _, code = load_account(session, owner, offer.means.account_id)
    payee = pay_bill(session, bill, offer.total.amount)
    row = insert_order(session, shop, _new_order(owner, offer, at, None), holds_stock=False)
    Books(session, shop.id).ensure([payee], shop.currency)
    transfer = Transfer(code, payee, offer.total, "bill", reference(row), f"{reference(row)}:bill")
    spend(session, shop.id, offer.means.account_id, transfer, at, offer.payee, "Bills")
    add_payment(session, row, offer.means, PaymentState.CAPTURED, at)
    move(session, row, OrderStatus.PAID, at)
    announce(session, row, Event.BILL_PAID, at)
    return row


def _new_order(owner: int, offer: Offer, at: datetime, arrives: datetime | None) -> NewOrder:
    return NewOrder(
        owner=owner,
        kind=offer.kind,
        lines=offer.lines,
        delivery=offer.delivery,
        tax=offer.tax,
        total=offer.total,
        payee=offer.payee,
        address=offer.address,
        placed_at=at,
        expected_at=arrives,
        discounts=offer.discounts,
    )
