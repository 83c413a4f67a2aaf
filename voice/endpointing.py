"""Where an utterance begins and ends in a stream of sound."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from voice.audio import SAMPLE_RATE, VAD_CHUNK, Samples

_SECONDS = VAD_CHUNK / SAMPLE_RATE
_SPEECH, _STILL_SPEECH = 0.5, 0.35  # a voice that has begun is let go on more easily
_BEGIN_CHUNKS = 4
_BEFORE_CHUNKS = 10  # what is kept from before the first speech: soft consonants begin there
LONGEST = 28.0
"""Seconds after which an utterance is ended whatever is said."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """Speech cut out of a stream.

    samples: with a third of a second from before the speech, and the silence that ended it.
    start, end: seconds since the stream began, of the first and the last speech; the wait that followed is not in it.
    """

    samples: Samples
    start: float
    end: float


class Endpointer:
    """Cuts utterances out of one stream.

    detector: a `voice.audio.speech_detector` of this stream's own. wait: seconds of silence that end an utterance.
    """

    def __init__(self, detector: Callable[[Samples], float], wait: float = 0.6) -> None:
        self._detector = detector
        self._wait = wait
        self._left = np.zeros(0, dtype=np.int16)
        self._seen = 0
        self._before: deque[Samples] = deque(maxlen=_BEFORE_CHUNKS)
        self._spoken: list[Samples] = []
        self._run = 0
        self._first = self._last = 0

    @property
    def in_speech(self) -> bool:
        """Whether an utterance has begun and not ended."""
        return bool(self._spoken)

    def feed(self, samples: Samples) -> Iterator[Utterance]:
        """Take the next piece of the stream, of any length; gives the utterances that ended in it."""
        whole = np.concatenate([self._left, samples])
        count = len(whole) // VAD_CHUNK
        self._left = whole[count * VAD_CHUNK :]
        for chunk in whole[: count * VAD_CHUNK].reshape(-1, VAD_CHUNK):
            ended = self._take(chunk)
            if ended is not None:
                yield ended

    def finish(self) -> Utterance | None:
        """The stream is over; an utterance that had begun ends with it."""
        return self._ended() if self._spoken else None

    def _take(self, chunk: Samples) -> Utterance | None:
        speech = self._detector(chunk) > (_STILL_SPEECH if self._spoken else _SPEECH)
        self._seen += 1
        if not self._spoken:
            self._before.append(chunk)
            self._run = self._run + 1 if speech else 0
            if self._run == _BEGIN_CHUNKS:
                self._spoken = list(self._before)
                self._first, self._last = self._seen - _BEGIN_CHUNKS, self._seen
            return None
        self._spoken.append(chunk)
        if speech:
            self._last = self._seen
        silent = (self._seen - self._last) * _SECONDS
        if silent >= self._wait or len(self._spoken) * _SECONDS >= LONGEST:
            return self._ended()
        return None

    def _ended(self) -> Utterance:
        utterance = Utterance(np.concatenate(self._spoken), self._first * _SECONDS, self._last * _SECONDS)
        self._spoken = []
        self._before.clear()
        self._run = 0
        return utterance
