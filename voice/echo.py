"""Takes the loudspeaker's own sound out of what the microphone hears.

Two cancellers from packages do it: SpeexDSP's only subtracts the echo, WebRTC's also suppresses what may be left of it,
and with it much of whoever speaks meanwhile.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from voice.audio import SAMPLE_RATE, Samples
from voice.recognition.engine import LibraryMissing
from voice.webrtc import FRAME, Processing, joined

_NOTHING = np.zeros(FRAME, np.int16)
_LONGEST_ECHO = SAMPLE_RATE // 5
"""Samples from a sound's being played until its last echo: what the sound card holds, and the room."""
_BLOCK_FRAMES = 50
_BLOCK = _BLOCK_FRAMES * FRAME
_BLOCKS = 4  # two seconds of own speech
_ENOUGH = 3  # of them: a greeting is hardly longer
_HEARD_ABOVE = 300  # amplitude of what is played that can be expected back
_NO_ECHO = 300.0
"""How many times softer than what is played the microphone must be (50 dB) for an echo not to matter."""
_BAND = (300.0, 3500.0)  # Hz, where speech is loud
_PEAK = 6.0
"""Standard deviations above the mean that noise hardly ever reaches in half a second of delays."""
_SAME_DELAY = SAMPLE_RATE // 100
_CATCHES_UP_FRAMES = 200
"""What the suppressor hears of the time in which it was not asked: two seconds, a wake word and what was before it."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The microphone's sound without the loudspeaker's, twice, of the same moments.

    words: with the echo subtracted, to understand who speaks. voices: with all suppressed that may be an echo, and
    what is quiet brought up, to tell whether anybody speaks.
    """

    words: Samples
    voices: Samples


class EchoCanceller:
    """One microphone's cleaner. It learns the room while something is played, and finds the delay by itself.

    Where no echo comes back, as with a loudspeaker in another room, none is taken away: WebRTC would take parts of a
    shopper's voice for one (of sixteen wake words over an answer, 7 instead of 16 were heard).

    Raises LibraryMissing when livekit or pyaec is not installed.
    """

    def __init__(self) -> None:
        self._suppressor = Processing(
            "echo cancellation", echo_cancellation=True, high_pass_filter=True, auto_gain_control=True
        )
        self._subtract = _Subtractor()
        self._near = self._far = np.zeros(0, np.int16)
        self._detector = EchoDetector()
        self._unsuppressed: deque[tuple[Samples, Samples]] = deque(maxlen=_CATCHES_UP_FRAMES)

    def clean(self, near: Samples, far: Samples, only_words: bool = False) -> Cleaned:
        """The microphone's sound without the echo.

        near: what the microphone heard; far: as much of what was played meanwhile. What does not fill ten milliseconds
        waits for the next call, so the answer can be that much shorter or longer than `near`.
        only_words: nobody looks at `voices`, which are silence then. They take most of the work, which is left until
        they are asked for, or something is played.
        """
        near, far = np.concatenate([self._near, near]), np.concatenate([self._far, far])
        whole = len(near) // FRAME * FRAME
        self._near, self._far = near[whole:], far[whole:]
        frames = [
            self._cleaned(near[at : at + FRAME], far[at : at + FRAME], only_words) for at in range(0, whole, FRAME)
        ]
        words, voices = zip(*frames, strict=True) if frames else ((), ())
        return Cleaned(joined(words), joined(voices))

    def _cleaned(self, near: Samples, far: Samples, only_words: bool) -> tuple[Samples, Samples]:
        words = self._subtract(near, far)
        if only_words and self._subtract.idle:
            self._unsuppressed.append((near, far))
            voices = _NOTHING
        else:
            while self._unsuppressed:
                self._suppressed(*self._unsuppressed.popleft())
            voices = self._suppressed(near, far)
        self._detector.feed(near, far)
        return (near if self._detector.no_echo else words), voices

    def _suppressed(self, near: Samples, far: Samples) -> Samples:
        self._suppressor.played(_NOTHING if self._detector.no_echo else far)
        return self._suppressor.heard(near)


class _Subtractor:
    """SpeexDSP: an adaptive filter."""

    def __init__(self) -> None:
        try:
            from pyaec import Aec
        except ModuleNotFoundError:
            raise LibraryMissing("echo cancellation", "pyaec") from None
        self._filter = Aec(FRAME, _LONGEST_ECHO, SAMPLE_RATE, enable_preprocess=False)
        self._silent = _LONGEST_ECHO

    @property
    def idle(self) -> bool:
        """Whether nothing that was played can still be heard."""
        return self._silent > _LONGEST_ECHO

    def __call__(self, near: Samples, far: Samples) -> Samples:
        self._silent = 0 if far.any() else self._silent + FRAME
        if self.idle:
            return near
        return np.array(self._filter.cancel_echo(near.tolist(), far.tolist()), np.int16)


class EchoDetector:
    """Whether what is played comes back: it does not, once it was not found in several half seconds of own speech.

    An echo is what was played, once more after one delay: where both are correlated with flat spectra (Knapp and
    Carter 1976, the phase transform), it is a peak, at the same delay again and again. Noise makes one by chance now
    and then, at any delay.
    """

    def __init__(self) -> None:
        self._delays: deque[int | None] = deque(maxlen=_BLOCKS)
        self._near: list[Samples] = []
        self._far: list[Samples] = []
        self._far_before = np.zeros(_BLOCK, np.int16)
        self.no_echo = False
        """Whether what is played does not come back."""

    def feed(self, near: Samples, far: Samples) -> None:
        """Take the next frame of both."""
        self._near.append(near)
        self._far.append(far)
        if len(self._near) == _BLOCK_FRAMES:
            heard, played = np.concatenate(self._near), np.concatenate(self._far)
            if _loudness(played) > _HEARD_ABOVE:
                recent = np.concatenate([self._far_before, played])
                self._delays.append(_delay(recent, heard))
                self.no_echo = len(self._delays) >= _ENOUGH and not self._found_again()
            self._far_before, self._near, self._far = played, [], []

    def _found_again(self) -> bool:
        found = sorted(delay for delay in self._delays if delay is not None)
        return any(later - earlier <= _SAME_DELAY for earlier, later in pairwise(found))


def _delay(played: Samples, heard: Samples) -> int | None:
    """By how many samples something of `played` comes back in `heard`; None if nothing does.

    played: shape (2n,), ends when `heard` does, and begins as much earlier as it is long; heard: shape (n,).
    """
    if _loudness(played) > _NO_ECHO * max(1.0, _loudness(heard)):
        return None
    size = 2 * len(played)
    cross = np.fft.rfft(heard, size) * np.conj(np.fft.rfft(played, size))
    cross /= np.maximum(np.abs(cross), 1e-9)
    hertz = np.fft.rfftfreq(size, 1 / SAMPLE_RATE)
    cross[(hertz < _BAND[0]) | (hertz > _BAND[1])] = 0
    by_delay = np.fft.irfft(cross)[-len(heard) :]  # `heard` begins where the second half of `played` does
    return int(by_delay[::-1].argmax()) if by_delay.max() > _PEAK * by_delay.std() else None


def _loudness(sound: Samples) -> float:
    """The mean amplitude of the loudest ten milliseconds."""
    return float(np.abs(sound.astype(np.int32)).reshape(-1, FRAME).mean(axis=1).max())
