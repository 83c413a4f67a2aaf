"""Word of what is running out: with consent only, each product once a purchase, and nothing that is out of date."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time, timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from commerce.access import Access
from commerce.advice.reordering import shops_with_somebody_to_look_at
from commerce.errors import NoPhone, UnknownCustomer
from commerce.linking.values import LinkKind
from commerce.notifications.events import Channel
from commerce.notifications.postman import Postman
from commerce.notifications.quiet_hours import QuietHours
from commerce.notifications.smtp import MailServer, SmtpSender
from commerce.storage.notification_tables import NotificationRow
from commerce.working.beats import Beats
from commerce.working.worker import Round, Worker, chores
from tests.commerce.advice.habits import open_with_past
from tests.commerce.at_once import all_at_once
from tests.commerce.corner import Corner
from tests.commerce.notifications.mail_servers import Inbox, mail_server
from tests.commerce.places import Place

EVERY_WEEK = [(21, "MILK"), (14, "MILK"), (7, "MILK")]
PAST = {"ben": EVERY_WEEK, "anna": EVERY_WEEK}
EMAIL = "ben@shoppers.example"


@pytest.fixture
def corner(place: Place) -> Corner:
    """Ben and anna buy milk every week, a week ago the last time; ben agreed to be reminded by e-mail."""
    corner = open_with_past(place, PAST)
    corner.shop.notifications.set_reorders("ben", Channel.EMAIL)
    return corner


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def mail(inbox: Inbox) -> Iterator[MailServer]:
    with mail_server(inbox) as running:
        yield running


def postman(corner: Corner, mail: MailServer, unsubscribe_url: str = "https://corner.example/stop") -> Postman:
    senders = {Channel.EMAIL: SmtpSender(mail)}
    return Postman(corner.database, corner.shop.info, corner.clock, senders, unsubscribe_url)


def remind_and_send(corner: Corner, mail: MailServer) -> None:
    """What a worker does."""
    corner.shop.reorder_reminders.send()
    postman(corner, mail).work()


def written(corner: Corner) -> list[tuple[str, str]]:
    """Channel and state of every reminder."""
    with corner.database.reading() as session:
        rows = session.scalars(select(NotificationRow).where(NotificationRow.event == "reorder.reminder"))
        return sorted((row.channel, row.state) for row in rows)


def test_who_agreed_is_reminded_once_until_the_next_purchase(corner: Corner, inbox: Inbox, mail: MailServer) -> None:
    """A mail to ben alone says what, and how to end it; none for ten days; bought again, one after another week."""
    for _ in range(10):
        remind_and_send(corner, mail)
        corner.clock.advance(days=1)
    [letter] = inbox.messages
    assert letter["To"] == EMAIL
    assert letter["Subject"] == "You usually buy Milk about now"
    assert letter["List-Unsubscribe"].startswith("<https://corner.example/stop?token=")
    body = letter.get_body(("plain",))
    assert body is not None
    assert "You get this because you agreed to be reminded. To stop: https://corner.example/stop" in body.get_content()

    corner.fill(MILK=1)
    corner.buy()
    for day in range(1, 15):
        corner.clock.advance(days=1)
        remind_and_send(corner, mail)
        came = sum(message["Subject"] == letter["Subject"] for message in inbox.messages)
        assert came == (1 if day < 7 else 2)


def test_nobody_is_reminded_without_consent(corner: Corner, inbox: Inbox, mail: MailServer) -> None:
    """Consent is off at first, and taken back it ends even what is written down already."""
    assert corner.shop.notifications.contact("anna").reorders is None
    corner.shop.reorder_reminders.send()
    corner.shop.notifications.set_reorders("ben", None)
    postman(corner, mail).work()
    corner.clock.advance(days=1)
    remind_and_send(corner, mail)
    assert inbox.messages == []
    assert written(corner) == [("email", "withheld")]
    with pytest.raises(UnknownCustomer):
        corner.shop.notifications.set_reorders("eve", Channel.EMAIL)


def test_the_link_of_a_mail_ends_it(corner: Corner, inbox: Inbox, mail: MailServer) -> None:
    """One click, and nothing more comes: neither of what runs out nor of carts that were left."""
    corner.shop.notifications.set_marketing("ben", True)
    remind_and_send(corner, mail)
    link = str(inbox.messages[0]["List-Unsubscribe"])
    corner.shop.notifications.unsubscribe(link.partition("token=")[2].removesuffix(">"))
    contact = corner.shop.notifications.contact("ben")
    assert (contact.marketing, contact.reorders) == (False, None)


def test_several_things_are_told_of_in_one_message(place: Place, inbox: Inbox, mail: MailServer) -> None:
    """Milk, bread and wine are due, but wine is in the cart: one mail names the two others, the more urgent first."""
    corner = open_with_past(
        place, {"ben": [(28, "BREAD WINE"), (21, "MILK WINE BREAD"), (14, "MILK BREAD WINE"), (7, "MILK")]}
    )
    corner.shop.notifications.set_reorders("ben", Channel.EMAIL)
    corner.fill("ben", WINE=1)
    remind_and_send(corner, mail)
    assert [message["Subject"] for message in inbox.messages] == ["You usually buy Bread, Milk about now"]


def test_quiet_hours_are_kept(corner: Corner, inbox: Inbox, mail: MailServer) -> None:
    """At noon it is quiet at ben's for two hours: the mail comes at two."""
    corner.shop.notifications.set_quiet_hours("ben", QuietHours(time(11), time(14), "UTC"))
    remind_and_send(corner, mail)
    assert inbox.messages == []
    corner.clock.advance(hours=2)
    remind_and_send(corner, mail)
    assert [message["To"] for message in inbox.messages] == [EMAIL]


