"""What a conversation remembers between two turns, and the port through which it is kept.

The state is plain data: it goes to the database as JSON, with the number of its shape, and any process can go on
with it. A state of another shape (an older or newer program wrote it) starts the conversation afresh; the cart and
everything that matters is in the shop.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Protocol, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_json

from skills.contract import NotUnderstood, Reply, Understood, Unsure
from skills.intents.answer import Change, Question

SHAPE = 1
REMEMBERED_TURNS = 8


@dataclass(frozen=True, slots=True)
class SessionKey:
    """Whose conversation, and where: a customer's key and the device's name. The shop is the assistant's own."""

    customer: str
    device: str = "here"


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question that was put and not yet answered, with its words and shorter words to put it again.

    asked: how often; nothing is asked a third time.
    """

    question: Question
    speech: str
    screen: str
    asked: int = 1


@dataclass(frozen=True, slots=True)
class AnsweredTurn:
    """A turn that was answered: the same turn id again gets the same answer. Codes are dots here already."""

    turn_id: str
    heard_text: str
    outcome: Understood | Unsure | NotUnderstood
    reply: Reply


@dataclass(frozen=True, slots=True)
class SessionState:
    """Everything that is remembered.

    turns: counts up; wordings take turns by it. misses: turns in a row that were not understood.
    open: questions not yet answered, the one asked last at the end.
    change: of the cart, the last one made here. last: the reply to repeat.
    answered: the latest turns, newest last.
    """

    turns: int = 0
    misses: int = 0
    slower: bool = False
    open: tuple[OpenQuestion, ...] = ()
    change: Change | None = None
    last: Reply | None = None
    answered: tuple[AnsweredTurn, ...] = ()

    def answer_to(self, turn_id: str) -> AnsweredTurn | None:
        """What was answered to this turn before, if it was."""
        return next((turn for turn in reversed(self.answered) if turn.turn_id == turn_id), None)


_ADAPTER = TypeAdapter(SessionState)


def encode(state: SessionState) -> str:
    """A state as JSON; an infinite margin, for which JSON has no number, is the text "Infinity"."""
    return to_json({"shape": SHAPE, "state": state}, inf_nan_mode="strings").decode()


def decode(text: str | None) -> SessionState:
    """The state in a text; a fresh one for no text and for whatever this program can't read."""
    if text is None:
        return SessionState()
    document = json.loads(text)
    if document["shape"] != SHAPE:
        return SessionState()
    try:
        return _ADAPTER.validate_python(document["state"])
    except ValidationError:  # written by a program whose shape differs without saying so
        return SessionState()


class TakenSession(Protocol):
    """A session as one turn holds it; no other turn has it meanwhile.

    catalogue_version: of what is on sale; cart_version: of the customer's cart; both as the turn begins.
    changed_before: this very turn was begun before by a process that died, and the cart has changed since.
    """

    @property
    def state(self) -> str | None: ...

    @property
    def catalogue_version(self) -> str: ...

    @property
    def cart_version(self) -> int: ...

    @property
    def changed_before(self) -> bool: ...


Taken = TypeVar("Taken", bound=TakenSession)


class SessionStore(Protocol[Taken]):
    """Where the sessions of one shop are kept."""

    def take(self, customer: str, device: str, turn_id: str) -> Taken:
        """Take a session for one turn, waiting for the turn before it."""
        ...

    def give_back(self, stored: Taken, state: str) -> None:
        """Keep the state and let the next turn in."""
        ...
