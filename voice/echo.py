"""Takes the loudspeaker's own sound out of what the microphone hears (WebRTC's audio processing, from livekit)."""

from __future__ import annotations

import numpy as np

from voice.audio import SAMPLE_RATE, Samples
from voice.recognition.engine import LibraryMissing

_FRAME = SAMPLE_RATE // 100


class EchoCanceller:
    """One microphone's cleaner. It learns the room while something is played, and finds the delay by itself.

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
        return np.frombuffer(bytes(heard.data), np.int16)
