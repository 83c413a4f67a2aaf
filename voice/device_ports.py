"""What a device needs of the shop's side, what it tells whoever watches, and what it can be told to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Protocol, TypeAlias

from skills.contract import Expectation, Heard, Listener, Reply
from voice.audio import Samples
from voice.interrupting import Interruption, Interruptions


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply. heard_text: what was taken as said; dots while a code was awaited.

    understood: False when nothing was taken from it; what is overheard without a question is then let pass.
    """

    reply: Reply
    heard_text: str
    understood: bool = True


class Dialogue(Protocol):
    """Answers turns. Whatever goes wrong in the shop or on the way to it comes back as an answer that says so."""

    def greet(self) -> Answer:
        """Open the conversation."""
        ...

    def answer(self, heard: Heard, listener: Listener | None) -> Answer:
        """Answer one turn. The same turn id again gets the same answer."""
        ...

    def ponder(self, heard: Heard, listener: Listener) -> None:
        """Understand what may turn out to be a whole turn, so that `answer` is quicker then. Nothing is changed."""
        ...

    def waiting(self) -> Answer | None:
        """The answer to something that could not be delivered before, if there is one now; called now and then."""
        ...


class Finish(Enum):
    """Whether a sentence sounds as if it were at its end."""

    COMPLETE = "complete"  # nothing can follow: a yes that was asked for, "what's in my cart"
    FINISHED = "finished"  # more goods may follow: "add milk"
    UNFINISHED = "unfinished"
    UNKNOWN = "unknown"


Ending: TypeAlias = Callable[[str, Expectation], Finish]
"""Judges the words that were heard so far, knowing what is waited for."""

ANY_WORD = "milk"
"""An ending that is asked about it before anybody speaks builds what the first sentence would wait for. What goes wrong
there goes wrong again with that sentence, and is told then."""


@dataclass(frozen=True, slots=True)
class Lines:
    """What the device itself says, in the shop's language. `{wake_word}` stands for the wake word."""

    apology: str
    timed_out: str
    too_long: str
    too_loud: str
    microphone_gone: str
    speaker_gone: str
    back: str
    say_again: str
    kept: str
    not_kept: str
    muted: str
    unmuted: str
    not_now: str
    keep_failed: str


@dataclass(frozen=True, slots=True)
class Habits:
    """How a device behaves. Times are seconds.

    wake_patience: how long it waits for speech after the wake word; question_patience: while a question is open;
    follow_up: after an answer without a question. always: listens without wake word and never falls asleep.
    phrases: what may be said while it speaks. wake_phrase: as people say it ("hey jarvis"), "" without wake word.
    """

    language: str
    lines: Lines
    phrases: Interruptions
    wake_phrase: str = ""
    always: bool = False
    wake_patience: float = 6.0
    question_patience: float = 8.0
    follow_up: float = 5.0


class State(Enum):
    """What a device is doing."""

    ASLEEP = "asleep"
    LISTENING = "listening"
    THINKING = "thinking"
    SPEAKING = "speaking"
    MUTED = "muted"


@dataclass(frozen=True, slots=True)
class StateChanged:
    """seconds: how long it will listen before it falls asleep; None without limit."""

    state: State
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Woken:
    """The wake word was heard, or the shopper pressed the key."""


@dataclass(frozen=True, slots=True)
class Level:
    """How loud it is at the microphone. decibels: of full scale, 0 is the loudest."""

    decibels: float


@dataclass(frozen=True, slots=True)
class WordsSoFar:
    """What was heard of a sentence that goes on; dots while a code is awaited."""

    text: str


@dataclass(frozen=True, slots=True)
class Answered:
    """A turn was answered."""

    answer: Answer


@dataclass(frozen=True, slots=True)
class Interrupted:
    """Somebody spoke while the assistant did. meaning: None when it was nothing that is taken then."""

    meaning: Interruption | None
    text: str


@dataclass(frozen=True, slots=True)
class TimedOut:
    """Nobody said anything. question: whether one was open."""

    question: bool


@dataclass(frozen=True, slots=True)
class Problem:
    """Something went wrong; one line for people. code: for programs."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Note:
    """Something that a person should know, and no problem."""

    text: str


Notice: TypeAlias = StateChanged | Woken | Level | WordsSoFar | Answered | Interrupted | TimedOut | Problem | Note
Tell: TypeAlias = Callable[[Notice], None]


class Order(Enum):
    """What a key or a button asks for."""

    TALK = "talk"
    MUTE = "mute"
    KEEP = "keep"
    QUIT = "quit"


@dataclass(frozen=True, slots=True)
class Typed:
    """A turn that was typed instead of spoken."""

    text: str


Keep: TypeAlias = Callable[[Samples, str], str]
"""Keeps a turn's sound with what was heard in it; says where."""
