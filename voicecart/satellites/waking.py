"""Listens to one stream for several wake words; one that was said is told once."""

from __future__ import annotations

from collections.abc import Sequence

from voice.audio import SAMPLE_RATE, Samples
from voice.wake_word import MicroWakeWords

_REST_SECONDS = 1.0


class Waking:
    """The words of one stream. Raises RecognitionError."""

    def __init__(self, names: Sequence[str]) -> None:
        self._words = MicroWakeWords(names)
        self._rest = 0.0

    def feed(self, piece: Samples) -> str | None:
        """Take the next piece of the stream; the name of the word that was said."""
        self._rest -= len(piece) / SAMPLE_RATE
        heard = self._words.feed(piece)
        if not heard or self._rest > 0:
            return None
        self._rest = _REST_SECONDS
        return heard[0]
