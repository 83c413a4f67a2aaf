"""What a device says begins at once: no silence first, and what was said of late is not made again."""

from __future__ import annotations

import numpy as np
import pytest

from voice.playlist import PLAY_RATE, Playlist
from voice.speaking import Speaking
from voice.speech.kept import KeptSpeech
from voice.speech.synthesiser import Speech, SynthesisFailed
from voicecart.device.building import Inline

LEAD = PLAY_RATE // 20


class SlowStarter:
    """A voice whose sentences begin with a twentieth of a second of silence; it can't say "no", at first."""

    def __init__(self) -> None:
        self.made: list[tuple[str, str, float]] = []

    def start(self) -> None:
        return

    def say(self, text: str, language: str, rate: float = 1.0) -> Speech:
        self.made.append((text, language, rate))
        if text == "no" and len(self.made) == 1:
            raise SynthesisFailed("slow starter", "no")
        sound = np.concatenate([np.zeros(LEAD, np.int16), np.full(PLAY_RATE, 3000, np.int16)])
        return Speech(sound, PLAY_RATE)

    def close(self) -> None:
        return


def test_an_answer_begins_with_its_first_sound() -> None:
    """The silence before the first sentence is not played; that between sentences is."""
    playlist = Playlist()
    Speaking(SlowStarter(), playlist, Inline(), pytest.fail).say("One. Two.", "en")
    played = playlist.take(3 * PLAY_RATE)
    one, two = np.flatnonzero(np.diff(np.concatenate([[0], played])) > 0)
    assert one <= PLAY_RATE // 50
    assert two - one == PLAY_RATE + LEAD


def test_what_was_said_of_late_is_not_made_again() -> None:
    """The same words in the same language at the same rate; what is long is said too seldom to be kept."""
    voice = SlowStarter()
    kept = KeptSpeech(voice)
    first = kept.say("Done.", "en")
    assert kept.say("Done.", "en") is first
    kept.say("Done.", "ko")
    kept.say("Done.", "en", 0.7)
    long = "Delivery is four dollars ninety-five, and the total with tax is nine dollars ninety-three."
    kept.say(long, "en")
    kept.say(long, "en")
    assert voice.made == [("Done.", "en", 1.0), ("Done.", "ko", 1.0), ("Done.", "en", 0.7), *[(long, "en", 1.0)] * 2]


def test_a_failure_is_not_kept() -> None:
    """The next time it is tried again."""
    kept = KeptSpeech(SlowStarter())
    with pytest.raises(SynthesisFailed):
        kept.say("no", "en")
    assert kept.say("no", "en").seconds > 1
