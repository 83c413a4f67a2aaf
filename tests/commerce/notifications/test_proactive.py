"""News of orders at the smart speaker of whoever agreed to it, through a real HTTP service that is not always kind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from commerce.access import Access
from commerce.linking.values import LinkKind
from commerce.notifications.events import Channel
from commerce.notifications.postman import Postman
from commerce.notifications.proactive import EventService, ProactiveSender
from commerce.storage.notification_tables import NotificationRow
from tests.commerce.corner import Corner, open_corner
from tests.commerce.notifications.event_servers import Amazon, Mood, event_server

USER = "amzn1.ask.account.BEN"


@pytest.fixture
def corner(tmp_path: Path) -> Corner:
    """A shop in which Ben has linked his speaker and agreed to news of his orders."""
    corner = open_corner(tmp_path)
    access = Access.open(corner.database, corner.shop.info, corner.clock)
    token = access.linking.link("ben", LinkKind.SKILL, "alexa", "Kitchen").access
    access.subscriptions.set(USER, statuses=True, alerts=False)
    access.linking.customer_of(token, LinkKind.SKILL, user_id=USER)
    access.subscriptions.linked(USER)
    return corner


@pytest.fixture
def amazon() -> Amazon:
    return Amazon()


@pytest.fixture
def service(amazon: Amazon) -> Iterator[EventService]:
    with event_server(amazon) as running:
        yield running


def _postman(corner: Corner, service: EventService) -> Postman:
    senders = {Channel.ALEXA: ProactiveSender(service, corner.shop.info.seller, corner.clock)}
    return Postman(corner.database, corner.shop.info, corner.clock, senders, "")


def _bought(corner: Corner) -> str:
    corner.fill(MILK=1)
    return corner.buy().order.number


def test_what_becomes_of_an_order_is_told_once(corner: Corner, amazon: Amazon, service: EventService) -> None:
    """Paid and sent: two events to Ben's user under one token, with the seller and nothing of what was bought."""
    number = _bought(corner)
    postman = _postman(corner, service)
    postman.work()
    corner.shop.shipping.send(number)
    postman.work()
    postman.work()
    assert [event["event"]["payload"]["state"]["status"] for _, event in amazon.events] == [
        "ORDER_RECEIVED",
        "ORDER_SHIPPED",
    ]
    assert amazon.tokens == [
        {
            "grant_type": ["client_credentials"],
            "client_id": ["client"],
            "client_secret": ["secret"],
            "scope": ["alexa::proactive_events"],
        }
    ]
    authorization, event = amazon.events[0]
    assert authorization == "Bearer token-1"
    assert event["event"]["name"] == "AMAZON.OrderStatus.Updated"
    assert event["relevantAudience"] == {"type": "Unicast", "payload": {"user": USER}}
    assert event["localizedAttributes"] == [{"locale": "en-US", "seller": corner.shop.info.seller}]
    assert "Milk" not in str(amazon.events)


@pytest.mark.parametrize("mood", [Mood.FAILS, Mood.BUSY, Mood.FORGETS_TOKENS])
def test_what_was_not_taken_is_told_again_under_its_reference(
    corner: Corner, amazon: Amazon, service: EventService, mood: Mood
) -> None:
    """The service fails, is busy, or no longer knows the token: the next try succeeds under the same reference."""
    _bought(corner)
    amazon.mood = mood
    postman = _postman(corner, service)
    postman.work()
    amazon.mood = Mood.KIND
    corner.clock.advance(seconds=5)
    postman.work()
    assert len(amazon.events) == 2
    assert len(amazon.references) == 1
    assert len(amazon.tokens) == (2 if mood is Mood.FORGETS_TOKENS else 1)
    assert corner.shop.notifications.count().doubtful == 0


def test_what_was_taken_without_an_answer_is_known_the_next_time(corner: Corner, amazon: Amazon) -> None:
    """The service is slower than we wait: told again, it knows the reference, and that is as good as told."""
    _bought(corner)
    with event_server(amazon, patience=0.3) as service:
        amazon.mood = Mood.SLOW
        postman = _postman(corner, service)
        postman.work()
        amazon.mood = Mood.KNOWS_IT
        corner.clock.advance(seconds=5)
        postman.work()
    assert len(amazon.events) == 2
    assert len(amazon.references) == 1
    stands = corner.shop.notifications.count()
    assert (stands.sent, stands.doubtful) == (1, 1)


def test_whom_amazon_may_not_tell_is_not_tried_again(corner: Corner, amazon: Amazon, service: EventService) -> None:
    """The user has withdrawn the permission at Amazon: a no for ever."""
    _bought(corner)
    amazon.mood = Mood.REFUSES
    _postman(corner, service).work()
    assert corner.shop.notifications.count().undeliverable == 1


def test_nobody_else_is_told(corner: Corner, amazon: Amazon, service: EventService) -> None:
    """Anna has agreed to nothing, and Ben takes it back before the news is out."""
    corner.fill("anna", MILK=1)
    corner.buy("anna", code="4711")
    _bought(corner)
    Access.open(corner.database, corner.shop.info, corner.clock).subscriptions.left(USER)
    _postman(corner, service).work()
    assert amazon.events == []
    with corner.database.reading() as session:
        spoken = session.scalars(select(NotificationRow).where(NotificationRow.channel == Channel.ALEXA.value)).all()
    assert [row.state for row in spoken] == ["withheld"]


def test_a_reminder_takes_both_consents(corner: Corner, amazon: Amazon, service: EventService) -> None:
    """A cart that was left is reminded of at the speaker only for who agreed to reminders there and to advertising."""
    subscriptions = Access.open(corner.database, corner.shop.info, corner.clock).subscriptions
    subscriptions.set(USER, statuses=True, alerts=True)
    corner.fill(MILK=1)
    corner.shop.notifications.set_marketing("ben", True)
    corner.shop.notifications.remind_of_cart("ben")
    _postman(corner, service).work()
    [(_, event)] = amazon.events
    assert event["event"]["name"] == "AMAZON.MessageAlert.Activated"
