"""Text messages and webhooks: signed JSON over HTTP.

The body is signed with a secret that both sides know (see `commerce.signatures`), and named by `Voicecart-Id`, the same
for every try, so that whoever gets it twice can tell.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from commerce.clock import Clock
from commerce.http_calls import NoAnswer, Unreachable, call
from commerce.notifications.port import Doubtful, Letter, NotAccepted, Refused
from commerce.signatures import sign

TRY_AGAIN = {408, 425, 429}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """How signed messages are sent. patience: seconds of real time for one."""

    secret: str = field(repr=False)
    patience: float = 10.0


class WebhookSender:
    """Tells a merchant's own system, at the address that the message is for."""

    def __init__(self, endpoint: Endpoint, clock: Clock) -> None:
        self._endpoint = endpoint
        self._clock = clock

    def send(self, letter: Letter) -> None:
        """Raises NotAccepted, Doubtful, Refused."""
        _post(letter.to, letter, letter.document, self._endpoint, self._clock)


class SmsSender:
    """Hands text messages to a service that sends them: `{"to": "+49...", "text": "...", "id": "..."}`."""

    def __init__(self, url: str, endpoint: Endpoint, clock: Clock) -> None:
        self._url = url
        self._endpoint = endpoint
        self._clock = clock

    def send(self, letter: Letter) -> None:
        """Raises NotAccepted, Doubtful, Refused."""
        document = {"to": letter.to, "text": letter.short, "id": letter.message_id}
        _post(self._url, letter, document, self._endpoint, self._clock)


def _post(url: str, letter: Letter, document: Mapping[str, object], endpoint: Endpoint, clock: Clock) -> None:
    body = json.dumps(document, ensure_ascii=False, sort_keys=True).encode()
    headers = {
        "Content-Type": "application/json",
        "Voicecart-Id": letter.message_id,
        "Voicecart-Signature": sign(endpoint.secret, body, clock.now()),
    }
    try:
        answer = call("POST", url, endpoint.patience, body, headers)
    except Unreachable as error:
        raise NotAccepted(str(error)) from error
    except NoAnswer as error:
        raise Doubtful(str(error)) from error
    if 200 <= answer.status < 300:
        return
    said = f"HTTP {answer.status}"
    if 400 <= answer.status < 500 and answer.status not in TRY_AGAIN:
        raise Refused(said)
    raise NotAccepted(said)
