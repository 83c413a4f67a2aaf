"""Listens to one stream for several wake words; one that was said is told once."""

from __future__ import annotations

from collections.abc import Sequence

from voice.audio import SAMPLE_RATE, Samples
from voice.wake_word import MicroWakeWord

_REST_SECONDS = 1.0


class Waking:
    """The words of one stream. Raises RecognitionError."""

    def __init__(self, names: Sequence[str]) -> None:
        self._words = {name: MicroWakeWord(name) for name in names}
        self._rest = 0.0

    def feed(self, piece: Samples) -> str | None:
        """Take the next piece of the stream; the name of the word that was said."""
        self._rest -= len(piece) / SAMPLE_RATE
        heard = [name for name, word in self._words.items() if word.feed(piece)]  # each must hear everything
        if not heard or self._rest > 0:
            return None
        self._rest = _REST_SECONDS
        return heard[0]
