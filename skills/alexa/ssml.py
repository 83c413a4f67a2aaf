"""Speech for Alexa: SSML in which only our own tags are tags."""

from __future__ import annotations

import re
import unicodedata
from xml.sax.saxutils import escape

LONGEST = 8_000  # characters that Alexa speaks at most, tags included
_ROOM = 200  # for our own tags
_CONTROLS = {"Cc", "Cf", "Cs", "Co", "Cn"}  # control, format (bidi among them), surrogates, private, unassigned
_SPACE = re.compile(r"\s+")


def plain(text: str) -> str:
    """Text without anything that is not seen or heard: control, bidi and unassigned characters."""
    return "".join(
        char if char in "\n\t" or unicodedata.category(char) not in _CONTROLS else " " for char in text
    ).strip()


def speak(text: str, *, slower: bool = False) -> str:
    """The SSML of a plain text; what is too long ends after a whole word."""
    inside = _escaped(_SPACE.sub(" ", plain(text)), LONGEST - _ROOM)
    return f'<speak><prosody rate="slow">{inside}</prosody></speak>' if slower else f"<speak>{inside}</speak>"


def shown(text: str, longest: int) -> str:
    """Plain text for the eye."""
    return plain(text)[:longest]


def _escaped(text: str, longest: int) -> str:
    escaped = escape(text, {'"': "&quot;", "'": "&apos;"})
    while len(escaped) > longest:
        shorter = text[: len(text) * longest // len(escaped)]
        text = shorter.rpartition(" ")[0] or shorter[:-1]
        escaped = escape(text, {'"': "&quot;", "'": "&apos;"})
    return escaped
