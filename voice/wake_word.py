"""Waits for the word after which the device listens (microWakeWord; its models come with the package)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from importlib.util import find_spec
from typing import Any, Protocol

from numpy.typing import NDArray

from skills.contract import Heard
from voice.audio import Samples
from voice.recognition.engine import LibraryMissing, RecognitionError
from voice.webrtc import GainControl

WAKE_WORDS = {"alexa": "alexa", "hey_jarvis": "hey jarvis", "hey_mycroft": "hey mycroft", "okay_nabu": "okay nabu"}
"""Names, and how each is said."""


class UnknownWakeWord(RecognitionError):
    """No model knows this wake word. name: as it was asked for."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no wake word is called {name!r}: choose one of {', '.join(sorted(WAKE_WORDS))}, or none")
        self.name = name


class WakeWords(Protocol):
    """Listens to a stream for some words."""

    def feed(self, piece: Samples) -> list[str]:
        """Take the next piece of the stream; the names of those heard in it, as they may be in several in a row."""
        ...


class MicroWakeWords:
    """Some of WAKE_WORDS, said near by or across a room.

    cutoff: how sure the models must be, 0 to 1; None means what each was made for.

    Raises UnknownWakeWord, LibraryMissing.
    """

    def __init__(self, names: Sequence[str], cutoff: float | None = None) -> None:
        for name in names:
            if name not in WAKE_WORDS:
                raise UnknownWakeWord(name)
        if find_spec("pymicro_wakeword") is None:
            raise LibraryMissing("wake word", "pymicro-wakeword")
        import pymicro_wakeword

        self._gain = GainControl()
        self._features = pymicro_wakeword.MicroWakeWordFeatures()
        self._models = {
            name: pymicro_wakeword.MicroWakeWord.from_builtin(pymicro_wakeword.Model(name)) for name in names
        }
        if cutoff is not None:
            for model in self._models.values():
                model.probability_cutoff = cutoff

    def feed(self, piece: Samples) -> list[str]:
        """See WakeWords."""
        frames: list[NDArray[Any]] = list(self._features.process_streaming(self._gain(piece).tobytes()))
        # each model must look at each frame
        heard = {name: [model.process_streaming(frame) for frame in frames] for name, model in self._models.items()}
        return [name for name, frame_by_frame in heard.items() if any(frame_by_frame)]


def without_wake_word(heard: Heard, phrase: str) -> Heard:
    """What was heard after the wake word: a hypothesis that begins with it, or with its end, loses it,
    as often as it was said.

    A hypothesis that was nothing else is dropped.
    """
    if not phrase:
        return heard
    words = [re.escape(word) for word in phrase.split()]
    ends = "|".join(r"\W+".join(words[at:]) for at in range(len(words)))
    begin = re.compile(rf"^(?:\W*\b(?:{ends})\b\W*)+", re.IGNORECASE)
    kept = tuple(replace(one, text=begin.sub("", one.text, count=1)) for one in heard.hypotheses)
    return replace(heard, hypotheses=tuple(one for one in kept if one.text))
