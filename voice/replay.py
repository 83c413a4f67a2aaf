"""Recordings instead of a microphone: a file in, what was heard out."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from skills.contract import Heard, Listener
from voice.audio import SAMPLE_RATE, read_recording
from voice.recognition.engine import Recogniser


@dataclass(frozen=True, slots=True)
class HeardRecording:
    """What was heard in a recording.

    listener: listens again to this very sound. length: seconds of the recording; took: seconds until it was heard.
    """

    heard: Heard
    listener: Listener
    length: float
    took: float


class Ears:
    """Hears recordings, each in its language; a recogniser is opened when its language first comes.

    recogniser_for: opens the recogniser of a language (BCP 47); may raise RecognitionError.
    """

    def __init__(self, recogniser_for: Callable[[str], Recogniser]) -> None:
        self._recogniser_for = recogniser_for
        self._recognisers: dict[str, Recogniser] = {}

    def hear(self, path: Path, turn_id: str, language: str) -> HeardRecording:
        """The whole recording as one utterance. Raises AudioError, RecognitionError."""
        samples = read_recording(path)
        recogniser = self._recogniser(language)
        began = time.monotonic()
        heard = recogniser.hear(samples, turn_id, language)
        return HeardRecording(heard, recogniser, len(samples) / SAMPLE_RATE, time.monotonic() - began)

    def close(self) -> None:
        """End the engines."""
        while self._recognisers:
            self._recognisers.popitem()[1].close()

    def _recogniser(self, language: str) -> Recogniser:
        base = language.split("-")[0]
        if base not in self._recognisers:
            self._recognisers[base] = self._recogniser_for(base)
        return self._recognisers[base]
