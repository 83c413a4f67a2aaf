"""Reads Wyoming's events from the network, where anybody may write anything: every length has a limit."""

from __future__ import annotations

import asyncio
import json
from typing import Any, TypeVar

from wyoming.event import Event, Eventable, async_write_event

LONGEST_LINE = 64 * 1024
"""Bytes of a header line, or of the data that follows it."""
LARGEST_PAYLOAD = 1024 * 1024
"""Bytes of sound in one chunk: over five seconds of the fastest that is taken."""
_IDLE = 600.0  # seconds without any event
_WHOLE = 30.0  # seconds for the rest of an event, and for a peer to take what is written


Kind = TypeVar("Kind", bound=Eventable)


class BrokenFrame(Exception):
    """What came is no event of the protocol, or one that is too large. str() says why."""


async def read_event(reader: asyncio.StreamReader) -> Event | None:
    """The next event; None when the peer has gone or was silent for ten minutes. Raises BrokenFrame.

    The reader must have been made with a limit of LONGEST_LINE.
    """
    try:
        line = await asyncio.wait_for(reader.readline(), _IDLE)
    except TimeoutError:
        return None
    except ValueError:
        raise BrokenFrame(f"a line is longer than {LONGEST_LINE} bytes") from None
    if not line:
        return None
    header = _object(line)
    sizes = _length(header, "data_length", LONGEST_LINE), _length(header, "payload_length", LARGEST_PAYLOAD)
    try:
        rest = await asyncio.wait_for(reader.readexactly(sum(sizes)), _WHOLE)
    except (TimeoutError, asyncio.IncompleteReadError):
        raise BrokenFrame("an event breaks off") from None
    data = header.get("data") or {}
    kind = header.get("type")
    if not isinstance(kind, str) or not isinstance(data, dict):
        raise BrokenFrame("an event has a type and data")
    if sizes[0]:
        data |= _object(rest[: sizes[0]])
    return Event(kind, data, rest[sizes[0] :] or None)


def as_kind(kind: type[Kind], event: Event) -> Kind:
    """The event as what its type says. Raises BrokenFrame when it lacks what that needs."""
    try:
        return kind.from_event(event)  # type: ignore[return-value]  # the package's base class promises less
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise BrokenFrame(f"{event.type} lacks what it needs ({error})") from error


def string(value: object) -> str | None:
    """A text that a peer may leave out. Raises BrokenFrame for anything else."""
    if value is not None and not isinstance(value, str):
        raise BrokenFrame("a text is expected")
    return value


def strings(value: object) -> list[str] | None:
    """A list of texts that a peer may leave out. Raises BrokenFrame for anything else."""
    if value is not None and not (isinstance(value, list) and all(isinstance(one, str) for one in value)):
        raise BrokenFrame("a list of texts is expected")
    return value


def mapping(value: object) -> dict[str, Any]:
    """An object that a peer may leave out. Raises BrokenFrame for anything else."""
    if value is not None and not isinstance(value, dict):
        raise BrokenFrame("an object is expected")
    return value or {}


async def write_event(writer: asyncio.StreamWriter, event: Eventable) -> None:
    """Send one event. Raises ConnectionError, or TimeoutError when the peer does not read."""
    await asyncio.wait_for(async_write_event(event.event(), writer), _WHOLE)


def _object(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        raise BrokenFrame("a header is no JSON") from None
    if not isinstance(found, dict):
        raise BrokenFrame("a header is no JSON object")
    return found


def _length(header: dict[str, Any], name: str, most: int) -> int:
    length = header.get(name) or 0
    if not isinstance(length, int) or not 0 <= length <= most:
        raise BrokenFrame(f"{name} must be a number up to {most}")
    return length
