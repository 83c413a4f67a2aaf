"""Recordings of every usual kind become 16 kHz mono; what is none gets one clear line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.voice import sounds
from voice import audio
from voice.audio import SAMPLE_RATE, read_recording, speech_span

SUBTYPES = [
    ("WAV", "PCM_16"),
    ("WAV", "PCM_24"),
    ("WAV", "PCM_32"),
    ("WAV", "FLOAT"),
    ("WAV", "DOUBLE"),
    ("WAV", "PCM_U8"),
]
KINDS = [*SUBTYPES, ("FLAC", "PCM_16"), ("FLAC", "PCM_24"), ("WAVEX", "PCM_24")]


def tone(rate: int, channels: int, seconds: float = 1.0) -> np.ndarray:
    """440 Hz at half of full scale, shape (n, channels)."""
    wave = 0.5 * np.sin(2 * np.pi * 440 * np.arange(int(rate * seconds)) / rate)
    return np.repeat(wave[:, np.newaxis], channels, axis=1)


@pytest.mark.parametrize("rate", [8_000, 11_025, 16_000, 22_050, 44_100, 48_000])
@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize(("kind", "subtype"), KINDS)
def test_the_same_tone_comes_out_of_every_kind_of_file(
    tmp_path: Path, rate: int, channels: int, kind: str, subtype: str
) -> None:
    """Whatever its rate, channels and sample type, a second of a tone stays a second of that tone at that level."""
    path = tmp_path / "tone"
    soundfile.write(path, tone(rate, channels), rate, subtype=subtype, format=kind)
    samples = read_recording(path)
    assert samples.dtype == np.int16
    assert abs(len(samples) - SAMPLE_RATE) <= 2
    middle = samples[2_000:-2_000].astype(float)
    assert np.argmax(np.abs(np.fft.rfft(samples[:SAMPLE_RATE]))) == pytest.approx(440, abs=2)
    assert np.sqrt(np.mean(middle**2)) == pytest.approx(0.5 / np.sqrt(2) * 32768, rel=0.03)


def test_too_loud_a_float_is_clipped(tmp_path: Path) -> None:
    """A float file may go beyond full scale: it is clipped, where overflow would turn the sign."""
    path = tmp_path / "loud.wav"
    soundfile.write(path, np.full(16_000, 3.0), SAMPLE_RATE, subtype="FLOAT")
    assert read_recording(path)[8_000] == 32_767


def test_a_missing_recording(tmp_path: Path) -> None:
    """A wrong path, or a folder, is named as missing."""
    for path in (tmp_path / "no.wav", tmp_path):
        with pytest.raises(audio.AudioMissing, match="no such recording"):
            read_recording(path)


def test_an_empty_recording(tmp_path: Path) -> None:
    """A file without bytes and one without samples both are empty."""
    nothing, no_samples = tmp_path / "nothing.wav", tmp_path / "no_samples.wav"
    nothing.touch()
    soundfile.write(no_samples, np.zeros(0), SAMPLE_RATE)
    for path in (nothing, no_samples):
        with pytest.raises(audio.AudioEmpty, match="empty"):
            read_recording(path)


@pytest.mark.parametrize(
    "content", [b"this is no sound at all" * 100, b"RIFF", b"RIFF\x10\0\0\0WAVEjunk", b"\0" * 5000]
)
def test_what_is_no_audio_is_refused(tmp_path: Path, content: bytes) -> None:
    """Text, a mere beginning of a header, and zeros are told apart from sound, in one line that says what to do."""
    path = tmp_path / "text.wav"
    path.write_bytes(content)
    with pytest.raises(audio.AudioUnreadable, match="convert it to 16-bit WAV") as refused:
        read_recording(path)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("kind", ["WAV", "FLAC"])
def test_a_recording_that_breaks_off_is_refused(tmp_path: Path, kind: str) -> None:
    """Half a file is not half a command: it is refused."""
    path = tmp_path / "half"
    soundfile.write(path, tone(16_000, 1, 3.0) + sounds.noise(3, 300)[:, np.newaxis] / 32768, 16_000, format=kind)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises((audio.AudioTruncated, audio.AudioUnreadable)):
        read_recording(path)


def test_a_huge_recording_is_refused_before_it_is_read(tmp_path: Path) -> None:
    """A file beyond the limit of bytes (sparse here), and one beyond the limit of minutes, are too large."""
    path, long = tmp_path / "huge.wav", tmp_path / "long.flac"
    with path.open("wb") as file:
        file.truncate(audio.LARGEST_BYTES + 1)
    soundfile.write(long, np.zeros((audio.LONGEST_SECONDS + 1) * 8_000, np.int16), 8_000)
    for each in (path, long):
        with pytest.raises(audio.AudioTooLarge, match="at most 100 MB and 30 minutes"):
            read_recording(each)


def test_a_header_of_unknown_length_is_read_to_its_end(tmp_path: Path) -> None:
    """A program that streams a WAV cannot know its length and writes all ones: the sound is what is there."""
    path = tmp_path / "streamed.wav"
    soundfile.write(path, tone(16_000, 1), 16_000)
    content = bytearray(path.read_bytes())
    at = content.index(b"data") + 4
    content[at : at + 4] = b"\xff\xff\xff\xff"
    path.write_bytes(content)
    assert abs(len(read_recording(path)) - 16_000) <= 2


def test_where_the_speech_is() -> None:
    """The span holds the speech and leaves out the silence: its end is where waiting begins."""
    speech = sounds.english("two cartons of oat milk")
    span = speech_span(np.concatenate([sounds.silence(1), speech, sounds.silence(2)]))
    assert span is not None
    start, end = span
    assert start == pytest.approx(1.5, abs=0.3)
    assert end == pytest.approx(1 + len(speech) / SAMPLE_RATE - 0.5, abs=0.3)


@pytest.mark.parametrize("amplitude", [0, 50, 3_000])
def test_there_is_no_speech_in_silence_and_noise(amplitude: int) -> None:
    """Silence and white noise, soft or loud, are not speech; neither is nothing at all."""
    sound = sounds.noise(3, amplitude) if amplitude else sounds.silence(3)
    assert speech_span(sound) is None
    assert speech_span(sound[:0]) is None
