"""Playback goes out sentence by sentence and stops at once.

The loudspeaker is a recorder that takes as long as real sound does, so no hardware is needed.
"""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest
from numpy.typing import NDArray

from voice.speech.playback import BLOCK_SECONDS, Player
from voice.speech.sentences import sentences, speakable
from voice.speech.speaker import Speaker
from voice.speech.synthesiser import Speech

RATE = 16_000


class PacedRecorder:
    """A loudspeaker that takes as long as real sound does and keeps what was heard."""

    def __init__(self, heard: list[NDArray[np.int16]], sample_rate: int) -> None:
        self.heard = heard
        self.sample_rate = sample_rate

    def write(self, block: NDArray[np.int16]) -> None:
        time.sleep(len(block) / self.sample_rate)
        self.heard.append(block)

    def finish(self) -> None:
        self.heard.append(np.zeros(0, dtype=np.int16))

    def abort(self) -> None:
        return


class ToneVoice:
    """Makes a tone of a fixed length for each sentence and notes when it was made."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.made: list[tuple[str, float]] = []

    def start(self) -> None:
        return

    def say(self, text: str, language: str, rate: float = 1.0) -> Speech:
        self.made.append((text, time.monotonic()))
        return Speech(np.full(int(self.seconds * RATE), 3000, dtype=np.int16), RATE)

    def close(self) -> None:
        return


def seconds_of(heard: list[NDArray[np.int16]]) -> float:
    return sum(len(block) for block in heard) / RATE


def test_everything_is_played() -> None:
    """Without a stop every sample goes out, in order."""
    heard: list[NDArray[np.int16]] = []
    samples = np.arange(3000, dtype=np.int16)
    assert Player(lambda rate: PacedRecorder(heard, rate)).play(Speech(samples, RATE))
    assert np.array_equal(np.concatenate(heard), samples)


def test_stop_ends_the_sound_within_a_block() -> None:
    """A stop .2 s into ten seconds of sound: silence within two blocks, and play says that it was stopped."""
    heard: list[NDArray[np.int16]] = []
    player = Player(lambda rate: PacedRecorder(heard, rate))
    threading.Timer(0.2, player.stop).start()
    began = time.monotonic()
    finished = player.play(Speech(np.full(10 * RATE, 500, dtype=np.int16), RATE))
    assert not finished
    assert time.monotonic() - began < 0.2 + 2 * BLOCK_SECONDS + 0.1
    assert seconds_of(heard) < 0.2 + 2 * BLOCK_SECONDS


def test_the_first_sentence_is_heard_while_the_second_is_made() -> None:
    """The second sentence is made before the first has been played to its end."""
    heard: list[NDArray[np.int16]] = []
    voice = ToneVoice(0.3)
    ends: list[float] = []
    speaker = Speaker(voice, Player(lambda rate: PacedRecorder(heard, rate)))
    assert speaker.say("One. Two.", "en", on_sentence=lambda speech: ends.append(time.monotonic() + speech.seconds))
    assert [text for text, _ in voice.made] == ["One.", "Two."]
    assert voice.made[1][1] < ends[0]
    assert seconds_of(heard) == pytest.approx(0.6)


def test_a_stopped_answer_drops_the_sentences_after() -> None:
    """A stop in the first sentence: the second is never heard, and the next answer is spoken again."""
    heard: list[NDArray[np.int16]] = []
    speaker = Speaker(ToneVoice(0.5), Player(lambda rate: PacedRecorder(heard, rate)))
    threading.Timer(0.1, speaker.stop).start()
    assert not speaker.say("One. Two. Three.", "en")
    assert seconds_of(heard) < 0.35
    heard.clear()
    assert speaker.say("Four.", "en")
    assert seconds_of(heard) == pytest.approx(0.5)


def test_sentences_are_cut_where_they_end() -> None:
    """Amounts and abbreviations stay whole; Korean and questions are cut."""
    assert sentences("Added. The total is $4.20. Anything else?") == ("Added.", "The total is $4.20.", "Anything else?")
    assert sentences("Ask Dr. Miller. Bye!") == ("Ask Dr. Miller.", "Bye!")
    assert sentences("담았습니다. 더 필요하세요?") == ("담았습니다.", "더 필요하세요?")
    assert sentences(" \n ") == ()


def test_text_is_cleaned_before_it_is_spoken() -> None:
    """Control, bidi and zero-width characters vanish, markup becomes a space, letters of any script stay."""
    assert speakable("a\u202eb\u200bc\x07d\ne\t[[x]] <b>") == "abcd e x b"
    assert speakable("우유 café") == "우유 café"
