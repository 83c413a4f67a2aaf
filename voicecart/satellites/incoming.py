"""Sound as it comes over the network, of any usual rate, width and number of channels, to 16 kHz mono."""

from __future__ import annotations

import numpy as np
import soxr
from wyoming.audio import AudioChunk, AudioFormat

from voice.audio import SAMPLE_RATE, Samples
from voicecart.satellites.frames import BrokenFrame

_WIDTHS = {1: np.uint8, 2: np.int16, 4: np.int32}
_SLOWEST_RATE, _FASTEST_RATE = 8_000, 48_000
_MOST_CHANNELS = 8


class IncomingSound:
    """One stream. Its format is the first chunk's; another one later begins a new stream."""

    def __init__(self) -> None:
        self._format: tuple[int, int, int] | None = None
        self._resampler: soxr.ResampleStream | None = None

    def samples(self, chunk: AudioChunk) -> Samples:
        """The chunk's sound. Raises BrokenFrame."""
        self._expect(chunk)
        sound = np.frombuffer(chunk.audio[: _whole(chunk)], _WIDTHS[chunk.width])
        frames = _sixteen_bits(sound, chunk.width).reshape(-1, chunk.channels)
        mono: Samples = frames.mean(axis=1).astype(np.int16)
        if self._resampler is None:
            return mono
        resampled: Samples = self._resampler.resample_chunk(mono)
        return resampled

    def _expect(self, chunk: AudioFormat) -> None:
        found = (chunk.rate, chunk.width, chunk.channels)
        if found == self._format:
            return
        if (
            any(type(number) is not int for number in found)
            or not _SLOWEST_RATE <= chunk.rate <= _FASTEST_RATE
            or chunk.width not in _WIDTHS
            or not 1 <= chunk.channels <= _MOST_CHANNELS
        ):
            raise BrokenFrame("sound must have 8 to 48 kHz, 1, 2 or 4 bytes a sample, and up to 8 channels")
        self._format = found
        self._resampler = None
        if chunk.rate != SAMPLE_RATE:
            self._resampler = soxr.ResampleStream(chunk.rate, SAMPLE_RATE, 1, dtype="int16")


def _whole(chunk: AudioChunk) -> int:
    """Bytes of the chunk's whole frames; what is left of one is dropped."""
    frame = chunk.width * chunk.channels
    return len(chunk.audio) // frame * frame


def _sixteen_bits(sound: np.ndarray[tuple[int], np.dtype[np.generic]], width: int) -> Samples:
    if width == 1:
        return (sound.astype(np.int16) - 128) << 8
    return (sound >> 16).astype(np.int16) if width == 4 else sound.astype(np.int16)  # type: ignore[operator]
