"""The short sounds that say that the device listens, or no longer does."""

from __future__ import annotations

import numpy as np

from voice.playlist import PLAY_RATE
from voice.speech.synthesiser import Speech

_LOUDNESS = 0.15


def listening() -> Speech:
    """Two rising notes: it listens."""
    return _notes(660.0, 880.0)


def sleeping() -> Speech:
    """Two falling notes: it no longer listens."""
    return _notes(660.0, 440.0)


def _notes(*hertz: float, seconds: float = 0.07) -> Speech:
    time = np.arange(int(seconds * PLAY_RATE)) / PLAY_RATE
    edge = np.minimum(1.0, np.minimum(time, time[::-1]) / 0.01)
    sound = np.concatenate([np.sin(2 * np.pi * one * time) * edge for one in hertz])
    return Speech((sound * _LOUDNESS * 32767).astype(np.int16), PLAY_RATE)
