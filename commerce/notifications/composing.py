"""What a notification says: its rows, put in the customer's words. Works inside the caller's transaction."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from babel.numbers import format_currency
from sqlalchemy.orm import Session

from commerce.importing.amounts import to_decimal
from commerce.linking.subscriptions import listener_of
from commerce.logins.new_resets import new_reset
from commerce.money import Money
from commerce.notifications import running_out
from commerce.notifications.events import ADVERTISING, Channel, Event
from commerce.notifications.port import Letter
from commerce.notifications.wording import Bought, TakenOff, Words, put_in_words
from commerce.order_items import Order
from commerce.order_rows import load_order
from commerce.shop_info import ShopInfo
from commerce.storage.customer_tables import CustomerRow
from commerce.storage.notification_tables import ContactRow, NotificationRow, WebhookRow


def recipient(session: Session, row: NotificationRow) -> str | None:
    """Where it goes now, or None when there is nowhere to send it or the customer does not want it."""
    contact = session.get(ContactRow, row.customer_id)
    if not _is_agreed_to(session, row, contact):
        return None
    match Channel(row.channel):
        case Channel.EMAIL:
            return session.get_one(CustomerRow, row.customer_id).email
        case Channel.SMS:
            return None if contact is None else contact.phone
        case Channel.ALEXA:
            return listener_of(session, row.customer_id, advertising=Event(row.event) in ADVERTISING)
        case Channel.WEBHOOK:
            webhook = session.get(WebhookRow, row.shop_id)
            return None if webhook is None else webhook.url


def _is_agreed_to(session: Session, row: NotificationRow, contact: ContactRow | None) -> bool:
    match Event(row.event):
        case Event.RUNNING_OUT:
            return running_out.is_wanted(session, row)
        case event if event in ADVERTISING:
            return contact is not None and contact.marketing
    return True


def compose(session: Session, shop: ShopInfo, row: NotificationRow, to: str, unsubscribe_url: str) -> Letter:
    """The letter of a notification. unsubscribe_url: the page that takes a token, "" for none."""
    customer = session.get_one(CustomerRow, row.customer_id)
    order = None if row.order_id is None else load_order(session, row.order_id)
    token = _token(session, row)
    words = _words(session, shop, row, order, f"{unsubscribe_url}?token={token}" if token else "")
    return Letter(
        message_id=row.message_id,
        to=to,
        event=Event(row.event),
        subject=words.subject,
        text=words.text,
        html=words.html,
        short=words.short,
        document=_document(shop, customer, row, order),
        language=customer.language,
        at=row.made_at,
        unsubscribe=token,
    )


def _token(session: Session, row: NotificationRow) -> str:
    if Event(row.event) not in ADVERTISING:
        return ""
    return session.get_one(ContactRow, row.customer_id).unsubscribe_token


def _link(session: Session, row: NotificationRow) -> str:
    """Where the customer is sent. A link that opens the account is made only now: no queue holds it."""
    if Event(row.event) is not Event.LOCKED_OUT:
        return str(row.facts.get("link", ""))
    return f"{row.facts['page']}?token={new_reset(session, row.customer_id, row.made_at)}"


def _words(session: Session, shop: ShopInfo, row: NotificationRow, order: Order | None, unsubscribe: str) -> Words:
    customer = session.get_one(CustomerRow, row.customer_id)
    fields = {
        "name": customer.name,
        "shop": shop.name,
        "seller": shop.seller,
        "address": shop.address,
        "returns": shop.returns,
        "tracking": "",
        **{name: str(value) for name, value in row.facts.items()},
        "link": _link(session, row),
    }
    if Event(row.event) is Event.RUNNING_OUT:
        fields["products"] = ", ".join(running_out.still_missing(session, row))
    amount = row.facts.get("amount")
    if amount is not None:
        fields["amount"] = _written(Money(int(amount), shop.currency), customer.language)
    if order is None:
        return put_in_words(Event(row.event), customer.language, fields, (), unsubscribe)
    fields |= {
        "number": order.number,
        "delivery": _written(order.delivery, customer.language),
        "tax": _written(order.tax, customer.language),
        "total": _written(order.total, customer.language),
        "goes_to": order.address,
        "payee": order.payee,
    }
    lines = tuple(
        Bought(
            ", ".join([line.name, *(option.spoken for option in line.options if not option.default)]),
            line.quantity,
            _written(line.full, customer.language),
        )
        for line in order.lines
    )
    off = tuple(TakenOff(discount.name, _written(discount.amount, customer.language)) for discount in order.discounts)
    return put_in_words(Event(row.event), customer.language, fields, (*lines, *off), unsubscribe)


def _document(shop: ShopInfo, customer: CustomerRow, row: NotificationRow, order: Order | None) -> dict[str, Any]:
    """What a machine is told: keys and amounts in minor units, nothing that the shop does not need to know."""
    document = {
        "id": row.message_id,
        "event": row.event,
        "shop": shop.key,
        "customer": customer.key,
        "at": row.made_at.isoformat(),
        **row.facts,
    }
    if order is None:
        return document
    return document | {
        "order": order.number,
        "status": order.status.value,
        "total": order.total.amount,
        "currency": order.total.currency,
        "lines": [{"sku": line.sku, "quantity": line.quantity, "total": line.total.amount} for line in order.lines],
        "discounts": [discount.document() for discount in order.discounts],
    }


def _written(money: Money, language: str) -> str:
    value: Decimal = to_decimal(money.amount, money.currency)
    return str(format_currency(value, money.currency, locale=language.replace("-", "_")))
