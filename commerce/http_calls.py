"""One HTTP request that ends in time, whatever the other side does."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

import requests

MOST_BYTES = 1_000_000


class Unreachable(Exception):
    """The request did not get through: the other side has not seen it."""


class NoAnswer(Exception):
    """The request may have got through, and no whole answer came in time."""


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What the other side said."""

    status: int
    body: bytes


def call(
    method: str, url: str, patience: float, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> HttpAnswer:
    """Send a request and read the answer within about `patience` seconds; redirects are not followed.

    Time-outs of sockets alone would let a peer that sends a byte now and then keep us for ever, so the answer is read
    piece by piece until the time is over. Raises Unreachable, NoAnswer.
    """
    deadline = time.monotonic() + patience
    try:
        with requests.request(
            method,
            url,
            data=body,
            headers=dict(headers or {}),
            timeout=(patience, patience),
            allow_redirects=False,
            stream=True,
        ) as response:
            return HttpAnswer(response.status_code, _read(response, deadline))
    except requests.exceptions.ConnectTimeout as error:
        raise Unreachable(str(error)) from error
    except requests.exceptions.ConnectionError as error:
        # Only what failed before anything was sent is sure not to have arrived.
        if "NewConnectionError" in repr(error) or "NameResolutionError" in repr(error):
            raise Unreachable(str(error)) from error
        raise NoAnswer(str(error)) from error
    except requests.exceptions.InvalidURL as error:
        raise Unreachable(str(error)) from error
    except requests.exceptions.RequestException as error:
        raise NoAnswer(str(error)) from error


def _read(response: requests.Response, deadline: float) -> bytes:
    pieces, size = [], 0
    while piece := response.raw.read1(65_536, decode_content=True):
        pieces.append(piece)
        size += len(piece)
        if size > MOST_BYTES or time.monotonic() > deadline:
            raise NoAnswer("the answer was too long or too slow")
    return b"".join(pieces)
