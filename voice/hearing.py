"""Hearing beside the stream: guesses at each short silence, so that the answer is there when the utterance ends."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import ParamSpec, TypeVar
from uuid import uuid4

import numpy as np

from skills.contract import Heard
from voice.audio import Samples
from voice.recognition.engine import PartialWords, Recogniser, StreamingRecogniser

P = ParamSpec("P")
T = TypeVar("T")


class Hearing:
    """One utterance after the other, heard by `recogniser` in `worker`, which does one thing at a time.

    hint: what may be said, in the manner of it; see `Recogniser.hear`.
    """

    def __init__(self, recogniser: Recogniser, language: str, worker: Executor) -> None:
        self.recogniser = recogniser
        self.hint = ""
        self._language = language
        self._worker = worker
        self._streaming = _as_streaming(recogniser)
        self._guess: Future[Heard] | None = None
        self._partial: Future[PartialWords] | None = None
        self._unheard: list[Samples] = []

    def begin(self) -> None:
        """A new utterance."""
        self.forget()
        if self._streaming is not None:
            self._worker.submit(self._streaming.start, uuid4().hex, self._language)

    def partial_words(self, piece: Samples) -> str | None:
        """What the engine has heard so far, when it streams and has something new to say. Raises RecognitionError."""
        if self._streaming is None:
            return None
        self._unheard.append(piece)
        if self._partial is not None and not self._partial.done():
            return None
        words = self._partial.result().text if self._partial is not None else None
        whole, self._unheard = _joined(self._unheard), []
        self._partial = self._worker.submit(self._streaming.feed, whole)
        return words or None

    def guess(self, samples: Samples) -> None:
        """Begin to hear what was said so far; `guessed` has it when it is there."""
        self.forget()
        self._guess = self._worker.submit(self.now, samples)

    def forget(self) -> None:
        """The guess was made too early: its sound goes on."""
        if self._guess is not None:
            self._guess.cancel()
        self._guess = None
        self._partial = None
        self._unheard = []

    def guessed(self) -> Heard | None:
        """What the latest guess has heard, if there is one and it is ready. Raises RecognitionError."""
        if self._guess is None or not self._guess.done():
            return None
        return self._guess.result()

    def beside(self, work: Callable[P, T], *args: P.args, **named: P.kwargs) -> Future[T]:
        """Do `work` in the worker, after what it has to do."""
        return self._worker.submit(work, *args, **named)

    def now(self, samples: Samples) -> Heard:
        """What was heard in some sound; to be asked in the worker. Raises RecognitionError."""
        return self.recogniser.hear(samples, uuid4().hex, self._language, self.hint)

    def whole(self, samples: Samples) -> Future[Heard]:
        """What was heard in the whole utterance: the guess that was begun at its last silence, else begun now."""
        if self._guess is None:
            self.guess(samples)
        guess, self._guess = self._guess, None
        assert guess is not None
        return guess


def _joined(pieces: list[Samples]) -> Samples:
    return np.concatenate(pieces)


def _as_streaming(recogniser: Recogniser) -> StreamingRecogniser | None:
    return recogniser if hasattr(recogniser, "feed") else None  # type: ignore[return-value]
