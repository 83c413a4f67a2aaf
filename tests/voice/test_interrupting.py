"""What interrupts the assistant: a few phrases, also behind the rest of its own word."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np
import pytest

from skills.contract import Heard, Hypothesis
from voice.audio import VAD_CHUNK, Samples
from voice.echo import Cleaned
from voice.hearing import Hearing
from voice.interrupting import Interruption, said_after_a_rest, said_alike, said_literally
from voice.overhearing import Overhearing
from voice.playlist import Playlist
from voice.recognition.engine import Recogniser
from voicecart.device.building import Inline

PHRASES = {Interruption.STOP: ("stop", "stop talking"), Interruption.WAIT: ("hold on",)}
SPEECH = "You can order, stop an order, and ask for your balance."


def heard(text: str) -> Heard:
    return Heard("turn", "en", (Hypothesis(text, -3.0),), spoken=True)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("So, hold on.", Interruption.WAIT),
        ("the hold on hold on", Interruption.WAIT),
        ("don't hold on", None),
        ("so we hold on", None),
        ("you stop", None),
        ("hold on", None),
        ("", None),
    ],
)
def test_a_phrase_behind_the_rest_of_a_word(text: str, meaning: Interruption | None) -> None:
    """One short word is what the microphone still has of the assistant; its own words are never obeyed."""
    assert said_after_a_rest(heard(text), PHRASES, SPEECH) is meaning


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("Hold on. Hold on.", Interruption.WAIT),
        ("Hold on. Hold on. Hold", Interruption.WAIT),
        ("hold on hold", None),
        ("hold on hold me", None),
    ],
)
def test_a_phrase_said_again_and_again(text: str, meaning: Interruption | None) -> None:
    """Whisper writes a few short words so, until its window is full, and cuts the last off."""
    assert said_literally(heard(text), PHRASES, SPEECH) is meaning


class Ear:
    """A recogniser that hears something in a loud sound only. A text with "ild" or "old" in it may be "hold on"."""

    def __init__(self, text: str) -> None:
        self._text = text

    def hear(self, samples: Samples, turn_id: str, language: str, hint: str = "") -> Heard:
        return heard(self._text if np.abs(samples).max() > 1000 else "")

    def rescore(self, turn_id: str, texts: Sequence[str]) -> tuple[float, ...]:
        alike = "ild" in texts[0] or "old" in texts[0]
        return tuple(-3.0 if alike else -30.0 * number for number, _ in enumerate(texts))


class Scores:
    """A listener to which "stop" is so much likelier than what it heard freely. Nats."""

    def __init__(self, likelier: float) -> None:
        self._likelier = likelier

    def rescore(self, turn_id: str, texts: Sequence[str]) -> tuple[float, ...]:
        return (-9.0, *(-9.0 + self._likelier for _ in texts[1:]))


@pytest.mark.parametrize(
    ("text", "likelier", "speech", "meaning"),
    [
        ("start", 3.0, "You can order.", Interruption.STOP),
        ("start", 2.0, "You can order.", None),
        ("stoop", -1.0, "You can order.", Interruption.STOP),
        ("stoop", -2.0, "You can order.", None),
        ("start the car", 3.0, "You can order.", None),
        ("start", 3.0, SPEECH, None),
    ],
)
def test_stop_may_sound_like_anything(text: str, likelier: float, speech: str, meaning: Interruption | None) -> None:
    """Over a fan it becomes another word: then the sound must be surer of it; and it must not be an echo."""
    assert said_alike(heard(text), PHRASES, speech, cast(Recogniser, Scores(likelier))) is meaning


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("Stop talking.", Interruption.STOP),
        ("build on", Interruption.WAIT),
        ("so hold on", Interruption.WAIT),
        ("hold order", None),
        ("milk", None),
        ("", None),
    ],
)
def test_a_command_is_looked_for_where_the_echo_was_subtracted(text: str, meaning: Interruption | None) -> None:
    """Word for word, behind a rest, or alike, but for the assistant's own words. The louder sound here."""
    hearing = Hearing(cast(Recogniser, Ear(text)), "en", Inline())
    overhearing = Overhearing(lambda chunk: float(chunk.any()), hearing, Playlist(), PHRASES, lambda _: None, SPEECH)
    loud, silent = np.full(VAD_CHUNK, 5000, np.int16), np.zeros(VAD_CHUNK, np.int16)
    taken = [overhearing.feed(Cleaned(piece, piece // 10)) for piece in [loud] * 20 + [silent] * 20]
    assert [one for one in taken if one is not None] == ([] if meaning is None else [meaning])
