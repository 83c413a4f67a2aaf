"""What vanishes is told once, in words that can be read, and aloud where something is left to say it with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from voice.audio import Samples
from voice.device_ports import Note, Notice, Problem
from voice.loudspeaker import NoSpeaker
from voice.microphone import NoMicrophone
from voice.sound import FedSound
from voice.trouble import TroubleWatch
from voicecart.device.words import device_words

LINES = device_words("en").lines


class Unplugged(FedSound):
    """A sound path of which a part can be unplugged."""

    def __init__(self) -> None:
        nothing: Iterator[Samples] = iter(())
        super().__init__(nothing)
        self.trouble: NoMicrophone | NoSpeaker | None = None  # type: ignore[assignment]  # fed sound has none by itself


@pytest.mark.parametrize(
    ("trouble", "written", "said"),
    [
        (NoMicrophone("unplugged"), LINES.microphone_gone, [LINES.microphone_gone]),
        (NoSpeaker("unplugged"), LINES.speaker_gone, []),
    ],
)
def test_it_is_told_once_and_so_is_its_return(trouble: NoMicrophone | NoSpeaker, written: str, said: list[str]) -> None:
    """However often one looks: one problem with its reason, one line, and its end; a microphone is missed aloud."""
    told: list[Notice] = []
    aloud: list[str] = []
    sound = Unplugged()
    watch = TroubleWatch(sound, LINES, told.append, aloud.append)
    sound.trouble = trouble
    assert [watch.look() for _ in range(3)] == [False, False, False]
    sound.trouble = None
    assert [watch.look() for _ in range(2)] == [True, False]
    problem, line, back = told
    assert isinstance(problem, Problem)
    assert "unplugged" in problem.text
    assert (line, back) == (Note(written), Note(LINES.back))
    assert aloud == said
