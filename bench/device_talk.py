"""Sentences said to a device, and noise to say them in: the same voices as the recordings."""

from __future__ import annotations

import functools

import numpy as np

from bench.voices import speak
from voice.audio import SAMPLE_RATE, Samples

PEAK = 0.4
"""Of full scale: somebody who stands at the counter."""


@functools.cache
def spoken(text: str, voice: str = "rms") -> Samples:
    """A sentence at 16 kHz without silence around it. Raises VoiceMissing."""
    sound = speak(text, voice, 1.0)
    loud: Samples = (sound / np.abs(sound).max() * PEAK * 32767).astype(np.int16)
    return loud


def noise_below_speech(noise: Samples, decibels: float, seconds: float) -> Samples:
    """So much of the noise, over and over, its mean power `decibels` below that of speech."""
    speech = spoken("two cartons of oat milk").astype(np.float64)
    wanted = np.sqrt(np.mean(speech**2)) * 10 ** (-decibels / 20)
    scaled = noise * (wanted / max(1.0, float(np.sqrt(np.mean(noise.astype(np.float64) ** 2)))))
    whole = np.resize(scaled, int(seconds * SAMPLE_RATE))
    return np.clip(whole, -32768, 32767).astype(np.int16)
