"""A child program that answers questions over pipes within a deadline, and is replaced when it does not."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from typing import IO

from voice.recognition.engine import EngineDied, EngineFailed, EngineTimeout, LibraryMissing
from voice.recognition.framing import LENGTHS, Header, pack, unpack

START_SECONDS = 60.0
"""How long a child may take to load its model: the largest takes a few seconds on a quiet machine."""

_STDERR_KEPT = 4_000
_CHUNK = 1 << 16


class EngineProcess:
    """One engine's child program, started with exec when it is first needed, or before with `start`.

    engine: its name in messages.
    module: what `python -m` runs.
    arguments: given to the child.
    Safe to use from several threads: questions queue.
    """

    def __init__(self, engine: str, module: str, arguments: Sequence[str]) -> None:
        self._engine = engine
        self._command = [sys.executable, "-m", module, *arguments]
        self._child: subprocess.Popen[bytes] | None = None
        self._stderr: IO[bytes] | None = None
        self._ready = False
        self._lock = threading.RLock()

    @property
    def pid(self) -> int | None:
        """The running child's process id."""
        return self._child.pid if self._child is not None else None

    def start(self) -> None:
        """Starts the child and returns at once; it loads its model while other things happen."""
        with self._lock:
            if self._child is not None and self._child.poll() is None:
                return
            self._end()
            self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the child
            self._child = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._stderr, bufsize=0
            )
            for pipe in (self._child.stdin, self._child.stdout):
                assert pipe is not None
                os.set_blocking(pipe.fileno(), False)

    def ask(self, question: Header, body: bytes = b"", *, seconds: float) -> Header:
        """The child's answer to one question.

        seconds: for this answer; loading the model has a deadline of its own.
        Raises EngineDied, EngineTimeout (both leave a fresh start to the next call), EngineFailed, LibraryMissing.
        A refusal that is not one of these comes back as it is, with its kind under "refused".
        """
        with self._lock:
            self.start()
            if not self._ready:
                self._refuse_the_usual(self._exchange(b"", time.monotonic() + START_SECONDS, "start"), "start")
                self._ready = True
            asked = str(question["do"])
            answer = self._exchange(pack(question, body), time.monotonic() + seconds, asked)
            self._refuse_the_usual(answer, asked)
            return answer

    def close(self) -> None:
        """Ends the child. Harmless when there is none."""
        with self._lock:
            self._end()

    def _refuse_the_usual(self, answer: Header, asked: str) -> None:
        if answer.get("refused") == "library_missing":
            self._end()
            raise LibraryMissing(self._engine, str(answer["package"]))
        if answer.get("refused") == "failed":
            raise EngineFailed(self._engine, asked, str(answer["reason"]))

    def _exchange(self, out: bytes, deadline: float, asked: str) -> Header:
        began = time.monotonic()
        try:
            self._write(memoryview(out), deadline)
            header_size, body_size = LENGTHS.unpack(self._read(LENGTHS.size, deadline))
            return unpack(self._read(header_size + body_size, deadline)[:header_size])
        except TimeoutError as late:
            last_words = self._end()[1]
            raise EngineTimeout(self._engine, asked, round(deadline - began, 1), last_words) from late
        except (EOFError, BrokenPipeError) as gone:
            raise EngineDied(self._engine, *self._end()) from gone

    def _write(self, left: memoryview, deadline: float) -> None:
        assert self._child is not None
        assert self._child.stdin is not None
        pipe = self._child.stdin.fileno()
        while left:
            _wait(pipe, select.POLLOUT, deadline)
            left = left[os.write(pipe, left[:_CHUNK]) :]

    def _read(self, size: int, deadline: float) -> bytes:
        assert self._child is not None
        assert self._child.stdout is not None
        pipe = self._child.stdout.fileno()
        taken = bytearray()
        while len(taken) < size:
            _wait(pipe, select.POLLIN, deadline)
            piece = os.read(pipe, min(size - len(taken), _CHUNK))
            if not piece:
                raise EOFError
            taken += piece
        return bytes(taken)

    def _end(self) -> tuple[int | None, str]:
        """Kills and reaps the child. Returns its exit code and the end of its stderr."""
        child, stderr = self._child, self._stderr
        self._child, self._stderr, self._ready = None, None, False
        if child is None or stderr is None:
            return None, ""
        for pipe in (child.stdin, child.stdout):
            assert pipe is not None
            pipe.close()
        try:
            child.wait(timeout=0.2)  # one that died, or that ends because its stdin closed, keeps its own exit code
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        size = stderr.seek(0, os.SEEK_END)
        stderr.seek(max(0, size - _STDERR_KEPT))
        last_words = stderr.read().decode(errors="replace")
        stderr.close()
        return child.returncode, last_words


def _wait(pipe: int, event: int, deadline: float) -> None:
    """Returns once the pipe is ready or closed; raises TimeoutError at the deadline."""
    poll = select.poll()
    poll.register(pipe, event)
    left = deadline - time.monotonic()
    if left <= 0 or not poll.poll(left * 1000):
        raise TimeoutError
