"""Proactive events: what a smart speaker of Amazon's tells its user unasked, once they have agreed.

https://developer.amazon.com/docs/alexa/smapi/proactive-events-api.html (read 2026-11-22). An event says what happened,
never what was bought; the words are Amazon's.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any
from urllib.parse import urlencode

from commerce.clock import Clock
from commerce.http_calls import HttpAnswer, NoAnswer, Unreachable, call
from commerce.notifications.events import Event
from commerce.notifications.port import Doubtful, Letter, NotAccepted, Refused

STATUSES: Mapping[Event, str] = {Event.PAID: "ORDER_RECEIVED", Event.DISPATCHED: "ORDER_SHIPPED"}
"""What becomes of an order, in Amazon's words."""
_SCOPE = "alexa::proactive_events"
_LASTS = timedelta(hours=24)  # Alexa drops what could not be told by then
_EARLY = 60.0  # seconds before its end at which a token is no longer used
_ALREADY = 409  # the event came before, under this reference
_LOCALE = "en-US"


@dataclass(frozen=True, slots=True)
class EventService:
    """Amazon's services, and who we are to them. patience: seconds of real time for one call."""

    client: str
    secret: str = field(repr=False)
    token_url: str
    events_url: str
    patience: float = 8.0


class ProactiveSender:
    """Tells Alexa's users of one shop. seller: as Alexa names it."""

    def __init__(self, service: EventService, seller: str, clock: Clock) -> None:
        self._service = service
        self._seller = seller
        self._clock = clock
        self._lock = Lock()
        self._token = ""
        self._good_until = 0.0

    def send(self, letter: Letter) -> None:
        """Raises NotAccepted, Doubtful, Refused. The same message again is known by its reference and told once."""
        headers = {"Authorization": f"Bearer {self._access()}", "Content-Type": "application/json"}
        answer = self._call(self._service.events_url, json.dumps(self._event(letter)).encode(), headers)
        if 200 <= answer.status < 300 or answer.status == _ALREADY:
            return
        if answer.status == 401:
            self._forget_token()
        if answer.status in (400, 403, 404):
            raise Refused(f"HTTP {answer.status}")
        raise NotAccepted(f"HTTP {answer.status}")

    def _event(self, letter: Letter) -> dict[str, Any]:
        seller = "localizedattribute:seller"
        if letter.event in STATUSES:
            state = {"status": STATUSES[letter.event], "enterTimestamp": _written(letter.at)}
            name, payload = "AMAZON.OrderStatus.Updated", {"state": state, "order": {"seller": {"name": seller}}}
        else:
            state = {"status": "UNREAD", "freshness": "NEW"}
            group = {"creator": {"name": seller}, "count": 1, "urgency": "NORMAL"}
            name, payload = "AMAZON.MessageAlert.Activated", {"state": state, "messageGroup": group}
        now = self._clock.now()
        return {
            "timestamp": _written(now),
            "referenceId": letter.message_id,
            "expiryTime": _written(now + _LASTS),
            "event": {"name": name, "payload": payload},
            "localizedAttributes": [{"locale": _LOCALE, "seller": self._seller}],
            "relevantAudience": {"type": "Unicast", "payload": {"user": letter.to}},
        }

    def _access(self) -> str:
        """A token; the one from before while it is good."""
        with self._lock:
            if time.monotonic() < self._good_until:
                return self._token
        asked = {
            "grant_type": "client_credentials",
            "client_id": self._service.client,
            "client_secret": self._service.secret,
            "scope": _SCOPE,
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        try:
            answer = self._call(self._service.token_url, urlencode(asked).encode(), headers)
        except Doubtful as error:  # nothing was told yet
            raise NotAccepted(error.reason) from error
        token, lasts = _token(answer)
        with self._lock:
            self._token, self._good_until = token, time.monotonic() + lasts - _EARLY
        return token

    def _forget_token(self) -> None:
        with self._lock:
            self._good_until = 0.0

    def _call(self, url: str, body: bytes, headers: Mapping[str, str]) -> HttpAnswer:
        try:
            return call("POST", url, self._service.patience, body, headers)
        except Unreachable as error:
            raise NotAccepted(str(error)) from error
        except NoAnswer as error:
            raise Doubtful(str(error)) from error


def _token(answer: HttpAnswer) -> tuple[str, float]:
    """The token in an answer, and for how many seconds it is good. Raises NotAccepted."""
    if answer.status != 200:
        raise NotAccepted(f"no token: HTTP {answer.status}")
    try:
        document = json.loads(answer.body)
        return str(document["access_token"]), float(document["expires_in"])
    except (ValueError, KeyError, TypeError) as error:
        raise NotAccepted("no token: the answer can't be read") from error


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
