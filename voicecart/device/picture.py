"""What there is to see of a device: a value that changes with every notice. The screen draws it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from skills.contract import Expectation
from voice.device_ports import (
    Answered,
    Interrupted,
    Level,
    Note,
    Notice,
    Problem,
    State,
    StateChanged,
    TimedOut,
    Woken,
    WordsSoFar,
)

QUIETEST = -60.0
"""Decibels of full scale at which the level meter is empty."""
_MOST_LINES = 200
_NO_QUESTION = (Expectation.NOTHING, Expectation.ANYTHING)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the conversation. who: "You", "Shop", "Note" or "Problem", so that no colour is needed."""

    who: str
    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """One moment.

    until: the moment, in seconds of the clock that `after` is given, at which it stops listening; None without limit
    or when somebody is speaking. words: what is heard of a sentence that goes on. lines: oldest first.
    """

    state: State = State.ASLEEP
    until: float | None = None
    decibels: float = QUIETEST
    words: str = ""
    expects: Expectation = Expectation.NOTHING
    lines: tuple[Line, ...] = ()

    @property
    def question_open(self) -> bool:
        """Whether the assistant waits for an answer."""
        return self.expects not in _NO_QUESTION

    @property
    def code_awaited(self) -> bool:
        """Whether what is typed now must not be seen."""
        return self.expects is Expectation.CODE

    @property
    def loudness(self) -> float:
        """How full the level meter is, 0 to 1."""
        return min(1.0, max(0.0, 1 - self.decibels / QUIETEST))

    def seconds_left(self, now: float) -> int | None:
        """Whole seconds until it stops listening; None without limit."""
        return None if self.until is None else max(0, round(self.until - now))


def after(picture: Picture, notice: Notice, now: float) -> Picture:
    """The picture once this has happened. now: seconds of any one clock."""
    match notice:
        case Level(decibels):
            return replace(picture, decibels=decibels)
        case StateChanged(state, seconds):
            return replace(picture, state=state, until=None if seconds is None else now + seconds, words="")
        case WordsSoFar(text):
            return replace(picture, words=text, until=None)
        case Answered(answer):
            said = _with(picture, "You", answer.heard_text)
            return replace(_with(said, "Shop", answer.reply.screen), expects=answer.reply.expects, words="")
        case Interrupted(meaning, _):
            return picture if meaning is None else _with(picture, "You", f"({meaning.value})")
        case TimedOut():
            return replace(picture, expects=Expectation.NOTHING)
        case Problem(_, text):
            return _with(picture, "Problem", text)
        case Note(text):
            return _with(picture, "Note", text)
        case Woken():
            return picture


def _with(picture: Picture, who: str, text: str) -> Picture:
    lines = [Line(who, one) for one in text.splitlines() if one.strip()]
    return replace(picture, lines=(*picture.lines, *lines)[-_MOST_LINES:])
