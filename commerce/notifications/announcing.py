"""Writing down what must be told, in the transaction that makes it true."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from commerce.linking.subscriptions import listener_of
from commerce.notifications.events import ADVERTISING, CONFIDENTIAL, SPOKEN, URGENT, Channel, Event, NotificationState
from commerce.outbox import Topic, post
from commerce.storage.notification_tables import ContactRow, NotificationRow, WebhookRow
from commerce.storage.once import insert_once
from commerce.storage.order_tables import OrderRow
from commerce.storage.reorder_tables import ReorderConsentRow


def announce(
    session: Session, order: OrderRow, event: Event, at: datetime, occasion: str = "", **facts: str | int
) -> None:
    """Tell an order's customer, and the merchant's system, of an event; once for each `occasion`.

    facts: what the order itself does not say, such as the amount of a refund in minor units.
    """
    key = f"order:{order.id}:{event.value}{occasion and f':{occasion}'}"
    _write(session, (order.shop_id, order.customer_id, order.id), event, key, facts, at)


def advertise(
    session: Session, shop_id: int, customer: int, event: Event, occasion: str, at: datetime, **facts: str | int
) -> bool:
    """Tell a customer something that is no order's business; consent is looked at when it is sent.

    Once for each `occasion`; whether it is news.
    """
    return _write(session, (shop_id, customer, None), event, f"customer:{customer}:{event.value}:{occasion}", facts, at)


def tell(
    session: Session, shop_id: int, customer: int, event: Event, occasion: str, at: datetime, **facts: str | int
) -> None:
    """Tell a customer (a row id) something about the account; once for each `occasion`."""
    _write(session, (shop_id, customer, None), event, f"customer:{customer}:{event.value}:{occasion}", facts, at)


def _write(
    session: Session,
    about: tuple[int, int, int | None],
    event: Event,
    key: str,
    facts: Mapping[str, str | int],
    at: datetime,
) -> bool:
    """Whether anything of it was not written down before."""
    shop_id, customer_id, order_id = about
    news = False
    for channel in _channels(session, shop_id, customer_id, event):
        written = insert_once(
            session,
            NotificationRow,
            shop_id=shop_id,
            customer_id=customer_id,
            order_id=order_id,
            event=event.value,
            channel=channel.value,
            key=f"{key}:{channel.value}",
            facts=dict(facts),
            message_id=uuid4().hex,
            state=NotificationState.WAITING.value,
            reported=0,
            doubtful=0,
            note="",
            made_at=at,
        )
        if written is not None:
            post(session, shop_id, Topic.NOTIFY, written.id, at, at)
            news = True
    return news


def _channels(session: Session, shop_id: int, customer_id: int, event: Event) -> list[Channel]:
    channels = [_wished_channel(session, customer_id) if event is Event.RUNNING_OUT else Channel.EMAIL]
    if event in URGENT:
        phone = session.scalar(select(ContactRow.phone).where(ContactRow.customer_id == customer_id))
        channels += [Channel.SMS] if phone else []
    if event in SPOKEN and listener_of(session, customer_id, advertising=event in ADVERTISING) is not None:
        channels.append(Channel.ALEXA)
    if event not in ADVERTISING | CONFIDENTIAL and session.get(WebhookRow, shop_id) is not None:
        channels.append(Channel.WEBHOOK)
    return channels


def _wished_channel(session: Session, customer_id: int) -> Channel:
    """How the customer agreed to be told of what is running out."""
    return Channel(session.get_one(ReorderConsentRow, customer_id).channel)
