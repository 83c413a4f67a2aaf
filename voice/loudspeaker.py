"""A loudspeaker that takes what it plays from a playlist."""

from __future__ import annotations

from typing import Any

import numpy as np

from voice.playlist import PLAY_RATE, Playlist
from voice.speech.synthesiser import SpeechError

_BLOCK = PLAY_RATE // 50
_LATENCY = 0.06
"""Seconds of sound that the device holds: it is still heard after a stop, and less runs dry on a busy machine."""


class NoSpeaker(SpeechError):
    """There is no device to play on, or it is busy or has vanished. `reason` is the sound system's."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"no speaker can be used: {reason}")
        self.reason = reason


class Loudspeaker:
    """The default loudspeaker, or `device`, a name or number of it."""

    def __init__(self, playlist: Playlist, device: str | int | None = None) -> None:
        self._playlist = playlist
        self._device = device
        self._stream: Any = None

    @property
    def running(self) -> bool:
        """Whether it is open and plays what it is given."""
        return self._stream is not None and bool(self._stream.active)

    def open(self) -> None:
        """Begin to play. Raises NoSpeaker."""
        try:
            import sounddevice
        except OSError as error:
            raise NoSpeaker(f"{error}; install libportaudio2") from None
        self.close()
        try:
            self._stream = sounddevice.OutputStream(
                samplerate=PLAY_RATE,
                channels=1,
                dtype="int16",
                blocksize=_BLOCK,
                latency=_LATENCY,
                device=self._device,
                callback=self._wanted,
            )
            self._stream.start()
        except (sounddevice.PortAudioError, ValueError) as error:
            self._stream = None
            raise NoSpeaker(str(error)) from None

    def close(self) -> None:
        """Be silent and let go of the device."""
        if self._stream is not None:
            self._stream.abort(ignore_errors=True)
            self._stream.close(ignore_errors=True)
            self._stream = None

    def _wanted(self, out: np.ndarray[Any, Any], frames: int, _time: object, _status: object) -> None:
        out[:, 0] = self._playlist.take(frames)
