"""How loud it is at the microphone."""

from __future__ import annotations

import numpy as np

from voice.audio import SAMPLE_RATE, Samples
from voice.device_ports import Level, Tell

_EVERY = SAMPLE_RATE // 8
_FULL = 32_700
_CLIPPED_SHARE = 0.02
_QUIETEST = -96.0


class LevelMeter:
    """Tells the level eight times a second."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._samples = 0
        self._energy = 0.0

    def feed(self, piece: Samples) -> None:
        """Take the next piece of sound."""
        self._samples += len(piece)
        self._energy += float(np.square(piece, dtype=np.float64).sum())
        if self._samples >= _EVERY:
            power = self._energy / self._samples / 32768.0**2
            self._tell(Level(max(_QUIETEST, 10 * float(np.log10(power + 1e-12)))))
            self._samples, self._energy = 0, 0.0


def too_loud(samples: Samples) -> bool:
    """Whether so much of the sound is at full scale that words are lost in it."""
    return float(np.mean(np.abs(samples.astype(np.int32)) >= _FULL)) > _CLIPPED_SHARE
