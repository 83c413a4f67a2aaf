"""Quiet hours, consent, unsubscribing, text messages and the merchant's webhook."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import update

from commerce.errors import (
    BadSignature,
    InvalidPhone,
    InvalidQuietHours,
    NoConsent,
    StaleSignature,
    UnknownCustomer,
    UnknownToken,
)
from commerce.notifications.events import Channel, Event
from commerce.notifications.http import Endpoint, SmsSender, WebhookSender
from commerce.notifications.port import Letter
from commerce.notifications.postman import Postman
from commerce.notifications.quiet_hours import QuietHours
from commerce.order_states import OrderStatus
from commerce.signatures import check_signature, sign
from commerce.storage.customer_tables import CustomerRow
from tests.commerce.corner import NOON, Corner, open_corner

SECRET = "between us"
NIGHT = QuietHours(time(21, 30), time(7), "America/New_York")


@dataclass
class Tray:
    """Keeps what it is given."""

    letters: list[Letter] = field(default_factory=list)

    def send(self, letter: Letter) -> None:
        self.letters.append(letter)


@dataclass
class Hook:
    """An HTTP service: answers with `status`, and keeps what it took."""

    status: int = 204
    taken: list[tuple[str, str, bytes]] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def hook() -> Iterator[Hook]:
    kept = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kept.taken.append((self.headers["Voicecart-Id"], self.headers["Voicecart-Signature"], body))
            self.send_response(kept.status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept.url = f"http://127.0.0.1:{server.server_port}/"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield kept
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def corner(tmp_path: Path) -> Corner:
    corner = open_corner(tmp_path)
    with corner.database.transaction() as session:
        session.execute(update(CustomerRow).values(email=CustomerRow.key + "@shoppers.example"))
    return corner


def dispatched(corner: Corner) -> str:
    corner.fill(MILK=1)
    number = corner.buy().order.number
    corner.shop.orders.advance(number, OrderStatus.DISPATCHED)
    return number


@pytest.mark.parametrize(
    ("hour", "over"),
    [
        (datetime(2026, 3, 2, 12, 0, tzinfo=UTC), datetime(2026, 3, 2, 12, 0, tzinfo=UTC)),  # seven in the morning
        (datetime(2026, 3, 2, 11, 59, tzinfo=UTC), datetime(2026, 3, 2, 12, 0, tzinfo=UTC)),
        (datetime(2026, 3, 3, 2, 30, tzinfo=UTC), datetime(2026, 3, 3, 12, 0, tzinfo=UTC)),  # half past nine at night
        (datetime(2026, 3, 8, 4, 0, tzinfo=UTC), datetime(2026, 3, 8, 11, 0, tzinfo=UTC)),  # the clocks go forward
    ],
)
def test_quiet_hours_end_at_the_customers_own_morning(hour: datetime, over: datetime) -> None:
    """Over midnight, at their very edges, and on the night when the clocks change."""
    assert NIGHT.over_at(hour) == over


def test_impossible_wishes_are_refused() -> None:
    """A zone that does not exist, and hours that are no hours."""
    with pytest.raises(InvalidQuietHours):
        QuietHours(time(22), time(7), "Mars/Olympus")
    with pytest.raises(InvalidQuietHours):
        QuietHours(time(22), time(7), "Europe")
    with pytest.raises(InvalidQuietHours):
        QuietHours(time(22), time(7), "x" * 5_000)
    with pytest.raises(InvalidQuietHours):
        QuietHours(time(22), time(22), "UTC")


def test_text_messages_wait_for_the_morning_and_mails_do_not(corner: Corner) -> None:
    """A parcel leaves at night: the mail goes at once, the text message when it is seven."""
    corner.shop.notifications.set_phone("ben", "+15551234567")
    corner.shop.notifications.set_quiet_hours("ben", QuietHours(time(11), time(14), "UTC"))
    number = dispatched(corner)
    mails, texts = Tray(), Tray()
    senders = {Channel.EMAIL: mails, Channel.SMS: texts}
    worker = Postman(corner.database, corner.shop.info, corner.clock, senders)
    worker.work()
    assert len(mails.letters) == 3
    assert texts.letters == []
    corner.clock.advance(hours=2)
    worker.work()
    assert [letter.short for letter in texts.letters] == [f"Corner Shop: order {number} is on its way."]
    assert corner.shop.notifications.count().doubtful == 0


def test_advertising_needs_consent_and_ends_with_one_click(corner: Corner) -> None:
    """No consent, no reminder; with it one a day, with a token; after the token was used, nothing more is sent."""
    wishes = corner.shop.notifications
    with pytest.raises(NoConsent):
        wishes.remind_of_cart("ben")
    wishes.set_marketing("ben", True)
    wishes.remind_of_cart("ben")
    wishes.remind_of_cart("ben")
    mails = Tray()
    worker = Postman(corner.database, corner.shop.info, corner.clock, {Channel.EMAIL: mails}, "https://corner/stop")
    worker.work()
    assert [letter.event for letter in mails.letters] == [Event.REMINDER]
    token = mails.letters[0].unsubscribe
    assert f"https://corner/stop?token={token}" in mails.letters[0].text

    corner.clock.advance(days=1)
    wishes.remind_of_cart("ben")
    wishes.unsubscribe(token)  # between the reminder and its sending
    wishes.unsubscribe(token)
    worker.work()
    assert len(mails.letters) == 1
    assert wishes.count().withheld == 1
    assert not wishes.contact("ben").marketing
    with pytest.raises(UnknownToken):
        wishes.unsubscribe("guessed")


def test_wishes_are_kept(corner: Corner) -> None:
    """Set one by one, read together; a number that is none and a customer that is none are refused."""
    wishes = corner.shop.notifications
    wishes.set_quiet_hours("anna", NIGHT)
    wishes.set_phone("anna", "+4930123456")
    contact = wishes.contact("anna")
    assert (contact.phone, contact.quiet_hours, contact.marketing) == ("+4930123456", NIGHT, False)
    wishes.set_quiet_hours("anna", None)
    assert wishes.contact("anna").quiet_hours is None
    with pytest.raises(InvalidPhone):
        wishes.set_phone("anna", "030 123456")
    with pytest.raises(UnknownCustomer):
        wishes.contact("nobody")


def test_the_merchants_system_hears_of_orders_in_signed_messages(corner: Corner, hook: Hook) -> None:
    """Each message is signed, names the order and no personal data, and is sent again while the other side fails."""
    corner.shop.notifications.set_webhook(hook.url)
    hook.status = 503
    number = dispatched(corner)
    senders = {Channel.WEBHOOK: WebhookSender(Endpoint(SECRET, patience=2), corner.clock)}
    worker = Postman(corner.database, corner.shop.info, corner.clock, senders)
    worker.work()
    hook.status = 204
    corner.clock.advance(seconds=5)
    worker.work()
    assert len(hook.taken) == 6
    assert len({identity for identity, _, _ in hook.taken}) == 3
    for _, signature, body in hook.taken[3:]:
        check_signature(SECRET, signature, body, corner.clock.now())
        document = json.loads(body)
        assert document["order"] == number
        assert "shoppers.example" not in body.decode()
    assert [json.loads(body)["event"] for _, _, body in hook.taken[3:]] == [
        "order.placed",
        "order.paid",
        "order.dispatched",
    ]
    corner.shop.notifications.set_webhook(None)
    dispatched(corner)
    worker.work()
    assert len(hook.taken) == 6


def test_a_text_message_is_handed_to_the_service_that_sends_it(corner: Corner, hook: Hook) -> None:
    """To whom, what, and under which id; "gone for good" is not tried again."""
    corner.shop.notifications.set_phone("ben", "+15551234567")
    dispatched(corner)
    hook.status = 404
    senders = {Channel.SMS: SmsSender(hook.url, Endpoint(SECRET, patience=2), corner.clock)}
    worker = Postman(corner.database, corner.shop.info, corner.clock, senders)
    worker.work()
    corner.clock.advance(hours=2)
    worker.work()
    assert [json.loads(body)["to"] for _, _, body in hook.taken] == ["+15551234567"]
    assert corner.shop.notifications.count().undeliverable == 1


def test_a_signature_fits_one_body_one_secret_and_five_minutes() -> None:
    """Another body, secret or header, none at all, or a recording from yesterday: each is refused by its name."""
    header = sign(SECRET, b"body", NOON)
    check_signature(SECRET, header, b"body", NOON + timedelta(minutes=5))
    check_signature(SECRET, "v1=00," + header, b"body", NOON)  # while secrets are changed there are two
    for secret, given, body in (
        (SECRET, header, b"other"),
        ("guess", header, b"body"),
        ("", header, b"body"),
        (SECRET, "", b"body"),
        (SECRET, header.replace("t=", "t=9"), b"body"),
        (SECRET, "t=ten,v1=é", b"body"),
    ):
        with pytest.raises(BadSignature):
            check_signature(secret, given, body, NOON)
    with pytest.raises(StaleSignature):
        check_signature(SECRET, header, b"body", NOON + timedelta(minutes=6))
    with pytest.raises(StaleSignature):
        check_signature(SECRET, header, b"body", NOON - timedelta(minutes=6))
