"""A voice in a child program: started when first needed, given a deadline for each answer, started anew after it ended.

Engines crash, can't be stopped reliably (pyttsx3) or carry another licence (piper, espeak-ng); a program of its own
contains all three.
"""

from __future__ import annotations

import json
import selectors
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from voice.speech.sentences import speakable
from voice.speech.synthesiser import (
    NORMAL,
    LanguageNotSpoken,
    Speech,
    SynthesiserDied,
    SynthesisFailed,
    SynthesisTimedOut,
    read_wav,
)

_EMPTY_RATE = 16_000
_ENDING_SECONDS = 2.0


class ChildSynthesiser:
    """The voice `name`, served by `python -m module` with these arguments.

    deadline: seconds for one answer. start_deadline: seconds for loading the engine.
    """

    def __init__(
        self,
        name: str,
        module: str,
        arguments: Sequence[str] = (),
        deadline: float = 20.0,
        start_deadline: float = 60.0,
    ) -> None:
        self.name = name
        self._module = module
        self._arguments = arguments
        self._deadline = deadline
        self._start_deadline = start_deadline
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._folder = tempfile.TemporaryDirectory(prefix="voicecart-speech-")
        self._unread = b""

    @property
    def process_id(self) -> int | None:
        """The child's process id while it runs."""
        return self._child.pid if self._child is not None and self._child.poll() is None else None

    def start(self) -> None:
        with self._lock:
            self._running()

    def say(self, text: str, language: str, rate: float = NORMAL) -> Speech:
        spoken = speakable(text)
        if not any(character.isalnum() for character in spoken):
            return Speech(np.zeros(0, dtype=np.int16), _EMPTY_RATE)
        with self._lock:
            wav = Path(self._folder.name, "said.wav")
            request = {"text": spoken, "language": language, "rate": rate, "wav": str(wav)}
            answer = self._ask(request)
            if answer.get("error") == "language":
                raise LanguageNotSpoken(self.name, language)
            if "error" in answer:
                raise SynthesisFailed(self.name, str(answer.get("message")))
            speech = read_wav(wav)
            wav.unlink()
            return speech

    def close(self) -> None:
        with self._lock:
            self._end()
            self._folder.cleanup()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is not None and self._child.poll() is None:
            return self._child
        self._end()
        with self._complaints().open("wb") as complaints:
            self._child = subprocess.Popen(
                [sys.executable, "-m", self._module, *self._arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=complaints,
            )
        self._read_answer(self._child, self._start_deadline)
        return self._child

    def _ask(self, request: dict[str, object]) -> dict[str, object]:
        child = self._running()
        assert child.stdin is not None
        try:
            child.stdin.write(json.dumps(request).encode() + b"\n")
            child.stdin.flush()
        except BrokenPipeError:
            raise self._death(child) from None
        return self._read_answer(child, self._deadline)

    def _read_answer(self, child: subprocess.Popen[bytes], seconds: float) -> dict[str, object]:
        assert child.stdout is not None
        until = time.monotonic() + seconds
        with selectors.DefaultSelector() as waiting:
            waiting.register(child.stdout, selectors.EVENT_READ)
            while b"\n" not in self._unread:
                if not waiting.select(max(0.0, until - time.monotonic())):
                    self._end()
                    raise SynthesisTimedOut(self.name, seconds)
                received = child.stdout.read1(65536)  # type: ignore[attr-defined]
                if not received:
                    raise self._death(child)
                self._unread += received
        line, _, self._unread = self._unread.partition(b"\n")
        answer: dict[str, object] = json.loads(line)
        return answer

    def _death(self, child: subprocess.Popen[bytes]) -> SynthesiserDied:
        """The error to raise after the pipe broke; the next request starts a new child."""
        try:
            status: int | None = child.wait(_ENDING_SECONDS)
        except subprocess.TimeoutExpired:
            status = None
        said = self._complaints().read_text(errors="replace").strip().splitlines()
        self._end()
        return SynthesiserDied(self.name, status, said[-1] if said else "")

    def _end(self) -> None:
        child, self._child, self._unread = self._child, None, b""
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                _close(pipe)

    def _complaints(self) -> Path:
        return Path(self._folder.name, "stderr")


def _close(pipe: object) -> None:
    """Close a pipe whose reader may be gone with bytes still in the buffer."""
    try:
        pipe.close()  # type: ignore[attr-defined]
    except BrokenPipeError:
        return
