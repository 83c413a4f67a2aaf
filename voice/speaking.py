"""Says answers: the first sentence is heard while the next one is made."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import replace

import numpy as np

from voice.playlist import Playlist
from voice.speech.sentences import sentences
from voice.speech.synthesiser import NORMAL, Speech, SpeechError, Synthesiser

_LONG_START = 20  # letters: half a second of silence while they are made
_SILENT = 100  # amplitude
_LEAD_SECONDS = 0.01  # what is softer than that belongs to the first sound
_CLAUSE = re.compile(r"(?<=[,;:，、])\s+")


class Speaking:
    """A voice with a playlist. `worker` makes the sound, one sentence at a time.

    told: gets each SpeechError; what could not be spoken is still shown.
    """

    def __init__(
        self, synthesiser: Synthesiser, playlist: Playlist, worker: Executor, told: Callable[[SpeechError], None]
    ) -> None:
        self._synthesiser = synthesiser
        self._playlist = playlist
        self._worker = worker
        self._told = told
        self._making: list[Future[None]] = []
        self._number = 0

    @property
    def busy(self) -> bool:
        """Whether something is still to be made or to be heard."""
        return not self._playlist.empty or any(not one.done() for one in self._making)

    def say(self, text: str, language: str, rate: float = NORMAL) -> None:
        """Begin to say `text`, after what is being said."""
        self._making = [one for one in self._making if not one.done()]
        number = self._number
        for place, part in enumerate(_parts(text)):
            self._making.append(self._worker.submit(self._make, number, place, part, language, rate))

    def play(self, tone: Speech) -> None:
        """Play a tone. Its echo is left: a shopper speaks over it, and the canceller would take their first word."""
        self._playlist.add(tone, cancelled=False)

    def stop(self) -> None:
        """Be silent now and forget the rest."""
        self._number += 1
        for one in self._making:
            one.cancel()
        self._making = []
        self._playlist.clear()

    def _make(self, number: int, place: int, text: str, language: str, rate: float) -> None:
        if number != self._number:
            return
        try:
            speech = self._synthesiser.say(text, language, rate)
        except SpeechError as error:
            self._told(error)
            return
        if number == self._number:
            self._playlist.add(speech if place else _from_its_first_sound(speech))


def _from_its_first_sound(speech: Speech) -> Speech:
    """Without the silence with which voices begin: a twentieth of a second in which a shopper waits."""
    loud = np.flatnonzero(np.abs(speech.samples.astype(np.int32)) > _SILENT)
    begin = max(0, int(loud[0]) - int(_LEAD_SECONDS * speech.sample_rate)) if len(loud) else 0
    return replace(speech, samples=speech.samples[begin:])


def _parts(text: str) -> tuple[str, ...]:
    """The sentences; a long first one in two, so that its beginning is heard earlier."""
    first, *rest = sentences(text) or ("",)
    if len(first) > _LONG_START and len(cut := _CLAUSE.split(first, maxsplit=1)) == 2:
        return (*cut, *rest)
    return (first, *rest) if first else ()
