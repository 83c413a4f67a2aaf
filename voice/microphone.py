"""Sound from a microphone, at 16 kHz, in pieces."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from typing import Any

import numpy as np

from voice.audio import SAMPLE_RATE, VAD_CHUNK, Samples
from voice.recognition.engine import RecognitionError

_MOST_WAITING = 1000  # pieces: half a minute; a program that is so far behind has lost the thread anyway
_PATIENCE = 3.0


class NoMicrophone(RecognitionError):
    """There is no microphone, or it is busy or has vanished. `reason` is the sound system's."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"no microphone can be used: {reason}")
        self.reason = reason


class Microphone:
    """The default microphone, or `device`, a name or number of it; open inside a `with` block."""

    def __init__(self, device: str | int | None = None) -> None:
        self._device = device
        self._pieces: queue.Queue[Samples] = queue.Queue(_MOST_WAITING)
        self._stream: Any = None

    def __enter__(self) -> Microphone:
        """Raises NoMicrophone."""
        try:
            import sounddevice
        except OSError as error:
            raise NoMicrophone(f"{error}; install libportaudio2") from None
        try:
            self._stream = sounddevice.InputStream(
                samplerate=SAMPLE_RATE,
                channels=1,
                dtype="int16",
                blocksize=VAD_CHUNK,
                device=self._device,
                callback=self._arrived,
            )
            self._stream.start()
        except (sounddevice.PortAudioError, ValueError) as error:
            raise NoMicrophone(str(error)) from None
        return self

    def __exit__(self, *_error: object) -> None:
        self._stream.close()

    def forget(self) -> None:
        """Drop what has arrived and was not read: what the assistant itself said meanwhile."""
        while not self._pieces.empty():
            self._pieces.get_nowait()

    def pieces(self) -> Iterator[Samples]:
        """What arrives, for as long as it does. Raises NoMicrophone when nothing came for three seconds."""
        while True:
            try:
                yield self._pieces.get(timeout=_PATIENCE)
            except queue.Empty:
                raise NoMicrophone("it sends no sound any more") from None

    def _arrived(self, data: np.ndarray[Any, Any], _frames: int, _time: object, _status: object) -> None:
        if not self._pieces.full():
            self._pieces.put_nowait(data[:, 0].copy())
