"""Takes the loudspeaker's own sound out of what the microphone hears (WebRTC's audio processing, from livekit)."""

from __future__ import annotations

from collections import deque

import numpy as np

from voice.audio import SAMPLE_RATE, Samples
from voice.recognition.engine import LibraryMissing

_FRAME = SAMPLE_RATE // 100
_BLOCK_FRAMES = 50
_BLOCKS = 8  # four seconds of own speech
_HEARD_ABOVE = 300  # amplitude of what is played that can be expected back
_NO_ECHO = 300.0
"""How many times softer than what is played the microphone must be (50 dB) for an echo not to matter."""


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
        self._loss = EchoLoss()

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
        self._loss.feed(near, far)
        return near if self._loss.no_echo else np.frombuffer(bytes(heard.data), np.int16)


class EchoLoss:
    """How much softer the loudspeaker is at the microphone, by the loudest frames of each half second of own speech.

    A shopper who talks over it makes it look smaller, so the median of several half seconds counts.
    """

    def __init__(self) -> None:
        self._losses: deque[float] = deque(maxlen=_BLOCKS)
        self._near = self._far = self._far_before = 0.0
        self._frames = 0
        self.no_echo = False
        """Whether what is played does not come back."""

    def feed(self, near: Samples, far: Samples) -> None:
        """Take the next frame of both."""
        self._near = max(self._near, float(np.abs(near.astype(np.int32)).mean()))
        self._far = max(self._far, float(np.abs(far.astype(np.int32)).mean()))
        self._frames += 1
        if self._frames == _BLOCK_FRAMES:
            played = max(self._far, self._far_before)  # the echo of the last half second may come in this one
            if self._far > _HEARD_ABOVE:
                self._losses.append(played / max(1.0, self._near))
                self.no_echo = len(self._losses) > 2 and float(np.median(self._losses)) > _NO_ECHO
            self._far_before, self._near, self._far, self._frames = self._far, 0.0, 0.0, 0
