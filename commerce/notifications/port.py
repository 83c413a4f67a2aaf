"""What the shop asks of whoever carries its messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from commerce.notifications.events import Event


@dataclass(frozen=True, slots=True)
class Letter:
    """One message, ready to be sent.

    message_id: 32 hexadecimal digits, the same for every try, so that whoever gets it twice can tell.
    to: an e-mail address, a phone number (E.164) or an https address.
    subject, text, html: for people; short: in one line, for a text message. document: for machines.
    unsubscribe: the token that ends advertising, "" for what is no advertising.
    """

    message_id: str
    to: str
    event: Event
    subject: str
    text: str
    html: str
    short: str
    document: dict[str, object]
    language: str
    at: datetime
    unsubscribe: str = ""


class NotAccepted(Exception):
    """The message was not taken; try later. reason: in the other side's words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Doubtful(NotAccepted):
    """The message was handed over whole and no answer came: it may have been taken. Try again with the same id."""


class Refused(Exception):
    """The message will never be taken. reason: in the other side's words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Sender(Protocol):
    """Carries messages of one channel."""

    def send(self, letter: Letter) -> None:
        """Return when the other side has taken the message, within 20 seconds of real time.

        Raises NotAccepted, Doubtful, Refused.
        """
        ...
