"""Utterances are cut out of a stream where they begin and end, by the real voice activity detector on real speech."""

from __future__ import annotations

import numpy as np

from tests.voice.sounds import english, silence
from voice.audio import SAMPLE_RATE, speech_detector, speech_span
from voice.endpointing import HALT, LONGEST, Began, Endpointer, Event, Halted, Utterance, WentOn


def _events(sound: np.ndarray, piece: int = 700, wait: float = 0.6) -> list[Event]:
    endpointer = Endpointer(speech_detector(), wait)
    return [event for at in range(0, len(sound), piece) for event in endpointer.feed(sound[at : at + piece])]


def _cut(sound: np.ndarray, piece: int = 700, wait: float = 0.6) -> list[Utterance]:
    return [event for event in _events(sound, piece, wait) if isinstance(event, Utterance)]


def test_two_sentences_with_a_pause_are_two_utterances() -> None:
    """Each sentence is cut out whole, in order, and the silence around them gives nothing."""
    first, second = english("add milk to my cart"), english("what is in my cart")
    cut = _cut(np.concatenate([silence(1.0), first, silence(1.5), second, silence(1.0)]))
    assert len(cut) == 2
    assert cut[0].end < cut[1].start


def test_an_utterance_begins_and_ends_where_the_speech_does() -> None:
    """Start and end are those of the speech, not of the silence that was waited for, to a tenth of a second."""
    sentence = english("two cartons of oat milk")
    stream = np.concatenate([silence(1.0), sentence, silence(1.5)])
    span = speech_span(stream)
    assert span is not None
    (utterance,) = _cut(stream)
    assert abs(utterance.start - span.start) < 0.1
    assert abs(utterance.end - span.end) < 0.1
    assert len(utterance.samples) / SAMPLE_RATE >= span.end - span.start


def test_a_short_breath_does_not_end_a_sentence() -> None:
    """A pause shorter than the wait stays inside one utterance."""
    stream = np.concatenate([silence(0.5), english("two cartons of"), silence(0.1), english("oat milk"), silence(1.5)])
    assert len(_cut(stream, wait=1.6)) == 1


def test_a_breath_is_a_halt_and_then_the_sentence_goes_on() -> None:
    """Whoever guesses at a short silence is told when the guess was too early, and gets all that was said so far."""
    stream = np.concatenate([silence(0.5), english("two cartons of"), silence(HALT), english("oat milk"), silence(2.0)])
    kinds = [type(event) for event in _events(stream, wait=1.6)]
    assert kinds[:3] == [Began, Halted, WentOn]
    assert kinds[-2:] == [Halted, Utterance]


def test_silence_and_a_click_are_no_utterance() -> None:
    """A knock on the table is not speech."""
    click = silence(2.0).copy()
    click[16_000:16_040] = 20_000
    assert _cut(click) == []


def test_a_talker_without_end_is_cut_off() -> None:
    """After the longest time an utterance ends, however the talk goes on."""
    sentence = english("and then we went to the market and bought a lot of things")
    endless = np.concatenate([sentence] * (int(2 * LONGEST * SAMPLE_RATE) // len(sentence)))
    cut = _cut(endless, piece=16_000)
    assert cut
    assert all(len(one.samples) / SAMPLE_RATE <= LONGEST + 0.1 for one in cut)


def test_what_had_begun_when_the_stream_ends_is_not_lost() -> None:
    """A recording that stops in mid-sentence gives that sentence."""
    endpointer = Endpointer(speech_detector())
    assert [type(event) for event in endpointer.feed(english("add milk to my cart")[:20_000])] == [Began]
    assert endpointer.finish() is not None
    assert endpointer.finish() is None


def test_an_utterance_is_made_of_the_words() -> None:
    """Where the detector hears another sound than is kept, both of the same moments, in pieces of any length."""
    voices = np.concatenate([silence(0.5), english("two cartons of oat milk"), silence(1.0)])
    words = np.arange(len(voices)).astype(np.int16)
    endpointer, cut = Endpointer(speech_detector(), 0.6), []
    for at in range(0, len(voices), 777):
        cut += endpointer.feed(voices[at : at + 777], words[at : at + 777])
    whole = next(event for event in cut if isinstance(event, Utterance)).samples
    assert len(whole) > SAMPLE_RATE
    assert np.all(np.diff(whole) == 1)
