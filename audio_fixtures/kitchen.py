"""Sounds of a kitchen, made from seeded random numbers: a fridge, an extractor fan, running water, dishes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt

from audio_fixtures.voices import SAMPLE_RATE

Sound = NDArray[np.float64]


def kitchen(length: int, seed: int) -> Sound:
    """`length` samples of everything together, RMS 1."""
    random = np.random.default_rng(seed)
    mixed = 0.5 * hum(length) + fan(length, random) + 0.4 * water(length, random) + 0.6 * dishes(length, random)
    return _level(mixed)


def hum(length: int) -> Sound:
    """A fridge: the mains' frequency and its harmonics."""
    time = np.arange(length) / SAMPLE_RATE
    return _level(sum((np.sin(2 * np.pi * 60 * n * time) / n for n in (1, 2, 3, 5)), np.zeros(length)))


def fan(length: int, random: np.random.Generator) -> Sound:
    """An extractor: low noise that swells slowly."""
    low = sosfilt(butter(2, [80, 900], "bandpass", fs=SAMPLE_RATE, output="sos"), random.standard_normal(length))
    swell = 1 + 0.2 * np.sin(2 * np.pi * 0.4 * np.arange(length) / SAMPLE_RATE + random.uniform(0, 6))
    return _level(low * swell)


def water(length: int, random: np.random.Generator) -> Sound:
    """A tap: noise without low tones."""
    high = butter(2, [1200, 6500], "bandpass", fs=SAMPLE_RATE, output="sos")
    return _level(sosfilt(high, random.standard_normal(length)))


def dishes(length: int, random: np.random.Generator) -> Sound:
    """Plates and spoons: about two short ringing sounds a second."""
    sound = np.zeros(length + SAMPLE_RATE)
    ring = np.arange(SAMPLE_RATE // 4) / SAMPLE_RATE
    for _ in range(max(1, round(2 * length / SAMPLE_RATE))):
        start = int(random.integers(0, max(1, length)))
        tone = sum(np.sin(2 * np.pi * random.uniform(1800, 6000) * ring) for _ in range(4))
        sound[start : start + len(ring)] += tone * np.exp(-ring * random.uniform(25, 60)) * random.uniform(0.3, 1)
    return _level(sound[:length])


def _level(sound: Sound) -> Sound:
    rms = float(np.sqrt(np.mean(sound**2)))
    return sound / rms if rms > 0 else sound
