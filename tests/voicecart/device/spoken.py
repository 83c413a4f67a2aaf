"""Sentences for a device, spoken by a voice that its wake word knows."""

from __future__ import annotations

import functools

import numpy as np

from audio_fixtures.voices import speak
from voice.audio import Samples

_PEAK = 0.4


@functools.cache
def spoken(text: str, voice: str = "rms") -> Samples:
    """A sentence at 16 kHz, as loud as somebody who stands at the counter."""
    sound = speak(text, voice, 1.0)
    loud: Samples = (sound / np.abs(sound).max() * _PEAK * 32767).astype(np.int16)
    return loud
