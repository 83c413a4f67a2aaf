"""Gain control on real speech: who is far away sounds as somebody near by, and nobody is made too loud."""

from __future__ import annotations

import numpy as np
import pytest

from bench.device_talk import spoken
from tests.voice.sounds import quietly
from voice.audio import Samples
from voice.levels import too_loud
from voice.wake_word import MicroWakeWords
from voice.webrtc import FRAME, GainControl

_PIECE = 512


@pytest.fixture(scope="module")
def sentence() -> Samples:
    return quietly(np.concatenate([spoken("two packs of firm tofu and a carton of oat milk", "slt")] * 2))


def at(sound: Samples, decibels: float) -> Samples:
    return (sound * 10 ** (decibels / 20)).astype(np.int16)


def loudness(sound: Samples) -> float:
    """dB of full scale, over the second half."""
    half = sound[len(sound) // 2 :].astype(np.float64)
    return 20 * float(np.log10(np.sqrt(np.mean(half**2)) / 32768))


def in_pieces(gain: GainControl, sound: Samples) -> Samples:
    return np.concatenate([gain(sound[begin : begin + _PIECE]) for begin in range(0, len(sound), _PIECE)])


def test_a_voice_far_away_is_brought_up(sentence: Samples) -> None:
    """Of thirty decibels ten are left at most."""
    near, far = (loudness(in_pieces(GainControl(), at(sentence, decibels))) for decibels in (0.0, -30.0))
    assert near - far < 10


def test_nothing_is_made_too_loud(sentence: Samples) -> None:
    """Somebody near by who speaks up is not driven into full scale."""
    assert not too_loud(in_pieces(GainControl(), at(sentence, 7.0)))


def test_no_sample_is_lost_between_pieces(sentence: Samples) -> None:
    """Pieces of any length give the same sound as the whole."""
    whole = GainControl()(sentence)
    pieces = in_pieces(GainControl(), sentence)
    assert np.array_equal(pieces, whole)
    assert len(sentence) - len(whole) < FRAME


@pytest.mark.parametrize("voice", ["rms", "slt", "awb"])
def test_the_wake_word_is_heard_across_a_room(voice: str) -> None:
    """Forty decibels softer than at the counter."""
    words = MicroWakeWords(["hey_jarvis"])
    sound = quietly(at(spoken("hey jarvis", voice), -40.0))
    assert any(words.feed(sound[begin : begin + _PIECE]) for begin in range(0, len(sound), _PIECE))
