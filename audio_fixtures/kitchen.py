"""Sounds of a kitchen, made from seeded random numbers: a fridge, an extractor fan, running water, dishes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bench.voices import SAMPLE_RATE

Sound = NDArray[np.float64]
Sections = tuple[tuple[float, ...], ...]

# Butterworth band-passes of the second order at 16 kHz, as scipy.signal.butter(2, band, "bandpass", output="sos") gives
# them: two sections of three numerators and three denominators each.
_FROM_80_TO_900_HZ: Sections = (
    (0.02100037546361699, 0.04200075092723398, 0.02100037546361699, 1.0, -1.5734449711477652, 0.6620205744585765),
    (1.0, -2.0, 1.0, 1.0, -1.956966607978462, 0.9580920544396294),
)
_FROM_1200_TO_6500_HZ: Sections = (
    (0.4603182619014885, 0.920636523802977, 0.4603182619014885, 1.0, 1.1752400249434318, 0.45055903456343704),
    (1.0, -2.0, 1.0, 1.0, -1.3377247094989917, 0.5257874286901005),
)


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
    low = _filtered(random.standard_normal(length), _FROM_80_TO_900_HZ)
    swell = 1 + 0.2 * np.sin(2 * np.pi * 0.4 * np.arange(length) / SAMPLE_RATE + random.uniform(0, 6))
    return _level(low * swell)


def water(length: int, random: np.random.Generator) -> Sound:
    """A tap: noise without low tones."""
    return _level(_filtered(random.standard_normal(length), _FROM_1200_TO_6500_HZ))


def dishes(length: int, random: np.random.Generator) -> Sound:
    """Plates and spoons: about two short ringing sounds a second."""
    sound = np.zeros(length + SAMPLE_RATE)
    ring = np.arange(SAMPLE_RATE // 4) / SAMPLE_RATE
    for _ in range(max(1, round(2 * length / SAMPLE_RATE))):
        start = int(random.integers(0, max(1, length)))
        tone = sum(np.sin(2 * np.pi * random.uniform(1800, 6000) * ring) for _ in range(4))
        sound[start : start + len(ring)] += tone * np.exp(-ring * random.uniform(25, 60)) * random.uniform(0.3, 1)
    return _level(sound[:length])


def _filtered(sound: Sound, sections: Sections) -> Sound:
    """Sections of second order one after the other, each in the transposed direct form II."""
    samples: list[float] = sound.tolist()
    for b0, b1, b2, _, a1, a2 in sections:
        first = second = 0.0
        for index, sample in enumerate(samples):
            passed = b0 * sample + first
            first = b1 * sample - a1 * passed + second
            second = b2 * sample - a2 * passed
            samples[index] = passed
    return np.asarray(samples)


def _level(sound: Sound) -> Sound:
    rms = float(np.sqrt(np.mean(sound**2)))
    return sound / rms if rms > 0 else sound
