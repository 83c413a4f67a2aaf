"""A real SMTP server in this process, as badly behaved as a test wants it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from enum import Enum
from threading import Thread
from typing import Any

from aiosmtpd.smtp import SMTP

from commerce.notifications.smtp import MailServer


class Mood(Enum):
    """How the server treats a message. DROPS: takes it, then hangs up instead of saying so."""

    KIND = "kind"
    GREYLISTS = "greylists"
    REFUSES = "refuses"
    SLOW = "slow"
    DROPS = "drops"


@dataclass
class Inbox:
    """What arrived, in order, and how the server behaves now."""

    mood: Mood = Mood.KIND
    messages: list[EmailMessage] = field(default_factory=list)

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        if self.mood is Mood.REFUSES:
            return "550 5.1.1 nobody of this name here"
        if self.mood is Mood.GREYLISTS:
            return "451 4.7.1 come back later"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if self.mood is Mood.SLOW:
            await asyncio.sleep(1)
        message = message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        if self.mood is Mood.DROPS:
            server.transport.abort()
        return "250 2.0.0 taken"


@contextmanager
def mail_server(inbox: Inbox) -> Iterator[MailServer]:
    """A server on a free port of this machine."""
    loop = asyncio.new_event_loop()
    listening = loop.run_until_complete(loop.create_server(lambda: SMTP(inbox, loop=loop), "127.0.0.1", 0))
    thread = Thread(target=loop.run_forever)
    thread.start()
    try:
        yield MailServer(
            "127.0.0.1",
            listening.sockets[0].getsockname()[1],
            "shop@corner.example",
            security="none",
            unsubscribe_url="https://corner.example/stop",
            patience=0.4,
        )
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        listening.close()
        _end(loop)


def _end(loop: asyncio.AbstractEventLoop) -> None:
    """Let every conversation end, so that nothing is left open."""

    async def end(talking: set[asyncio.Task[object]]) -> None:
        for task in talking:
            task.cancel()
        await asyncio.gather(*talking, return_exceptions=True)

    loop.run_until_complete(end(asyncio.all_tasks(loop)))
    loop.close()
