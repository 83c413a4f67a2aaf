"""Messages that were committed with the reason for them, and are carried out at least once.

A worker claims a message for a while; when it dies, the claim runs out and another worker takes the message up.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from commerce.clock import SKEW
from commerce.storage.once import insert_once
from commerce.storage.payment_tables import OutboxRow

CLAIM = timedelta(seconds=20)
LONGEST_PAUSE = timedelta(minutes=1)


class Topic(StrEnum):
    """What is to be done. About a payment: take the money, ask what became of it, withdraw it. About a refund: give it
    back. About a notification: send it.
    """

    CHARGE = "payment.charge"
    ASK = "payment.ask"
    VOID = "payment.void"
    REFUND = "payment.refund"
    NOTIFY = "notification"


PAYMENTS = frozenset({Topic.CHARGE, Topic.ASK, Topic.VOID, Topic.REFUND})


@dataclass(frozen=True, slots=True)
class Message:
    """A claimed message. subject: the id of what it is about; attempts: how often it was begun, this time included."""

    id: int
    topic: Topic
    subject: int
    attempts: int


def post(session: Session, shop_id: int, topic: Topic, subject: int, at: datetime, due_at: datetime) -> None:
    """Put a message into the outbox; the same topic and subject only once."""
    insert_once(
        session,
        OutboxRow,
        shop_id=shop_id,
        topic=topic.value,
        subject=subject,
        attempts=0,
        made_at=at,
        due_at=due_at,
    )


def due(session: Session, shop_id: int, at: datetime, limit: int, topics: Collection[Topic]) -> int:
    """How many messages of these topics should be carried out now; counted up to `limit`."""
    wanted = select(OutboxRow.id).where(*_waiting(at, topics), OutboxRow.shop_id == shop_id).limit(limit)
    return len(session.scalars(wanted).all())


def shops_with_work(session: Session, at: datetime, topics: Collection[Topic]) -> list[int]:
    """Ids of the shops for which any message of these topics should be carried out now."""
    return list(session.scalars(select(OutboxRow.shop_id).where(*_waiting(at, topics)).distinct()))


def post_and_claim(session: Session, shop_id: int, topic: Topic, subject: int, at: datetime) -> Message:
    """Put a new message into the outbox that is carried out at once by whoever posts it, after the commit.

    Should that process die, the claim runs out and a worker takes the message up, as with any other claim.
    """
    posted = insert_once(
        session,
        OutboxRow,
        shop_id=shop_id,
        topic=topic.value,
        subject=subject,
        attempts=1,
        made_at=at,
        due_at=at,
        claimed_until=at + CLAIM,
    )
    assert posted is not None, "the subject is new"
    return Message(posted.id, topic, subject, attempts=1)


Which: TypeAlias = tuple[ColumnElement[bool], ...]
"""Picks one message."""


def next_due(shop_id: int, at: datetime, topics: Collection[Topic]) -> Which:
    """The message of these topics that waits longest. On PostgreSQL one that another worker is about to take is passed
    over, so that workers never queue for the same row; SQLite has one writer at a time.
    """
    first = (
        select(OutboxRow.id)
        .where(*_waiting(at, topics), OutboxRow.shop_id == shop_id)
        .order_by(OutboxRow.due_at, OutboxRow.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return (OutboxRow.id == first.scalar_subquery(),)


def about(shop_id: int, topic: Topic, subject: int) -> Which:
    """A shop's message of this topic about this subject."""
    return OutboxRow.shop_id == shop_id, OutboxRow.topic == topic.value, OutboxRow.subject == subject


def claim(session: Session, which: Which, at: datetime) -> Message | None:
    """Take a message up, or None when there is none, another worker has it or it is done."""
    claimed = session.execute(
        update(OutboxRow)
        .where(*which, *_free(at))
        .values(claimed_until=at + CLAIM, attempts=OutboxRow.attempts + 1)
        .returning(OutboxRow.id, OutboxRow.topic, OutboxRow.subject, OutboxRow.attempts)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    return claimed and Message(claimed.id, Topic(claimed.topic), claimed.subject, claimed.attempts)


def finish(session: Session, message_id: int, at: datetime) -> None:
    """The message was carried out."""
    _set(session, message_id, done_at=at, claimed_until=None)


def postpone(session: Session, message: Message, at: datetime, longest: timedelta = LONGEST_PAUSE) -> None:
    """Try again later: after two seconds, then after twice as long each time, up to the longest pause."""
    put_off(session, message.id, at + min(timedelta(seconds=2 ** min(message.attempts, 20)), longest))


def put_off(session: Session, message_id: int, until: datetime) -> None:
    """Carry the message out then, and not before."""
    _set(session, message_id, due_at=until, claimed_until=None)


def _set(session: Session, message_id: int, **values: datetime | None) -> None:
    session.execute(
        update(OutboxRow)
        .where(OutboxRow.id == message_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def _waiting(at: datetime, topics: Collection[Topic]) -> Which:
    return (
        *_free(at),
        or_(OutboxRow.due_at <= at, _set_back(at)),
        OutboxRow.topic.in_([topic.value for topic in topics]),
    )


def _free(at: datetime) -> Which:
    claim_is_over = or_(OutboxRow.claimed_until <= at, OutboxRow.claimed_until > at + CLAIM + SKEW)
    return OutboxRow.done_at.is_(None), or_(OutboxRow.claimed_until.is_(None), claim_is_over)


def _set_back(at: datetime) -> ColumnElement[bool]:
    """The clock was set back since the message was made or put off: nobody can tell when it is due, so it is now."""
    about_payments = OutboxRow.topic.in_([topic.value for topic in PAYMENTS])
    put_off_further = and_(about_payments, OutboxRow.due_at > at + LONGEST_PAUSE + SKEW)
    return or_(OutboxRow.made_at > at + SKEW, put_off_further)
