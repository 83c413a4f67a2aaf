"""Real Vosk with its small Korean model: whole utterances, streams, and listening again."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import numpy as np
import pytest

from skills.contract import SoundGone
from tests.voice import sounds
from voice.recognition.engine import EngineDied, EngineFailed
from voice.recognition.models import ModelStore
from voice.recognition.vosk import VoskRecogniser

SENTENCES = ["우유 세 개 주문해 주세요", "네", "아니요", "지난번 주문 다시 해 주세요"]


@pytest.fixture(scope="module")
def vosk() -> Iterator[VoskRecogniser]:
    """The small Korean model, loaded once."""
    recogniser = VoskRecogniser(ModelStore().find("vosk", "ko"))
    yield recogniser
    recogniser.close()


def test_it_hears_korean(vosk: VoskRecogniser) -> None:
    """A short answer is among the hypotheses, in Hangul, best first."""
    heard = vosk.hear(sounds.korean("네"), "yes", "ko")
    texts = [one.text for one in heard.hypotheses]
    assert "네" in texts
    scores = [one.log_probability for one in heard.hypotheses]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("said", SENTENCES)
def test_listening_again_prefers_what_was_said(vosk: VoskRecogniser, said: str) -> None:
    """Where free recognition garbles a robot's voice, the sentence that was said is still the likeliest of four."""
    vosk.hear(sounds.korean(said), said, "ko")
    scores = dict(zip(SENTENCES, vosk.rescore(said, SENTENCES), strict=True))
    assert max(scores, key=lambda text: scores[text]) == said


def test_listening_again_leaves_nothing_to_chance(vosk: VoskRecogniser) -> None:
    """The same sound and text always get the same score, in whatever company: differences are the texts' own."""
    vosk.hear(sounds.korean(SENTENCES[0]), "twice", "ko")
    together = vosk.rescore("twice", SENTENCES)
    assert vosk.rescore("twice", SENTENCES) == together
    assert tuple(score for text in SENTENCES for score in vosk.rescore("twice", [text])) == together


def test_words_outside_the_vocabulary_do_no_harm(vosk: VoskRecogniser) -> None:
    """A candidate of unknown or no words would crash Vosk as a grammar: it gets a low score."""
    vosk.hear(sounds.korean("네"), "odd", "ko")
    scores = vosk.rescore("odd", ["네", "qwertz", "", '["[unk]"'])
    assert max(scores) == scores[0]


def test_a_stream_gives_words_while_somebody_speaks(vosk: VoskRecogniser) -> None:
    """Words come before the end, and what was streamed can be listened to again."""
    sound = sounds.korean("지난번 주문 다시 해 주세요")
    vosk.start("stream", "ko")
    partials = [vosk.feed(piece) for piece in np.array_split(np.concatenate([sound, sounds.silence(1)]), 20)]
    assert any(partial.text for partial in partials[:-1])
    assert any(partial.words and partial.words[0].end > partial.words[0].start for partial in partials)
    assert any(partial.ended for partial in partials)
    heard = vosk.finish()
    assert heard.turn_id == "stream"
    assert heard.hypotheses
    assert len(vosk.rescore("stream", ["네", "아니요"])) == 2


def test_nothing_is_heard_in_silence(vosk: VoskRecogniser) -> None:
    """Silence and noise give no hypothesis, whole or streamed, and nothing to listen to again."""
    assert vosk.hear(sounds.silence(2), "silence", "ko").hypotheses == ()
    vosk.start("noise", "ko")
    vosk.feed(sounds.noise(2, 500))
    assert vosk.finish().hypotheses == ()
    with pytest.raises(SoundGone):
        vosk.rescore("noise", ["네"])


def test_a_stream_that_lost_its_engine_says_so(vosk: VoskRecogniser) -> None:
    """The child dies between two pieces of a stream: an error each time, until another utterance."""
    vosk.start("broken", "ko")
    assert vosk.process.pid is not None
    os.kill(vosk.process.pid, signal.SIGKILL)
    with pytest.raises((EngineDied, EngineFailed)):
        vosk.feed(sounds.silence(1))
    with pytest.raises(EngineFailed, match="no stream was started"):
        vosk.feed(sounds.silence(1))
    assert vosk.hear(sounds.korean("네"), "after", "ko").hypotheses
