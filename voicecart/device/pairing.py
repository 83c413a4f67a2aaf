"""Pairing from the device's side: a code for the owner's eyes, then waiting until it is approved."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import requests

from voicecart.device.tokens import PairedShop, PairingProblem, plain_address

_TIMEOUT = 30  # seconds
_SOONEST = 1  # second between two questions, whatever the service says


@dataclass(frozen=True, slots=True)
class Waiting:
    """A pairing that its owner has to approve. interval, expires_in: seconds."""

    service: str
    device_code: str
    user_code: str
    verification_url: str
    interval: int
    expires_in: int


def begin(service: str, name: str) -> Waiting:
    """Ask a service to let this device in. name: what its owner sees. Raises PairingProblem."""
    service = plain_address(service)
    _check_private(service)
    found = _said(service, _post(service, "/api/v1/pairings", {"name": name}))
    return Waiting(
        service=service,
        device_code=found["device_code"],
        user_code=found["user_code"],
        verification_url=found["verification_url"],
        interval=found["interval"],
        expires_in=found["expires_in"],
    )


def wait(pairing: Waiting, sleep: Callable[[float], None] = time.sleep) -> PairedShop:
    """Ask until the owner has decided. Raises PairingProblem when they turned it away, or the code is too old."""
    pause = max(_SOONEST, pairing.interval)
    while True:
        answer = _post(pairing.service, "/api/v1/pairings/token", {"device_code": pairing.device_code})
        if answer.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            pause = max(pause, _seconds(answer))
        elif answer.status_code != HTTPStatus.ACCEPTED:
            found = _said(pairing.service, answer)
            return PairedShop(pairing.service, found["token"], found["customer"], found["shop"], found["language"])
        sleep(pause)


def _check_private(service: str) -> None:
    """A token that goes over the network in the open is anybody's."""
    address = urlsplit(service)
    if address.scheme not in ("http", "https") or not address.hostname:
        raise PairingProblem(f"{service!r} is no address of a service; it looks like https://shop.example")
    if address.scheme == "http" and not _is_this_machine(address.hostname):
        raise PairingProblem(f"{service} is not encrypted; use https:// for a service on another machine")


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _post(service: str, path: str, body: dict[str, str]) -> requests.Response:
    try:
        return requests.post(f"{service}{path}", json=body, timeout=_TIMEOUT)
    except requests.RequestException as error:
        raise PairingProblem(
            f"{service} can't be reached ({type(error).__name__}); is `voicecart serve` on?"
        ) from error


def _said(service: str, answer: requests.Response) -> dict[str, Any]:
    """What the service answered. Raises PairingProblem."""
    try:
        found = answer.json()
    except requests.JSONDecodeError:
        raise PairingProblem(f"{service} is no voicecart service: it answered {answer.status_code}") from None
    if not answer.ok:
        raise PairingProblem(f"{service} did not let this device in: {found.get('message', answer.status_code)}")
    return dict(found)


def _seconds(answer: requests.Response) -> int:
    given = answer.headers.get("Retry-After", "")
    return int(given) if given.isascii() and given.isdigit() else 0
