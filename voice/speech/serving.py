"""The child's side of a voice: answers requests on stdin until stdin ends.

A request is one line of JSON, `{"text", "language", "rate", "wav"}`; the sound goes to the file `wav`. Each answer is
one line of JSON on stdout: `{"ready": true}` once at the start, then `{"done": true}` or
`{"error": "language"|"failed", "message"}`.
"""

from __future__ import annotations

import json
import os
import select
import sys
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Protocol

from voice.memory import give_back
from voice.speech.synthesiser import LanguageNotSpoken

_RESTS_AFTER = 2.0
"""Seconds after the last answer: the sentences of one reply are asked for one after the other."""


class Voice(Protocol):
    """An engine loaded in this program."""

    def rest(self) -> None:
        """Nothing was asked for a while: let go of what was only needed for speaking."""
        ...

    def write(self, text: str, language: str, rate: float, path: Path) -> None:
        """Speak into a mono 16-bit wav file. Raises LanguageNotSpoken."""
        ...


def serve(load: Callable[[], Voice]) -> None:
    """Load the voice, say so, and answer requests until the parent closes the pipe or ends."""
    answers = _private_stdout()
    voice = load()
    _send(answers, {"ready": True})
    while line := sys.stdin.buffer.readline():
        _send(answers, _answer(voice, json.loads(line)))
        if not _asked_again():
            voice.rest()
            give_back()


def _asked_again() -> bool:
    """Whether another request comes soon; the parent sends one when the answer to the last is there."""
    return bool(select.select([sys.stdin.buffer], [], [], _RESTS_AFTER)[0])


def _private_stdout() -> BinaryIO:
    """The pipe to the parent, moved out of the way of engines that print on stdout."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def _answer(voice: Voice, request: dict[str, str]) -> dict[str, object]:
    try:
        voice.write(request["text"], request["language"], float(request["rate"]), Path(request["wav"]))
    except LanguageNotSpoken as error:
        return {"error": "language", "message": str(error)}
    except (RuntimeError, ValueError, OSError) as error:
        return {"error": "failed", "message": str(error)}
    return {"done": True}


def _send(answers: BinaryIO, message: dict[str, object]) -> None:
    answers.write(json.dumps(message).encode() + b"\n")
    answers.flush()
