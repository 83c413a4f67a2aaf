"""The service's door from the device's side: one request, a short patience, and what can go wrong.

ServiceProblem
 +-- ServiceAway     it does not answer; `perhaps_done` says whether the turn may have arrived all the same
 +-- ServiceBusy     it asks for patience; nothing was done
 +-- ServiceRefuses  it will never take this request
 +-- NotPaired       it does not know this device any more
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any

import requests
from urllib3.exceptions import NewConnectionError

from skills.contract import Heard
from voicecart.device.tokens import PairedShop

_CONNECT, _ANSWER = 2.0, 7.0  # seconds; a checkout waits three for the payment provider
_LONGEST_TEXT = 500
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_BUSY = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)

Json = dict[str, Any]


class ServiceProblem(Exception):
    """The service did not answer a turn."""


class ServiceAway(ServiceProblem):
    """Nobody answers. perhaps_done: the request was sent, so the answer may have been lost instead."""

    def __init__(self, why: str, perhaps_done: bool) -> None:
        super().__init__(f"the service does not answer ({why})")
        self.perhaps_done = perhaps_done


class ServiceBusy(ServiceProblem):
    """It can't be done at the moment; nothing was done."""


class ServiceRefuses(ServiceProblem):
    """The service takes this request for a wrong one. It would at every further try."""


class NotPaired(ServiceProblem):
    """The device's token is known no longer."""


class ServiceDoor:
    """One service, with the token that it gave this device. Used by one thread."""

    def __init__(self, shop: PairedShop) -> None:
        self._address = shop.service
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {shop.token}"

    def close(self) -> None:
        """Hang up."""
        self._session.close()

    def shop(self) -> Json:
        """Name, currency and language. Raises ServiceProblem."""
        return self._ask("GET", "/api/v1/shop")

    def cart(self) -> Json:
        """`lines`, `subtotal` and `currency`. Raises ServiceProblem."""
        return self._ask("GET", "/api/v1/cart")

    def greeting(self) -> Json:
        """The turn that opens the conversation. Raises ServiceProblem."""
        found: Json = self._ask("POST", "/api/v1/greeting", {})["turn"]
        return found

    def turn(self, heard: Heard, scores: dict[str, float] | None = None) -> Json:
        """A turn's answer, or the texts to listen again to. Sent twice, it is done once. Raises ServiceProblem.

        scores: log-likelihoods of the texts, or nothing that was asked for.
        """
        hypotheses = [
            {"text": _clean(one.text), "log_probability": one.log_probability} for one in heard.hypotheses if one.text
        ]
        body: Json = {
            "turn_id": heard.turn_id,
            "language": heard.language,
            "spoken": heard.spoken,
            "hypotheses": hypotheses,
        }
        if scores is not None:
            body["scores"] = [{"text": text, "log_likelihood": score} for text, score in scores.items()]
        return self._ask("POST", "/api/v1/turns", body)

    def _ask(self, method: str, path: str, body: Json | None = None) -> Json:
        answer = self._send(method, path, body)
        if answer.status_code == HTTPStatus.UNAUTHORIZED:
            raise NotPaired(f"{self._address} does not know this device")
        if answer.status_code in _BUSY:
            raise ServiceBusy(f"{self._address} answered {answer.status_code}")
        if 400 <= answer.status_code < 500 and answer.status_code != HTTPStatus.CONFLICT:
            raise ServiceRefuses(f"{self._address} answered {answer.status_code}")
        try:
            found = answer.json() if answer.ok else None
        except requests.JSONDecodeError:
            found = None
        if not isinstance(found, dict):  # a turn that was overtaken, a broken service, or something else in its place
            raise ServiceAway(f"it answered {answer.status_code}", perhaps_done=True)
        return found

    def _send(self, method: str, path: str, body: Json | None) -> requests.Response:
        """One request; once more when the connection broke, as one does that was kept open for too long."""
        try:
            return self._request(method, path, body)
        except requests.ConnectionError as error:
            first = error
        except requests.RequestException as error:
            raise ServiceAway(type(error).__name__, perhaps_done=True) from error
        if isinstance(first, requests.Timeout):
            raise ServiceAway(type(first).__name__, perhaps_done=False) from first
        try:
            return self._request(method, path, body)
        except requests.RequestException as error:
            never_sent = _never_sent(first) and _never_sent(error)
            raise ServiceAway(type(error).__name__, perhaps_done=not never_sent) from error

    def _request(self, method: str, path: str, body: Json | None) -> requests.Response:
        return self._session.request(
            method, f"{self._address}{path}", json=body, timeout=(_CONNECT, _ANSWER), allow_redirects=False
        )


def _never_sent(error: requests.RequestException) -> bool:
    """Whether no connection was made at all."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(reason, NewConnectionError) or isinstance(error, requests.ConnectTimeout)


def _clean(text: str) -> str:
    return _CONTROL.sub(" ", text)[:_LONGEST_TEXT]
