"""What every voice offers, what it gives and what can go wrong.

SpeechError
  SynthesiserMissing    the voice's packages are not installed
  LanguageNotSpoken     this voice does not speak the language
  SynthesiserDied       the child program ended in mid-work; the next call starts a new one
  SynthesisTimedOut     it did not answer in time and was ended; the next call starts a new one
  SynthesisFailed       the engine refused this text
"""

from __future__ import annotations

import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

NORMAL = 1.0
SLOWER = 0.72


class SpeechError(Exception):
    """An answer could not be spoken. The text of the answer is unharmed and can be shown or tried again."""


class SynthesiserMissing(SpeechError):
    """What the voice `voice` needs is not installed; `remedy` says what to install."""

    def __init__(self, voice: str, remedy: str) -> None:
        super().__init__(f"the voice {voice!r} is not installed: {remedy}")
        self.voice = voice
        self.remedy = remedy


class LanguageNotSpoken(SpeechError):
    """The voice `voice` does not speak `language` (BCP 47)."""

    def __init__(self, voice: str, language: str) -> None:
        super().__init__(f"the voice {voice!r} does not speak {language!r}")
        self.voice = voice
        self.language = language


class SynthesiserDied(SpeechError):
    """The child program ended before it answered. last_words: the last line that it wrote on stderr, or ""."""

    def __init__(self, voice: str, status: int | None, last_words: str) -> None:
        super().__init__(f"the voice {voice!r} ended (status {status}) {last_words}".rstrip())
        self.voice = voice
        self.status = status
        self.last_words = last_words


class SynthesisTimedOut(SpeechError):
    """The child program did not answer within `seconds`."""

    def __init__(self, voice: str, seconds: float) -> None:
        super().__init__(f"the voice {voice!r} did not answer within {seconds:g} seconds")
        self.voice = voice
        self.seconds = seconds


class SynthesisFailed(SpeechError):
    """The engine answered with an error."""

    def __init__(self, voice: str, message: str) -> None:
        super().__init__(f"the voice {voice!r} failed: {message}")
        self.voice = voice
        self.message = message


@dataclass(frozen=True, slots=True)
class Speech:
    """Sound of something said.

    samples: int16, shape (n,), mono; empty when there was nothing to say.
    sample_rate: Hz.
    """

    samples: NDArray[np.int16]
    sample_rate: int

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.sample_rate


class Synthesiser(Protocol):
    """Turns text into sound. One call at a time; calls from several threads wait for each other."""

    def start(self) -> None:
        """Get ready now, so that the first answer does not wait for it. Raises SpeechError."""
        ...

    def say(self, text: str, language: str, rate: float = NORMAL) -> Speech:
        """Speak `text`. rate: 1 is the voice's usual speed, less is slower. Raises SpeechError."""
        ...

    def close(self) -> None:
        """Let go of the child program. The synthesiser can't be used afterwards."""
        ...


def read_wav(path: Path) -> Speech:
    """The mono 16-bit wav file that a voice has written."""
    with wave.open(str(path), "rb") as file:
        return Speech(np.frombuffer(file.readframes(file.getnframes()), dtype=np.int16), file.getframerate())


def write_wav(parts: Sequence[Speech], path: Path, pause: float = 0.25) -> None:
    """Write what was said, one after the other with `pause` seconds between, as one mono 16-bit wav file.

    Raises ValueError when `parts` is empty or its sample rates differ.
    """
    rates = {part.sample_rate for part in parts}
    if len(rates) != 1:
        raise ValueError(f"one sample rate expected, got {sorted(rates)}")
    rate = rates.pop()
    gap = np.zeros(int(pause * rate), dtype=np.int16)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        for number, part in enumerate(parts):
            if number:
                file.writeframes(gap.tobytes())
            file.writeframes(part.samples.tobytes())