def test_what_was_bought_meanwhile_is_not_told(corner: Corner, inbox: Inbox, mail: MailServer) -> None:
    """Ben orders the milk between the reminder and its sending: it is withheld."""
    corner.shop.reorder_reminders.send()
    corner.clock.advance(minutes=1)
    corner.fill(MILK=1)
    corner.buy()
    postman(corner, mail).work()
    assert not any("usually" in message["Subject"] for message in inbox.messages)
    assert written(corner) == [("email", "withheld")]


def test_what_cannot_be_had_waits(corner: Corner) -> None:
    """The milk is sold out: ben is told on the day on which it is there again."""
    corner.shop.catalogue.set_stock("MILK", 0)
    corner.shop.reorder_reminders.send()
    assert written(corner) == []
    corner.shop.catalogue.set_stock("MILK", 5)
    corner.clock.advance(days=1)
    corner.shop.reorder_reminders.send()
    assert ("email", "waiting") in written(corner)


def test_a_text_message_goes_to_who_wants_one(corner: Corner) -> None:
    """It takes a number; the mail is not sent then, as one reminder is enough."""
    with pytest.raises(NoPhone):
        corner.shop.notifications.set_reorders("ben", Channel.SMS)
    corner.shop.notifications.set_phone("ben", "+15551234567")
    corner.shop.notifications.set_reorders("ben", Channel.SMS)
    corner.shop.reorder_reminders.send()
    assert written(corner) == [("sms", "waiting")]


def test_a_speaker_says_that_a_message_came(corner: Corner) -> None:
    """Only to who agreed to such news at Amazon too."""
    access = Access.open(corner.database, corner.shop.info, corner.clock)
    token = access.linking.link("ben", LinkKind.SKILL, "alexa", "Kitchen").access
    access.linking.customer_of(token, LinkKind.SKILL, user_id="amzn1.ask.account.BEN")
    access.subscriptions.set("amzn1.ask.account.BEN", statuses=False, alerts=True)
    corner.shop.reorder_reminders.send()
    assert written(corner) == [("alexa", "waiting"), ("email", "waiting")]


def test_nothing_is_written_to_anybody_who_could_not_end_it(corner: Corner, inbox: Inbox, mail: MailServer) -> None:
    """The shop has no page to unsubscribe at: no advertising leaves it."""
    corner.shop.reorder_reminders.send()
    postman(corner, mail, unsubscribe_url="").work()
    assert inbox.messages == []
    assert written(corner) == [("email", "withheld")]


def test_workers_at_the_same_moment_write_one_reminder(corner: Corner) -> None:
    """Six of them find the same customers."""
    all_at_once(lambda _: corner.shop.reorder_reminders.send())
    assert written(corner) == [("email", "waiting")]


def test_a_worker_that_dies_on_the_way_has_written_nothing(corner: Corner) -> None:
    """It ends when all is written and nothing committed: the next one finds what it found, and writes it once."""

    def die(_: Session) -> None:
        raise KeyboardInterrupt

    event.listen(Session, "before_commit", die)
    try:
        with pytest.raises(KeyboardInterrupt):
            corner.shop.reorder_reminders.send()
    finally:
        event.remove(Session, "before_commit", die)
    assert written(corner) == []
    assert corner.shop.reorder_reminders.send() == 1
    assert written(corner) == [("email", "waiting")]


def test_consent_given_anew_repeats_nothing(corner: Corner) -> None:
    """Ben was reminded, takes his consent back and gives it again, on this day and the next: he knows already."""
    corner.shop.reorder_reminders.send()
    for _ in range(2):
        corner.shop.notifications.set_reorders("ben", None)
        corner.shop.notifications.set_reorders("ben", Channel.EMAIL)
        assert corner.shop.reorder_reminders.send() == 1
        corner.clock.advance(hours=20)
    assert written(corner) == [("email", "waiting")]


def test_a_worker_reminds_and_comes_to_an_end(corner: Corner) -> None:
    """It is one of the worker's chores: ben is looked at, and then nothing is left to do until tomorrow."""
    work = chores(lambda _: corner.shop, lambda _: Postman(corner.database, corner.shop.info, corner.clock, {}))
    mine = [chore for chore in work if chore.name == "reorder reminders"]
    worker = Worker(corner.database, corner.clock, mine, Beats(corner.database, corner.clock))
    assert worker.work_off() == Round(done=1, failed=0)
    assert worker.work_off() == Round(done=0, failed=0)
    with corner.database.reading() as session:
        tomorrow = corner.clock.now() + timedelta(days=1)
        assert shops_with_somebody_to_look_at(session, tomorrow) == [corner.shop.info.id]
