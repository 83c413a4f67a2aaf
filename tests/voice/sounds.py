"""Speech and noise for tests, made on the spot by programs that any Debian has."""

from __future__ import annotations

import functools
import subprocess
import tempfile
from pathlib import Path

import numpy as np

from voice.audio import SAMPLE_RATE, Samples, read_recording


@functools.cache
def _spoken(command: tuple[str, ...]) -> Samples:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "said.wav"
        subprocess.run([*command, str(path)], check=True, capture_output=True)
        return read_recording(path)


def english(text: str) -> Samples:
    """A sentence by flite's voice slt, with half a second of silence around it."""
    return quietly(_spoken(("flite", "-voice", "slt", "-t", text, "-o")))


def korean(text: str) -> Samples:
    """A sentence by espeak-ng, with half a second of silence around it."""
    return quietly(_spoken(("espeak-ng", "-v", "ko", text, "-w")))


def quietly(sound: Samples) -> Samples:
    """The sound with half a second of silence on both sides."""
    return np.concatenate([silence(0.5), sound, silence(0.5)])


def silence(seconds: float) -> Samples:
    """Nothing at all."""
    return np.zeros(int(seconds * SAMPLE_RATE), np.int16)


def noise(seconds: float, amplitude: int) -> Samples:
    """White noise, always the same."""
    return np.random.default_rng(7).integers(-amplitude, amplitude, int(seconds * SAMPLE_RATE)).astype(np.int16)
