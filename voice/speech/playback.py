"""Plays sound so that it can be stopped at once.

The sound goes out in short blocks: `stop()` is seen before the next one, and what the device still holds is thrown
away. So the silence comes after at most one block, whatever was left to say.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from voice.speech.synthesiser import Speech, SpeechError

BLOCK_SECONDS = 0.04
_LATENCY = 0.12  # seconds of sound that the device holds: less runs dry on a busy machine, a stop drops it


class NoSpeaker(SpeechError):
    """There is no device to play on, or it is busy or has vanished. `reason` is the sound system's."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"no speaker can be used: {reason}")
        self.reason = reason


class Output(Protocol):
    """An open loudspeaker."""

    def write(self, block: NDArray[np.int16]) -> None:
        """Play a block of mono samples; returns when there is room for more. Raises NoSpeaker."""
        ...

    def finish(self) -> None:
        """Wait until everything written was heard, and close."""
        ...

    def abort(self) -> None:
        """Throw away what was not heard yet, and close."""
        ...


class SoundDeviceOutput:
    """The default loudspeaker (or `device`, a name or number of it) through sounddevice."""

    def __init__(self, sample_rate: int, device: str | int | None = None) -> None:
        try:
            import sounddevice
        except OSError as error:
            raise NoSpeaker(f"{error}; install libportaudio2") from None
        self._failures = (sounddevice.PortAudioError,)
        try:
            self._stream: Any = sounddevice.OutputStream(
                samplerate=sample_rate, channels=1, dtype="int16", device=device, latency=_LATENCY
            )
            self._stream.start()
        except (sounddevice.PortAudioError, ValueError) as error:
            raise NoSpeaker(str(error)) from None

    def write(self, block: NDArray[np.int16]) -> None:
        try:
            self._stream.write(np.ascontiguousarray(block).reshape(-1, 1))
        except self._failures as error:
            self._stream.close()
            raise NoSpeaker(str(error)) from None

    def finish(self) -> None:
        self._stream.stop()
        self._stream.close()

    def abort(self) -> None:
        self._stream.abort()
        self._stream.close()


class Player:
    """Plays one thing at a time; `stop` may come from any thread."""

    def __init__(self, open_output: Callable[[int], Output] = SoundDeviceOutput) -> None:
        self._open_output = open_output
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Be silent now; whatever plays, and whatever would be played before `resume`, is dropped."""
        self._stopped.set()

    def resume(self) -> None:
        """Allow sound again after a `stop`."""
        self._stopped.clear()

    @property
    def stopped(self) -> bool:
        return self._stopped.is_set()

    def play(self, speech: Speech) -> bool:
        """Play to the end and say True, or until stopped and say False. Raises NoSpeaker."""
        if self.stopped:
            return False
        if not len(speech.samples):
            return True
        output = self._open_output(speech.sample_rate)
        block = max(1, round(BLOCK_SECONDS * speech.sample_rate))
        for start in range(0, len(speech.samples), block):
            if self.stopped:
                output.abort()
                return False
            output.write(speech.samples[start : start + block])
        output.finish()
        return not self.stopped
