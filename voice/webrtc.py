"""WebRTC's audio processing, from livekit: echo and gain, ten milliseconds at a time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from voice.audio import SAMPLE_RATE, Samples
from voice.recognition.engine import LibraryMissing

FRAME = SAMPLE_RATE // 100
"""Samples that are processed at a time."""


class Processing:
    """One stream's processing. purpose: what is missing without livekit; switches: as livekit calls them.

    Raises LibraryMissing.
    """

    def __init__(self, purpose: str, **switches: bool) -> None:
        try:
            from livekit.rtc import AudioFrame
            from livekit.rtc.apm import AudioProcessingModule
        except ModuleNotFoundError:
            raise LibraryMissing(purpose, "livekit") from None
        self._frame = AudioFrame
        self._module = AudioProcessingModule(**switches)

    def played(self, far: Samples) -> None:
        """The next frame of what is played."""
        self._module.process_reverse_stream(self._frame(far.tobytes(), SAMPLE_RATE, 1, FRAME))

    def heard(self, near: Samples) -> Samples:
        """The microphone's next frame, processed."""
        frame = self._frame(near.tobytes(), SAMPLE_RATE, 1, FRAME)
        self._module.process_stream(frame)
        return np.frombuffer(bytes(frame.data), np.int16)


class GainControl:
    """Brings the voice of somebody far away up to that of somebody near. Raises LibraryMissing.

    What does not fill a frame waits for the next call.
    """

    def __init__(self) -> None:
        self._processing = Processing("gain control", auto_gain_control=True)
        self._left = np.zeros(0, np.int16)

    def __call__(self, piece: Samples) -> Samples:
        sound = np.concatenate([self._left, piece])
        whole = len(sound) // FRAME * FRAME
        self._left = sound[whole:]
        return joined([self._processing.heard(sound[at : at + FRAME]) for at in range(0, whole, FRAME)])


def joined(frames: Sequence[Samples]) -> Samples:
    """Frames as one sound; of no length for none."""
    return np.concatenate([np.zeros(0, np.int16), *frames])
