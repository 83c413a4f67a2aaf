"""Takes the loudspeaker's own sound out of what the microphone hears (WebRTC's audio processing, from livekit)."""

from __future__ import annotations

from collections import deque

import numpy as np

from voice.audio import SAMPLE_RATE, Samples
from voice.recognition.engine import LibraryMissing

_FRAME = SAMPLE_RATE // 100
_BLOCK_FRAMES = 50
_BLOCK = _BLOCK_FRAMES * _FRAME
_BLOCKS = 4  # two seconds of own speech
_ENOUGH = 3  # of them: a greeting is hardly longer
_HEARD_ABOVE = 300  # amplitude of what is played that can be expected back
_NO_ECHO = 300.0
"""How many times softer than what is played the microphone must be (50 dB) for an echo not to matter."""
_BAND = (300.0, 3500.0)  # Hz, where speech is loud
_PEAK = 6.0
"""Standard deviations above the mean that no noise reaches in half a second of delays."""


class EchoCanceller:
    """One microphone's cleaner. It learns the room while something is played, and finds the delay by itself.

    Where no echo comes back, as with a loudspeaker in another room, the sound is left as it is: WebRTC would take parts
    of a shopper's voice for an echo (of sixteen wake words over an answer, 7 instead of 16 were heard).

    noise_suppression, gain_control: WebRTC's other two stages.
    Raises LibraryMissing when livekit is not installed.
    """

    def __init__(self, noise_suppression: bool = False, gain_control: bool = False) -> None:
        try:
            from livekit.rtc import AudioFrame
            from livekit.rtc.apm import AudioProcessingModule
        except ModuleNotFoundError:
            raise LibraryMissing("echo cancellation", "livekit") from None
        self._frame = AudioFrame
        self._processing = AudioProcessingModule(
            echo_cancellation=True,
            high_pass_filter=True,
            noise_suppression=noise_suppression,
            auto_gain_control=gain_control,
        )
        self._near = self._far = np.zeros(0, np.int16)
        self._detector = EchoDetector()

    def clean(self, near: Samples, far: Samples) -> Samples:
        """The microphone's sound without the echo.

        near: what the microphone heard; far: as much of what was played meanwhile. What does not fill ten milliseconds
        waits for the next call, so the answer can be that much shorter or longer than `near`.
        """
        near, far = np.concatenate([self._near, near]), np.concatenate([self._far, far])
        whole = len(near) // _FRAME * _FRAME
        self._near, self._far = near[whole:], far[whole:]
        return np.concatenate(
            [
                np.zeros(0, np.int16),
                *(self._cleaned(near[at : at + _FRAME], far[at : at + _FRAME]) for at in range(0, whole, _FRAME)),
            ]
        )

    def _cleaned(self, near: Samples, far: Samples) -> Samples:
        played = self._frame(far.tobytes(), SAMPLE_RATE, 1, _FRAME)
        self._processing.process_reverse_stream(played)
        heard = self._frame(near.tobytes(), SAMPLE_RATE, 1, _FRAME)
        self._processing.process_stream(heard)
        self._detector.feed(near, far)
        return near if self._detector.no_echo else np.frombuffer(bytes(heard.data), np.int16)


class EchoDetector:
    """Whether what is played comes back: it does not, once it was not found in several half seconds of own speech.

    An echo is what was played, again after one delay: where both are correlated with their spectra made flat (Knapp and
    Carter 1976, the phase transform), it is a peak that noise and a shopper's voice do not make.
    """

    def __init__(self) -> None:
        self._echoes: deque[bool] = deque(maxlen=_BLOCKS)
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
                self._echoes.append(_comes_back(recent, heard))
                self.no_echo = len(self._echoes) >= _ENOUGH and not any(self._echoes)
            self._far_before, self._near, self._far = played, [], []


def _comes_back(played: Samples, heard: Samples) -> bool:
    """Whether `heard` has in it some of `played`, which ends at the same time and begins as much earlier as it is long.

    played: shape (2n,); heard: shape (n,).
    """
    if _loudness(played) > _NO_ECHO * max(1.0, _loudness(heard)):
        return False
    size = 2 * len(played)
    cross = np.fft.rfft(heard, size) * np.conj(np.fft.rfft(played, size))
    cross /= np.maximum(np.abs(cross), 1e-9)
    hertz = np.fft.rfftfreq(size, 1 / SAMPLE_RATE)
    cross[(hertz < _BAND[0]) | (hertz > _BAND[1])] = 0
    by_delay = np.fft.irfft(cross)[-len(heard) :]  # `heard` begins where the second half of `played` does
    return bool(by_delay.max() > _PEAK * by_delay.std())


def _loudness(sound: Samples) -> float:
    """The mean amplitude of the loudest ten milliseconds."""
    return float(np.abs(sound.astype(np.int32)).reshape(-1, _FRAME).mean(axis=1).max())
