"""Where an utterance begins, halts and ends in a stream of sound."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from voice.audio import SAMPLE_RATE, VAD_CHUNK, Samples

_SECONDS = VAD_CHUNK / SAMPLE_RATE
_SPEECH, _STILL_SPEECH = 0.5, 0.35  # a voice that has begun is let go on more easily
_BEFORE_CHUNKS = 10  # what is kept from before the first speech: soft consonants begin there
LONGEST = 28.0
"""Seconds after which an utterance is ended whatever is said."""
HALT = 0.12
"""Seconds of silence after which it is worth guessing what was said."""


@dataclass(frozen=True, slots=True)
class Began:
    """Somebody speaks. at: seconds since the stream began."""

    at: float


@dataclass(frozen=True, slots=True)
class Halted:
    """A short silence within an utterance: it may be its end. samples: the utterance so far."""

    samples: Samples


@dataclass(frozen=True, slots=True)
class WentOn:
    """The utterance was not at its end."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """Speech cut out of a stream.

    samples: with a third of a second from before the speech, and the silence that ended it.
    start, end: seconds since the stream began, of the first and the last speech; the wait that followed is not in it.
    """

    samples: Samples
    start: float
    end: float


Event: TypeAlias = Began | Halted | WentOn | Utterance


class Endpointer:
    """Cuts utterances out of one stream.

    detector: a `voice.audio.speech_detector` of this stream's own.
    wait: seconds of silence that end an utterance; `waits` changes it for the utterance that is being spoken.
    begin_chunks: how many chunks of speech in a row begin an utterance.
    """

    def __init__(self, detector: Callable[[Samples], float], wait: float = 0.6, begin_chunks: int = 4) -> None:
        self._detector = detector
        self._usual_wait = self._wait = wait
        self._begin_chunks = begin_chunks
        self._left = self._left_words = np.zeros(0, dtype=np.int16)
        self._seen = 0
        self._before: deque[Samples] = deque(maxlen=_BEFORE_CHUNKS)
        self._spoken: list[Samples] = []
        self._run = 0
        self._first = self._last = 0
        self._halted = False

    @property
    def in_speech(self) -> bool:
        """Whether an utterance has begun and not ended."""
        return bool(self._spoken)

    def waits(self, seconds: float) -> None:
        """Let the utterance that is being spoken end after so much silence."""
        self._wait = seconds

    def feed(self, samples: Samples, words: Samples | None = None) -> Iterator[Event]:
        """Take the next piece of the stream, of any length; gives what happened in it, in order.

        words: what utterances are made of, of the same moments, where the detector is to hear something else.
        """
        voices = np.concatenate([self._left, samples])
        kept = np.concatenate([self._left_words, samples if words is None else words])
        whole = len(voices) // VAD_CHUNK * VAD_CHUNK
        self._left, self._left_words = voices[whole:], kept[whole:]
        for at in range(0, whole, VAD_CHUNK):
            event = self._take(kept[at : at + VAD_CHUNK], self._detector(voices[at : at + VAD_CHUNK]))
            if event is not None:
                yield event

    def finish(self) -> Utterance | None:
        """The stream is over; an utterance that had begun ends with it."""
        return self._ended() if self._spoken else None

    def _take(self, chunk: Samples, likely: float) -> Event | None:
        speech = likely > (_STILL_SPEECH if self._spoken else _SPEECH)
        self._seen += 1
        if not self._spoken:
            return self._wait_for_speech(chunk, speech)
        self._spoken.append(chunk)
        if speech:
            self._last = self._seen
        silent = (self._seen - self._last) * _SECONDS
        if silent >= self._wait or len(self._spoken) * _SECONDS >= LONGEST:
            return self._ended()
        if self._halted and speech:
            self._halted = False
            self._wait = self._usual_wait
            return WentOn()
        if not self._halted and silent >= HALT:
            self._halted = True
            return Halted(np.concatenate(self._spoken))
        return None

    def _wait_for_speech(self, chunk: Samples, speech: bool) -> Began | None:
        self._before.append(chunk)
        self._run = self._run + 1 if speech else 0
        if self._run < self._begin_chunks:
            return None
        self._spoken = list(self._before)
        self._first, self._last = self._seen - self._run, self._seen
        return Began(self._first * _SECONDS)

    def _ended(self) -> Utterance:
        utterance = Utterance(np.concatenate(self._spoken), self._first * _SECONDS, self._last * _SECONDS)
        self._spoken = []
        self._before.clear()
        self._run = 0
        self._halted = False
        self._wait = self._usual_wait
        return utterance
