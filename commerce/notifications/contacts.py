"""How customers want to be told, and what they agreed to."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import time

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from commerce.clock import Clock
from commerce.customers import customer_id
from commerce.errors import InvalidPhone, NoConsent, NoPhone, UnknownToken
from commerce.notifications.announcing import advertise
from commerce.notifications.events import Channel, Event, NotificationState
from commerce.notifications.quiet_hours import QuietHours
from commerce.shop_info import ShopInfo
from commerce.storage.database import Database
from commerce.storage.notification_tables import ContactRow, NotificationRow, WebhookRow
from commerce.storage.once import insert_once
from commerce.storage.reorder_tables import ReorderConsentRow

PHONE = re.compile(r"\+[1-9]\d{6,14}")  # ITU-T E.164


@dataclass(frozen=True, slots=True)
class Contact:
    """A customer's wishes.

    phone: for text messages, E.164, or None. marketing: whether word of carts left standing is agreed to.
    reorders: how to be reminded of what is running out, None without consent.
    """

    phone: str | None = None
    quiet_hours: QuietHours | None = None
    marketing: bool = False
    reorders: Channel | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """How a shop's notifications stand. doubtful: tries that may have been delivered and were made again."""

    waiting: int
    sent: int
    withheld: int
    undeliverable: int
    doubtful: int


class Notifications:
    """What one shop's customers are told about, and how; a `Postman` carries it out.

    `customer` is a customer's key; the methods that take one raise UnknownCustomer.
    """

    def __init__(self, database: Database, shop: ShopInfo, clock: Clock) -> None:
        self._database = database
        self._shop = shop
        self._clock = clock

    def contact(self, customer: str) -> Contact:
        """The customer's wishes."""
        with self._database.reading() as session:
            owner = customer_id(session, self._shop.id, customer)
            row, consent = session.get(ContactRow, owner), session.get(ReorderConsentRow, owner)
        if row is None:
            return Contact()
        reorders = None if consent is None else Channel(consent.channel)
        return Contact(row.phone, _quiet_hours(row), row.marketing, reorders)

    def set_phone(self, customer: str, phone: str | None) -> None:
        """Send text messages to this number, or none. Raises InvalidPhone."""
        if phone is not None and PHONE.fullmatch(phone) is None:
            raise InvalidPhone
        self._set(customer, phone=phone)

    def set_quiet_hours(self, customer: str, hours: QuietHours | None) -> None:
        """Text messages and advertising wait while it is quiet; an e-mail about an order disturbs nobody."""
        if hours is None:
            self._set(customer, quiet_from=None, quiet_until=None)
        else:
            self._set(
                customer,
                quiet_from=_minutes(hours.begin),
                quiet_until=_minutes(hours.until),
                time_zone=hours.time_zone,
            )

    def set_marketing(self, customer: str, agreed: bool) -> None:
        """The customer agreed to advertising, or does no longer; when is written down."""
        self._set(customer, marketing=agreed, marketing_at=self._clock.now())

    def set_reorders(self, customer: str, through: Channel | None) -> None:
        """The customer agreed to be reminded of what is running out, by e-mail or text message, or does no longer.

        Raises NoPhone.
        """
        now = self._clock.now()
        with self._database.transaction() as session:
            owner = self._known(session, customer)
            if through is None:
                _end_reorders(session, owner)
                return
            if through is Channel.SMS and not session.get_one(ContactRow, owner).phone:
                raise NoPhone
            values = {"channel": through.value, "given_at": now}
            insert_once(session, ReorderConsentRow, customer_id=owner, looked_at_from=now, **values)
            of_customer = ReorderConsentRow.customer_id == owner
            changed = update(ReorderConsentRow).where(of_customer, ReorderConsentRow.channel != through.value)
            session.execute(changed.values(**values))

    def unsubscribe(self, token: str) -> None:
        """End every consent of whoever got a mail with this link; twice does no harm. Raises UnknownToken."""
        with self._database.transaction() as session:
            ended = session.execute(
                update(ContactRow)
                .where(ContactRow.unsubscribe_token == token)
                .values(marketing=False, marketing_at=self._clock.now())
                .returning(ContactRow.customer_id)
            ).one_or_none()
            if ended is None:
                raise UnknownToken
            _end_reorders(session, ended.customer_id)

    def remind_of_cart(self, customer: str) -> None:
        """Send the customer word of a cart that was left standing, at most once a day. Raises NoConsent."""
        now = self._clock.now()
        with self._database.transaction() as session:
            owner = customer_id(session, self._shop.id, customer)
            row = session.get(ContactRow, owner)
            if row is None or not row.marketing:
                raise NoConsent(customer)
            advertise(session, self._shop.id, owner, Event.REMINDER, f"{now:%Y-%m-%d}", now)

    def set_webhook(self, url: str | None) -> None:
        """Tell the merchant's own system at this address of every order from now on, or no longer."""
        with self._database.transaction() as session:
            if url is not None:
                session.merge(WebhookRow(shop_id=self._shop.id, url=url))
            elif (row := session.get(WebhookRow, self._shop.id)) is not None:
                session.delete(row)

    def count(self) -> Count:
        """How the shop's notifications stand."""
        with self._database.reading() as session:
            of_shop = NotificationRow.shop_id == self._shop.id
            found = session.execute(
                select(NotificationRow.state, func.count()).where(of_shop).group_by(NotificationRow.state)
            )
            by_state = {NotificationState(state): count for state, count in found}
            doubtful = session.scalar(select(func.coalesce(func.sum(NotificationRow.doubtful), 0)).where(of_shop))
        return Count(
            waiting=by_state.get(NotificationState.WAITING, 0),
            sent=by_state.get(NotificationState.SENT, 0),
            withheld=by_state.get(NotificationState.WITHHELD, 0),
            undeliverable=by_state.get(NotificationState.UNDELIVERABLE, 0),
            doubtful=int(doubtful or 0),
        )

    def _set(self, customer: str, **values: object) -> None:
        with self._database.transaction() as session:
            owner = self._known(session, customer)
            session.execute(update(ContactRow).where(ContactRow.customer_id == owner).values(**values))

    def _known(self, session: Session, customer: str) -> int:
        """The customer's row id, once there is a row for their wishes. Raises UnknownCustomer."""
        owner = customer_id(session, self._shop.id, customer)
        token = secrets.token_urlsafe(32)
        insert_once(session, ContactRow, customer_id=owner, marketing=False, time_zone="UTC", unsubscribe_token=token)
        return owner


def quiet_hours(session: Session, customer: int) -> QuietHours | None:
    """The quiet hours of a customer (a row id), if there are any."""
    row = session.get(ContactRow, customer)
    return None if row is None else _quiet_hours(row)


def _end_reorders(session: Session, owner: int) -> None:
    session.execute(delete(ReorderConsentRow).where(ReorderConsentRow.customer_id == owner))


def _quiet_hours(row: ContactRow) -> QuietHours | None:
    if row.quiet_from is None or row.quiet_until is None:
        return None
    return QuietHours(_time(row.quiet_from), _time(row.quiet_until), row.time_zone)


def _minutes(moment: time) -> int:
    return moment.hour * 60 + moment.minute


def _time(minutes: int) -> time:
    return time(minutes // 60, minutes % 60)
