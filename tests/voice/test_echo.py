"""The echo canceller on real speech and kitchen noise: it cleans where an echo comes back, and only there."""

from __future__ import annotations

import numpy as np
import pytest

from bench.device import KITCHEN
from bench.device_talk import noise_below_speech, spoken
from tests.voice.sounds import quietly
from voice.audio import SAMPLE_RATE, VAD_CHUNK, Samples, read_recording, speech_detector
from voice.echo import EchoCanceller

_DELAY = SAMPLE_RATE // 8
_LEARNS = 3 * SAMPLE_RATE


@pytest.fixture(scope="module")
def answer() -> Samples:
    """What the assistant says."""
    said = spoken("Two packs of firm tofu come to five dollars ninety eight. Would you like to check out now?", "slt")
    return np.concatenate([said, said])


def in_the_room(answer: Samples, echo: float | None, noise: float | None) -> Samples:
    """The microphone's sound. echo: dB of the answer, noise: dB below a shopper's speech; None for none of it."""
    heard = np.zeros(len(answer))
    if echo is not None:
        heard[_DELAY:] += answer[:-_DELAY] * 10 ** (echo / 20)
    if noise is not None:
        heard += noise_below_speech(read_recording(KITCHEN), noise, len(answer) / SAMPLE_RATE + 1)[: len(answer)]
    return heard.astype(np.int16)


def gains(sound: Samples, heard: Samples) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """By how many dB each hundredth of a second is louder than what was heard; the louder half of them."""
    frame = SAMPLE_RATE // 100
    whole = min(len(sound), len(heard)) // frame * frame
    after, before = (
        (part[_LEARNS:whole].astype(np.float64).reshape(-1, frame) ** 2).mean(axis=1) for part in (sound, heard)
    )
    loud = before >= np.median(before)
    return 10 * np.log10((after[loud] + 1) / (before[loud] + 1))


def power(sound: Samples) -> float:
    return float(np.mean(sound[_LEARNS:].astype(np.float64) ** 2))


@pytest.mark.parametrize("noise", [20.0, 10.0])
def test_without_an_echo_none_is_taken_away(answer: Samples, noise: float) -> None:
    """A fan is as loud while the assistant is silent: it is no echo, and nothing of a shopper's voice may be lost."""
    heard = in_the_room(answer, None, noise)
    clean = EchoCanceller().clean(heard, answer)
    assert np.array_equal(clean.words[_LEARNS:], heard[_LEARNS : len(clean.words)])
    assert np.percentile(gains(clean.voices, heard), 1) > 0
    with_echo = in_the_room(answer, -6.0, noise)
    assert np.percentile(gains(EchoCanceller().clean(with_echo, answer).voices, with_echo), 50) < 0


@pytest.mark.parametrize("noise", [None, 30.0])
@pytest.mark.parametrize("echo", [-20.0, -6.0])
def test_an_echo_is_taken_away(answer: Samples, echo: float, noise: float | None) -> None:
    """Over noise, too: of the power that the answer adds at least nine tenths are gone, and nobody seems to speak."""
    without = in_the_room(answer, None, noise)
    heard = in_the_room(answer, echo, noise)
    clean = EchoCanceller().clean(heard, answer)
    assert power(clean.words) - power(without) < 0.1 * (power(heard) - power(without))
    assert speech_share(clean.voices) == 0
    assert speech_share(heard) > 0.5


def speech_share(sound: Samples) -> float:
    """How much of it the voice activity detector takes for speech."""
    detector = speech_detector()
    learnt = sound[_LEARNS:]
    chunks = learnt[: len(learnt) // VAD_CHUNK * VAD_CHUNK].reshape(-1, VAD_CHUNK)
    return float(np.mean([detector(chunk) > 0.5 for chunk in chunks]))


def test_who_speaks_over_an_answer_is_left_whole(answer: Samples) -> None:
    """The words are the shopper's, where suppressing takes away much of them."""
    said = spoken("stop talking")
    there = slice(_LEARNS, _LEARNS + len(said))
    shopper = np.zeros(len(answer), np.int16)
    shopper[there] = said
    clean = EchoCanceller().clean(in_the_room(answer, -6.0, None) + shopper, answer)
    assert lost(clean.words[there], said) < 0.1
    assert lost(clean.voices[there], said) > 3 * lost(clean.words[there], said)


def test_who_speaks_softly_is_noticed() -> None:
    """From across the room: a fifth of it is no speech to the detector as the microphone hears it."""
    said = quietly(np.concatenate([spoken("add two packs of firm tofu to my cart", "awb")] * 3))
    far = (said / 200).astype(np.int16)
    clean = EchoCanceller().clean(far, np.zeros(len(far), np.int16))
    assert speech_share(clean.voices) > 0.95 * speech_share(said)
    assert speech_share(far) < 0.8 * speech_share(said)


def test_what_nobody_looks_at_is_caught_up_with() -> None:
    """Asleep, it only passes the words; woken, it knows the voice that it heard, and is as loud at once."""
    said = quietly(np.concatenate([spoken("hey jarvis", "awb"), spoken("two packs of firm tofu", "awb")]))
    far = (said / 100).astype(np.int16)
    nothing, canceller = np.zeros(len(far), np.int16), EchoCanceller()
    half = len(far) // 2
    asleep = canceller.clean(far[:half], nothing[:half], only_words=True)
    assert not asleep.voices.any()
    assert np.array_equal(asleep.words, far[: len(asleep.words)])
    woken = canceller.clean(far[half:], nothing[half:])
    always = EchoCanceller().clean(far, nothing)
    assert np.array_equal(woken.voices, always.voices[len(asleep.voices) :])
    assert np.abs(woken.voices.astype(int)).max() > 2 * np.abs(far[half:].astype(int)).max()


def test_what_is_played_is_learnt_asleep(answer: Samples) -> None:
    """An announcement is suppressed whether anybody listens or not."""
    heard = in_the_room(answer, -6.0, None)
    asleep = EchoCanceller().clean(heard, answer, only_words=True)
    assert np.array_equal(asleep.voices, EchoCanceller().clean(heard, answer).voices)


def lost(sound: Samples, said: Samples) -> float:
    """How far the spectra (300 to 3,500 Hz, magnitudes) are from those of what was said: a share of its power."""
    found, wanted = spectra(sound), spectra(said)
    return float(np.sum((found - wanted) ** 2) / np.sum(wanted**2))


def spectra(sound: Samples) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    frames = np.lib.stride_tricks.sliding_window_view(sound.astype(np.float64), 512)[::128] * np.hanning(512)
    hertz = np.fft.rfftfreq(512, 1 / SAMPLE_RATE)
    return np.abs(np.fft.rfft(frames))[:, (hertz >= 300) & (hertz <= 3500)]


def test_what_was_not_played_passes(answer: Samples) -> None:
    """While the loudspeaker is silent nothing is subtracted."""
    heard = in_the_room(answer, None, 20.0)
    clean = EchoCanceller().clean(heard, np.zeros(len(heard), np.int16))
    assert np.array_equal(clean.words, heard[: len(clean.words)])
