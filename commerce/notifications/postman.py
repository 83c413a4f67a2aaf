"""Carries out what the outbox says about notifications: at least once, with the same id for every try.

A message is doubled only when somebody died, or a line went dead, between the other side's taking it and our writing
that down. Such tries are counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from commerce.clock import Clock
from commerce.notifications.composing import compose, recipient
from commerce.notifications.contacts import quiet_hours
from commerce.notifications.events import ADVERTISING, Channel, Event, NotificationState
from commerce.notifications.port import Doubtful, Letter, NotAccepted, Refused, Sender
from commerce.outbox import Message, Topic, claim, due, finish, next_due, postpone, put_off
from commerce.shop_info import ShopInfo
from commerce.storage.database import Database
from commerce.storage.notification_tables import NotificationRow

TRIED_FOR = timedelta(days=3)
LONGEST_PAUSE = timedelta(hours=1)


class Postman:
    """Sends one shop's notifications. senders: by channel; what nobody carries waits.

    unsubscribe_url: the page that ends advertising; "" for none, and then no advertising is written to anybody.
    """

    def __init__(
        self,
        database: Database,
        shop: ShopInfo,
        clock: Clock,
        senders: Mapping[Channel, Sender],
        unsubscribe_url: str = "",
    ) -> None:
        self._database = database
        self._shop = shop
        self._clock = clock
        self._senders = senders
        self._unsubscribe_url = unsubscribe_url

    def work(self, limit: int = 100) -> int:
        """Send what is due, and return how many were begun. Any number of processes may do so at once."""
        with self._database.reading() as session:
            waiting = due(session, self._shop.id, self._clock.now(), limit, {Topic.NOTIFY})
        return sum(self._deliver() for _ in range(waiting))

    def _deliver(self) -> bool:
        now = self._clock.now()
        with self._database.transaction() as session:
            message = claim(session, next_due(self._shop.id, now, {Topic.NOTIFY}), now)
            if message is None:
                return False
            letter = self._letter(session, message, now)
            channel = Channel(session.get_one(NotificationRow, message.subject).channel)
        if letter is not None:
            self._send(message, self._senders[channel], letter)
        return True

    def _letter(self, session: Session, message: Message, now: datetime) -> Letter | None:
        """What is to be sent now; None when it waits, or nobody is to get it."""
        row = session.get_one(NotificationRow, message.subject)
        if message.attempts - 1 > row.reported:  # whoever tried before me died, and it may have arrived
            row.doubtful += 1
            row.reported = message.attempts - 1
        to = recipient(session, row)
        if not to or not self._can_be_ended(row):
            note = "no page on which to end it" if to else "nobody to send it to"
            _end(session, message, NotificationState.WITHHELD, note, now)
            return None
        waits_until = self._waits_until(session, row, now)
        if waits_until is not None:
            row.reported = message.attempts
            put_off(session, message.id, waits_until)
            return None
        return compose(session, self._shop, row, to, self._unsubscribe_url)

    def _can_be_ended(self, row: NotificationRow) -> bool:
        """Whether its reader is given a way out, where it is advertising in writing."""
        written = Channel(row.channel) in (Channel.EMAIL, Channel.SMS)
        return bool(self._unsubscribe_url) or not written or Event(row.event) not in ADVERTISING

    def _waits_until(self, session: Session, row: NotificationRow, now: datetime) -> datetime | None:
        channel = Channel(row.channel)
        if channel not in self._senders:
            return now + LONGEST_PAUSE
        if channel is Channel.WEBHOOK or (channel is Channel.EMAIL and Event(row.event) not in ADVERTISING):
            return None
        hours = quiet_hours(session, row.customer_id)
        end = now if hours is None else hours.over_at(now)
        return end if end > now else None

    def _send(self, message: Message, sender: Sender, letter: Letter) -> None:
        note, state, doubtful = "", NotificationState.SENT, 0
        try:
            sender.send(letter)
        except Refused as error:
            note, state = error.reason, NotificationState.UNDELIVERABLE
        except NotAccepted as error:
            note, doubtful = error.reason, int(isinstance(error, Doubtful))
            is_over = self._clock.now() - letter.at >= TRIED_FOR
            state = NotificationState.UNDELIVERABLE if is_over else NotificationState.WAITING
        with self._database.transaction() as session:
            now = self._clock.now()
            _report(session, message, note, doubtful)
            if state is NotificationState.WAITING:
                postpone(session, message, now, LONGEST_PAUSE)
            else:
                _end(session, message, state, note, now)


def _report(session: Session, message: Message, note: str, doubtful: int) -> None:
    session.execute(
        update(NotificationRow)
        .where(NotificationRow.id == message.subject)
        .values(reported=message.attempts, note=note, doubtful=NotificationRow.doubtful + doubtful)
    )


def _end(session: Session, message: Message, state: NotificationState, note: str, now: datetime) -> None:
    sent_at = now if state is NotificationState.SENT else None
    session.execute(
        update(NotificationRow)
        .where(NotificationRow.id == message.subject)
        .values(state=state.value, note=note, sent_at=sent_at)
    )
    finish(session, message.id, now)
