"""How a recogniser and its child program talk: a JSON header and raw bytes, each with its length before it.

One frame: 4 bytes header length, 4 bytes body length (both little-endian), header (UTF-8 JSON object), body.
"""

from __future__ import annotations

import json
import struct
from typing import Any, BinaryIO

Header = dict[str, Any]

LENGTHS = struct.Struct("<II")


def pack(header: Header, body: bytes = b"") -> bytes:
    """One whole frame."""
    text = json.dumps(header, ensure_ascii=False).encode()
    return LENGTHS.pack(len(text), len(body)) + text + body


def unpack(header: bytes) -> Header:
    """The header's object. Raises ValueError when it is no JSON object."""
    value = json.loads(header)
    if not isinstance(value, dict):
        raise ValueError("a frame's header must be a JSON object")  # noqa: TRY004 - it is the bytes that are wrong
    return value


def read_frame(stream: BinaryIO) -> tuple[Header, bytes] | None:
    """The next frame of a blocking stream; None when the other side has closed it, even in mid-frame."""
    lengths = stream.read(LENGTHS.size)
    if len(lengths) < LENGTHS.size:
        return None
    header_size, body_size = LENGTHS.unpack(lengths)
    rest = stream.read(header_size + body_size)
    if len(rest) < header_size + body_size:
        return None
    return unpack(rest[:header_size]), rest[header_size:]
