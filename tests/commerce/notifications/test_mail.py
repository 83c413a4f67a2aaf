"""E-mail through a real SMTP server that is kind, slow, refusing, or hangs up after the message."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from commerce.notifications.contacts import Count
from commerce.notifications.events import Channel
from commerce.notifications.postman import Postman
from commerce.notifications.smtp import MailServer, SmtpSender
from commerce.outbox import CLAIM
from commerce.storage.customer_tables import CustomerRow
from tests.commerce.corner import Corner, open_corner
from tests.commerce.notifications.mail_servers import Inbox, Mood, mail_server
from tests.commerce.places import Place
from tests.commerce.promotions_shop import open_with


@pytest.fixture
def corner(tmp_path: Path) -> Corner:
    corner = open_corner(tmp_path)
    with corner.database.transaction() as session:
        session.execute(update(CustomerRow).values(email=CustomerRow.key + "@shoppers.example"))
    return corner


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def server(inbox: Inbox) -> Iterator[MailServer]:
    with mail_server(inbox) as running:
        yield running


def postman(corner: Corner, server: MailServer) -> Postman:
    senders = {Channel.EMAIL: SmtpSender(server)}
    return Postman(corner.database, corner.shop.info, corner.clock, senders, server.unsubscribe_url)


def test_every_order_gets_its_mails_once(corner: Corner, inbox: Inbox, server: MailServer) -> None:
    """An order confirmation with lines, total and the right to withdraw, and a receipt; working again sends nothing."""
    corner.fill(MILK=2)
    order = corner.buy().order
    worker = postman(corner, server)
    assert (worker.work(), worker.work()) == (2, 0)
    confirmation, receipt = inbox.messages
    assert confirmation["To"] == "ben@shoppers.example"
    assert confirmation["Subject"] == f"Your order {order.number} at Corner Shop"
    text = confirmation.get_body(("plain",))
    rich = confirmation.get_body(("html",))
    assert text is not None
    assert rich is not None
    assert "2 x Milk: $4.98" in text.get_content()
    assert "Total to pay: $8.88" in text.get_content()
    assert "within 14 days" in text.get_content()
    assert "<li>2 x Milk: $4.98</li>" in rich.get_content()
    assert receipt["Subject"] == f"Order {order.number} is paid"
    assert confirmation["Message-ID"].endswith("@corner.example>")
    assert confirmation["Message-ID"] != receipt["Message-ID"]
    assert corner.shop.notifications.count() == Count(waiting=0, sent=2, withheld=0, undeliverable=0, doubtful=0)


def test_what_came_off_stands_below_what_was_bought(tmp_path: Path, inbox: Inbox, server: MailServer) -> None:
    """Full prices, then the coupon: the list adds up to the total beside the delivery."""
    corner = open_with(Place(tmp_path))
    with corner.database.transaction() as session:
        session.execute(update(CustomerRow).values(email=CustomerRow.key + "@shoppers.example"))
    corner.fill(MILK=2)
    corner.shop.promotions.use_coupon("ben", "TWOOFF")
    corner.buy()
    postman(corner, server).work()
    text = inbox.messages[0].get_body(("plain",))
    assert text is not None
    assert "2 x Milk: $4.98\nTwo dollars off: -$2.00\n" in text.get_content().replace("\r", "")
    assert "Total to pay: $6.88" in text.get_content()


@pytest.mark.parametrize("mood", [Mood.GREYLISTS, Mood.SLOW, Mood.DROPS])
def test_what_was_not_surely_taken_is_tried_again_with_the_same_id(
    corner: Corner, inbox: Inbox, server: MailServer, mood: Mood
) -> None:
    """Put off, too slow, or hung up on: the next try succeeds, and whoever got it twice sees one Message-ID."""
    corner.fill(MILK=1)
    corner.buy()
    inbox.mood = mood
    worker = postman(corner, server)
    assert worker.work() == 2
    inbox.mood = Mood.KIND
    assert worker.work() == 0  # not before a pause
    corner.clock.advance(seconds=3)
    assert worker.work() == 2
    ids = {message["Message-ID"] for message in inbox.messages}
    assert len(ids) == 2
    stands = corner.shop.notifications.count()
    assert (stands.waiting, stands.sent) == (0, 2)
    assert stands.doubtful == (0 if mood is Mood.GREYLISTS else 2)
    if mood is Mood.DROPS:
        assert len(inbox.messages) == 4


def test_a_server_that_is_away_is_asked_ever_more_rarely_and_given_up_after_three_days(
    corner: Corner, server: MailServer
) -> None:
    """Nobody listens at the port: pauses double up to an hour, and after three days it is undeliverable."""
    corner.fill(MILK=1)
    corner.buy()
    worker = postman(corner, replace(server, port=1))
    tries = 0
    for _ in range(24 * 4):
        tries += worker.work()
        corner.clock.advance(hours=1)
    stands = corner.shop.notifications.count()
    assert (stands.waiting, stands.undeliverable, stands.doubtful) == (0, 2, 0)
    assert 2 * 70 <= tries <= 2 * 75


def test_an_address_that_does_not_exist_is_not_tried_again(corner: Corner, inbox: Inbox, server: MailServer) -> None:
    """The server says for ever no: undeliverable at once, with its words kept for the merchant."""
    inbox.mood = Mood.REFUSES
    corner.fill(MILK=1)
    corner.buy()
    worker = postman(corner, server)
    worker.work()
    inbox.mood = Mood.KIND
    corner.clock.advance(days=1)
    assert worker.work() == 0
    assert corner.shop.notifications.count().undeliverable == 2
    assert inbox.messages == []


def test_a_crash_between_acceptance_and_commit_doubles_one_message_and_is_counted(
    corner: Corner, inbox: Inbox, server: MailServer
) -> None:
    """The process dies when the server has taken the message: another one sends it again, with the same id."""

    class Dying(SmtpSender):
        def send(self, letter: object) -> None:
            super().send(letter)  # type: ignore[arg-type]
            raise KeyboardInterrupt

    corner.fill(MILK=1)
    corner.buy()
    doomed = Postman(corner.database, corner.shop.info, corner.clock, {Channel.EMAIL: Dying(server)})
    with pytest.raises(KeyboardInterrupt):
        doomed.work()
    assert postman(corner, server).work() == 1  # the other message: the first is still claimed
    corner.clock.advance(seconds=CLAIM.total_seconds())
    assert postman(corner, server).work() == 1
    assert len(inbox.messages) == 3
    assert len({message["Message-ID"] for message in inbox.messages}) == 2
    assert corner.shop.notifications.count().doubtful == 1


def test_a_name_can_not_bring_headers_or_markup_along(corner: Corner, inbox: Inbox, server: MailServer) -> None:
    """A customer is called like a header, a tag and a template: it stays a name on one line."""
    with corner.database.transaction() as session:
        session.execute(update(CustomerRow).values(name="Eve\r\nBcc: x@y.example <b>{total}</b>"))
    corner.fill(MILK=1)
    corner.buy()
    postman(corner, server).work()
    message = inbox.messages[0]
    rich = message.get_body(("html",))
    assert rich is not None
    assert message["Bcc"] is None
    assert "Hello Eve Bcc: x@y.example &lt;b&gt;{total}&lt;/b&gt;," in rich.get_content()
