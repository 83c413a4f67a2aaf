"""What the echo canceller is told of what was played: the very sound, without a gap, in step with the microphone."""

from __future__ import annotations

import numpy as np
import pytest
import soxr

from voice.audio import SAMPLE_RATE, Samples
from voice.playlist import PLAY_RATE, Playlist
from voice.speech.synthesiser import Speech

_PIECE = 512  # of the microphone
_BLOCK = PLAY_RATE // 50  # of the loudspeaker


@pytest.fixture(scope="module")
def answer() -> Samples:
    """Three seconds at PLAY_RATE; noise, since a voice is like itself a pitch period later."""
    return (np.random.default_rng(7).standard_normal(3 * PLAY_RATE) * 3000).astype(np.int16)


def likeness(reference: Samples, played: Samples, at: int) -> tuple[int, float]:
    """How late, in samples, a piece of the reference is, and how like what was played (1 is the same)."""
    piece = reference[at : at + 2048].astype(np.float64)
    around = played[at - 2048 : at + 2048].astype(np.float64)
    by_place = np.correlate(around, piece, "valid")
    best = int(np.argmax(by_place))
    there = around[best : best + 2048]
    return 2048 - best, float(by_place[best] / np.sqrt((piece @ piece) * (there @ there)))


def test_the_reference_is_what_was_played(answer: Samples) -> None:
    """Taken and asked for in step, as fed sound is: nothing is late, lost or cut."""
    playlist, reference = Playlist(), []
    playlist.add(Speech(answer, PLAY_RATE))
    while not playlist.empty:
        playlist.take(_PIECE * PLAY_RATE // SAMPLE_RATE)
        reference.append(playlist.reference(_PIECE))
    whole, played = np.concatenate(reference), soxr.resample(answer, PLAY_RATE, SAMPLE_RATE)
    for at in range(4096, 24_000, 4096):
        late, alike = likeness(whole, played, at)
        assert late == 0
        assert alike == pytest.approx(1.0, abs=1e-6)


def test_a_loudspeaker_with_other_blocks_delays_the_reference_once(answer: Samples) -> None:
    """Where it runs dry at first it comes later from then on, always by as much, so that the canceller learns once."""
    playlist, reference = Playlist(), []
    for _ in range(40):
        playlist.take(_BLOCK)
        playlist.reference(SAMPLE_RATE // 50)
    playlist.add(Speech(answer, PLAY_RATE))
    taken = heard = 0.0
    while not playlist.empty:
        heard += _PIECE / SAMPLE_RATE
        while taken + _BLOCK / PLAY_RATE <= heard:
            playlist.take(_BLOCK)
            taken += _BLOCK / PLAY_RATE
        reference.append(playlist.reference(_PIECE))
    whole, played = np.concatenate(reference), soxr.resample(answer, PLAY_RATE, SAMPLE_RATE)
    found = [likeness(whole, played, at) for at in range(4096, 24_000, 4096)]
    assert {late for late, _ in found} == {found[0][0]}
    assert 0 < found[0][0] <= SAMPLE_RATE * 6 // 100  # what the loudspeaker holds
    assert all(alike == pytest.approx(1.0, abs=1e-6) for _, alike in found)


def test_what_is_not_to_be_cancelled_is_not_shown(answer: Samples) -> None:
    """A tone is played, and the reference is silent."""
    playlist = Playlist()
    playlist.add(Speech(answer, PLAY_RATE), cancelled=False)
    assert np.any(playlist.take(PLAY_RATE))
    assert not np.any(playlist.reference(SAMPLE_RATE))


def test_a_reference_that_fell_far_behind_catches_up(answer: Samples) -> None:
    """The loudspeaker's clock ran faster for hours: what was played a second ago is forgotten at the next answer."""
    playlist = Playlist()
    playlist.take(PLAY_RATE)
    playlist.align()
    playlist.add(Speech(answer, PLAY_RATE))
    playlist.take(PLAY_RATE // 2)
    late = np.flatnonzero(playlist.reference(SAMPLE_RATE // 2))[0]
    assert late <= SAMPLE_RATE // 10


def test_a_reference_in_step_is_left_alone(answer: Samples) -> None:
    """A twentieth of a second behind is as usual, and every change has to be learned anew."""
    playlist = Playlist()
    playlist.take(PLAY_RATE // 20)
    playlist.add(Speech(answer, PLAY_RATE))
    playlist.align()
    playlist.take(PLAY_RATE // 2)
    assert not np.any(playlist.reference(SAMPLE_RATE // 20))
