"""The frame around an engine's child program: read a question, answer it, until stdin closes.

Little but the standard library is loaded here; an engine's own imports happen in its `load`.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable, Mapping
from typing import BinaryIO

from voice.memory import give_back, use_one_heap
from voice.recognition.framing import Header, pack, read_frame

Handler = Callable[[Header, bytes], Header]


class Refusal(Exception):
    """A question that has no answer. kind: how the parent tells one refusal from another."""

    def __init__(self, kind: str, **data: object) -> None:
        super().__init__(kind)
        self.kind = kind
        self.data = data


def serve(load: Callable[[], Mapping[str, Handler]]) -> int:
    """Loads the engine, says that it is ready, then answers until the parent goes away.

    Returns the exit code. Frames go to what was stdout when the program started; anything that a native
    library prints afterwards goes to stderr, so it cannot break a frame.
    """
    use_one_heap()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then closes our stdin
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    try:
        handlers = load()
    except ModuleNotFoundError as missing:
        answers.write(pack({"refused": "library_missing", "package": missing.name}))
        return 1
    answers.write(pack({"ready": True}))
    return _answer_all(sys.stdin.buffer, answers, handlers)


def _answer_all(questions: BinaryIO, answers: BinaryIO, handlers: Mapping[str, Handler]) -> int:
    while (frame := read_frame(questions)) is not None:
        header, body = frame
        try:
            answer = handlers[header["do"]](header, body)
        except Refusal as refusal:
            answer = {"refused": refusal.kind, **refusal.data}
        except Exception as error:  # noqa: BLE001 - the process border: the parent gets the reason, stderr the trace
            traceback.print_exc()
            answer = {"refused": "failed", "reason": f"{type(error).__name__}: {error}"}
        answers.write(pack(answer))
        give_back()
    return 0
