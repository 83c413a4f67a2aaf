"""Listens for one utterance: waits for it, guesses at its halts, and decides how long a silence ends it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass

from skills.contract import Expectation, Heard
from voice.audio import SAMPLE_RATE, Samples
from voice.device_ports import Ending, Finish, Tell, WordsSoFar
from voice.echo import Cleaned
from voice.endpointing import Began, Endpointer, Halted, Utterance, WentOn
from voice.hearing import Hearing

_DOTS = "••••"
_WAITS = {Finish.COMPLETE: 0.3, Finish.FINISHED: 0.45, Finish.UNKNOWN: 0.75, Finish.UNFINISHED: 1.6}
"""Seconds of silence that end an utterance, by what was heard so far."""
_BEFORE_A_GUESS = 0.9  # while the engine still works on its guess, a short silence is no end yet


@dataclass(frozen=True, slots=True)
class Caught:
    """An utterance that ended. heard: what the recogniser makes of it, perhaps ready already."""

    samples: Samples
    heard: Future[Heard]


class Silence:
    """Nobody spoke in time."""


class Listening:
    """One wait for one utterance.

    ponder: begins to understand a guess while the silence is waited for that makes it the whole.
    patience: seconds until somebody must have begun to speak; None without limit.
    """

    def __init__(
        self,
        detector: Callable[[Samples], float],
        hearing: Hearing,
        ending: Ending,
        ponder: Callable[[Heard], None],
        tell: Tell,
        expects: Expectation,
        patience: float | None,
    ) -> None:
        self._endpointer = Endpointer(detector, wait=_BEFORE_A_GUESS)
        self._hearing = hearing
        self._ending = ending
        self._ponder = ponder
        self._tell = tell
        self._expects = expects
        self._left = patience
        self._judged: Future[Finish] | None = None
        self._pondered = False

    @property
    def in_speech(self) -> bool:
        """Whether somebody is speaking."""
        return self._endpointer.in_speech

    @property
    def left(self) -> float | None:
        """Seconds of patience that are left."""
        return self._left

    def feed(self, piece: Cleaned) -> Caught | Silence | None:
        """Take the next piece of sound; None while it goes on. Raises RecognitionError."""
        for event in self._endpointer.feed(piece.voices, piece.words):
            match event:
                case Began():
                    self._hearing.begin()
                case Halted(samples):
                    self._judged, self._pondered = None, False
                    self._hearing.guess(samples)
                case WentOn():
                    self._judged = None
                    self._hearing.forget()
                case Utterance(samples):
                    return Caught(samples, self._hearing.whole(samples))
        if self.in_speech:
            self._follow(piece.words)
        elif self._left is not None:
            self._left -= len(piece.words) / SAMPLE_RATE
            if self._left <= 0:
                return Silence()
        return None

    def _follow(self, piece: Samples) -> None:
        """Show the words so far, and let them decide how long to wait."""
        self._show(self._hearing.partial_words(piece))
        guessed = self._hearing.guessed()
        if guessed is None:
            return
        if self._judged is None:
            text = guessed.hypotheses[0].text if guessed.hypotheses else ""
            self._show(text)
            self._judged = self._hearing.beside(self._ending, text, self._expects)
        elif self._judged.done():
            self._judged_as(self._judged.result(), guessed)

    def _judged_as(self, finish: Finish, guessed: Heard) -> None:
        self._endpointer.waits(_WAITS[finish])
        if not self._pondered and finish is not Finish.UNFINISHED:
            self._pondered = True
            self._ponder(guessed)

    def _show(self, text: str | None) -> None:
        if text:
            self._tell(WordsSoFar(_DOTS if self._expects is Expectation.CODE else text))
