"""E-mail by SMTP (RFC 5321)."""

from __future__ import annotations

import smtplib
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Literal

from commerce.notifications.port import Doubtful, Letter, NotAccepted, Refused

FOREVER = range(500, 600)
OUR_FAULT = {502, 503, 504, 530, 534, 535, 538}  # wrong settings: they will be put right, the message waits


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where e-mail is handed in. security: `starttls` upgrades the connection and refuses to go on without.

    sender: the address that mails come from; its domain ends every Message-ID.
    unsubscribe_url: the page that takes a token, as `?token=...`; "" for none.
    patience: seconds of real time for a whole delivery.
    """

    host: str
    port: int
    sender: str
    security: Literal["none", "starttls", "tls"] = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    unsubscribe_url: str = ""
    patience: float = 15.0


class SmtpSender:
    """Hands messages to one mail server; a connection for each."""

    def __init__(self, server: MailServer) -> None:
        self._server = server

    def send(self, letter: Letter) -> None:
        """Return when the server has taken the message. Raises NotAccepted, Doubtful, Refused."""
        try:
            message = compose(letter, self._server)
            content = message.as_bytes(policy=SMTP)
        except (ValueError, UnicodeError) as error:
            raise Refused(f"{letter.to!r} can't be written to: {error}") from error
        with self._connected() as (smtp, left):
            _in_time(smtp, left)
            _check(*smtp.mail(self._server.sender))
            _in_time(smtp, left)
            _check(*smtp.rcpt(letter.to))
            _in_time(smtp, left)
            self._hand_over(smtp, content)

    def _hand_over(self, smtp: smtplib.SMTP, content: bytes) -> None:
        try:
            code, reply = smtp.data(content)
        except smtplib.SMTPDataError as refused:
            code, reply = refused.smtp_code, _bytes(refused.smtp_error)
        except (smtplib.SMTPServerDisconnected, OSError) as silence:
            raise Doubtful(f"no answer after the message: {silence}") from silence
        _check(code, reply)

    @contextmanager
    def _connected(self) -> Iterator[tuple[smtplib.SMTP, _Left]]:
        server = self._server
        left = _Left(time.monotonic() + server.patience)
        try:
            smtp = _connect(server, left)
        except (smtplib.SMTPException, OSError) as error:
            raise NotAccepted(f"{server.host}: {error}") from error
        try:
            yield smtp, left
        except smtplib.SMTPResponseException as error:
            raise NotAccepted(f"{error.smtp_code} {_text(error.smtp_error)}") from error
        except (smtplib.SMTPException, OSError) as error:
            raise NotAccepted(f"{server.host}: {error}") from error
        finally:
            smtp.close()


def compose(letter: Letter, server: MailServer) -> EmailMessage:
    """The message as it goes out: plain text with HTML beside it. Raises ValueError for an impossible address."""
    message = EmailMessage(policy=SMTP)
    message["From"] = server.sender
    message["To"] = Address(addr_spec=letter.to)
    message["Subject"] = " ".join(letter.subject.split())
    message["Date"] = letter.at
    message["Message-ID"] = f"<{letter.message_id}@{server.sender.rpartition('@')[2]}>"
    message["Content-Language"] = letter.language
    message["Auto-Submitted"] = "auto-generated"
    if letter.unsubscribe and server.unsubscribe_url:
        message["List-Unsubscribe"] = f"<{server.unsubscribe_url}?token={letter.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    return message


@dataclass(frozen=True, slots=True)
class _Left:
    """How much time is left, seconds."""

    deadline: float

    def seconds(self) -> float:
        """At least a hundredth: a socket's time-out of 0 would mean none at all."""
        return max(self.deadline - time.monotonic(), 0.01)


def _connect(server: MailServer, left: _Left) -> smtplib.SMTP:
    if server.security == "tls":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=left.seconds(), context=ssl.create_default_context()
        )
    else:
        smtp = smtplib.SMTP(server.host, server.port, timeout=left.seconds())
    try:
        if server.security == "starttls":
            smtp.starttls(context=ssl.create_default_context())
        if server.user:
            _in_time(smtp, left)
            smtp.login(server.user, server.password)
        _in_time(smtp, left)
        smtp.ehlo_or_helo_if_needed()
    except BaseException:
        smtp.close()
        raise
    return smtp


def _in_time(smtp: smtplib.SMTP, left: _Left) -> None:
    if smtp.sock is not None:
        smtp.sock.settimeout(left.seconds())


def _check(code: int, reply: bytes) -> None:
    if 200 <= code < 300:
        return
    said = f"{code} {_text(reply)}"
    if code in FOREVER and code not in OUR_FAULT:
        raise Refused(said)
    raise NotAccepted(said)


def _text(reply: bytes | str) -> str:
    return reply if isinstance(reply, str) else reply.decode("utf-8", "replace")


def _bytes(reply: bytes | str) -> bytes:
    return reply.encode() if isinstance(reply, str) else reply
