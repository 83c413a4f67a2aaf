"""Sound from a microphone, at 16 kHz, in pieces."""

from __future__ import annotations

import queue
from typing import Any

import numpy as np
import soxr

from voice.audio import SAMPLE_RATE, VAD_CHUNK, Samples
from voice.recognition.engine import RecognitionError

_MOST_WAITING = 1000  # pieces: half a minute; a program that is so far behind has lost the thread anyway
_LATENCY = 0.05


class NoMicrophone(RecognitionError):
    """There is no microphone, or it is busy or has vanished. `reason` is the sound system's."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"no microphone can be used: {reason}")
        self.reason = reason


class Microphone:
    """The default microphone, or `device`, a name or number of it.

    rate: Hz at which it is opened; None means 16 kHz, or the device's own rate where it does not know that.
    """

    def __init__(self, device: str | int | None = None, rate: int | None = None) -> None:
        self._device = device
        self._rate = rate
        self._pieces: queue.Queue[Samples] = queue.Queue(_MOST_WAITING)
        self._stream: Any = None
        self._resampler: soxr.ResampleStream | None = None

    @property
    def running(self) -> bool:
        """Whether it is open and the sound system says that it works."""
        return self._stream is not None and bool(self._stream.active)

    def open(self) -> None:
        """Begin to listen. Raises NoMicrophone."""
        try:
            import sounddevice
        except OSError as error:
            raise NoMicrophone(f"{error}; install libportaudio2") from None
        self.close()
        try:
            self._stream = self._opened(sounddevice)
            self._stream.start()
        except (sounddevice.PortAudioError, ValueError) as error:
            self._stream = None
            raise NoMicrophone(str(error)) from None

    def close(self) -> None:
        """Let go of the device; what had arrived is forgotten."""
        if self._stream is not None:
            self._stream.abort(ignore_errors=True)
            self._stream.close(ignore_errors=True)
            self._stream = None
        while not self._pieces.empty():
            self._pieces.get_nowait()

    def read(self, seconds: float) -> Samples | None:
        """The next piece at SAMPLE_RATE; None when none came within `seconds`."""
        try:
            piece = self._pieces.get(timeout=seconds)
        except queue.Empty:
            return None
        if self._resampler is None:
            return piece
        resampled: Samples = self._resampler.resample_chunk(piece)
        return resampled

    def _opened(self, sounddevice: Any) -> Any:
        rate = self._rate or SAMPLE_RATE
        try:
            sounddevice.check_input_settings(self._device, channels=1, dtype="int16", samplerate=rate)
        except sounddevice.PortAudioError:
            rate = int(sounddevice.query_devices(self._device, "input")["default_samplerate"])
        self._resampler = None
        if rate != SAMPLE_RATE:
            self._resampler = soxr.ResampleStream(rate, SAMPLE_RATE, 1, dtype="int16")
        return sounddevice.InputStream(
            samplerate=rate,
            channels=1,
            dtype="int16",
            blocksize=VAD_CHUNK * rate // SAMPLE_RATE,
            latency=_LATENCY,
            device=self._device,
            callback=self._arrived,
        )

    def _arrived(self, data: np.ndarray[Any, Any], _frames: int, _time: object, _status: object) -> None:
        if not self._pieces.full():
            self._pieces.put_nowait(data[:, 0].copy())
