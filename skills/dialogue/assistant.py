"""The assistant: one turn from what was heard to a reply, with the session taken and given back around it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Generic, Protocol
from uuid import uuid4

from commerce.clock import Clock
from commerce.shop import Shop
from skills.contract import Heard, Listener, Outcome, Reply, Understood, Unsure
from skills.dialogue.conversation import Conversation
from skills.dialogue.session import (
    REMEMBERED_TURNS,
    AnsweredTurn,
    OpenQuestion,
    SessionKey,
    SessionState,
    SessionStore,
    Taken,
    decode,
    encode,
)
from skills.dialogue.surroundings import Surroundings
from skills.intents.answer import AskCode
from skills.intents.moment import Moment
from skills.intents.shelf import Shelf
from skills.languages import load as load_language
from skills.languages.replies import replies
from skills.understanding.context import Context
from skills.understanding.hint import hint_of

DOTS = "••••"
_LAUNCH = Understood("Launch", {})
_WHAT_THERE_IS = Understood("ReadCart", {})


class Understands(Protocol):
    """What the assistant needs of the understanding."""

    def understand(self, heard: Heard, context: Context, listener: Listener | None = None) -> Outcome:
        """What was meant, in this moment."""
        ...

    def at_once(self, text: str, context: Context) -> Outcome | None:
        """What text means, where that is plain; None where it is not."""
        ...


@dataclass(frozen=True, slots=True)
class Turn:
    """One exchange. heard_text: the best hypothesis; dots while a code was awaited, in the outcome too."""

    outcome: Outcome
    reply: Reply
    heard_text: str


@dataclass(frozen=True, slots=True)
class _Thought:
    """What something would mean in a moment that may come."""

    heard: Heard
    context: Context
    outcome: Outcome


class Assistant(Generic[Taken]):
    """Answers a shop's customers. Holds nothing that another process would miss."""

    def __init__(self, shop: Shop, understanding: Understands, sessions: SessionStore[Taken], clock: Clock) -> None:
        self._shop = shop
        self._understanding = understanding
        self._sessions = sessions
        self._clock = clock
        self._surroundings = Surroundings(shop)
        self._thought: _Thought | None = None
        self._left_open: tuple[SessionKey, OpenQuestion | None] | None = None

    def hears(self, heard: Heard, listener: Listener | None = None, *, session: SessionKey) -> Turn:
        """Answer one utterance. The same turn id again gets the same answer and does nothing.

        Raises SessionBusy, SessionMoved and StorageError from commerce; then nothing is remembered of the turn.
        """
        return self._turn(heard, listener, session, understood=None)

    def understands(self, heard: Heard, listener: Listener | None = None, *, session: SessionKey) -> Outcome:
        """What `heard` would mean at the start of a conversation, with this customer's cart; nothing is remembered."""
        return self._understanding.understand(heard, self._opening(session.customer, heard.language), listener)

    def grasps(self, text: str, language: str, *, session: SessionKey) -> Outcome | None:
        """What some words mean, as far as that is plain at once: they may go on. None where it is not."""
        return self._understanding.at_once(text, self._now(session, language))

    def ponders(self, heard: Heard, listener: Listener | None = None, *, session: SessionKey) -> None:
        """Understand what may turn out to be a whole utterance: then `hears` need not. Nothing is changed by it."""
        context = self._now(session, heard.language)
        self._thought = _Thought(heard, context, self._understanding.understand(heard, context, listener))

    def hint(self, language: str, *, session: SessionKey) -> str:
        """What this customer may say, in a few words: for a recogniser that hears better when it knows."""
        return hint_of(self._opening(session.customer, language), load_language(language.split("-")[0]))

    def shelf(self) -> Shelf:
        """What the shop sells now."""
        return self._surroundings.shelf()

    def greet(self, language: str, *, session: SessionKey) -> Turn:
        """Open the conversation. Raises as `hears` does."""
        silence = Heard(uuid4().hex, language, (), spoken=False)
        return self._turn(silence, None, session, understood=_LAUNCH)

    def _now(self, session: SessionKey, language: str) -> Context:
        """What can be said after the latest answer, if that was this session's."""
        top = self._left_open[1] if self._left_open and self._left_open[0] == session else None
        return self._moment_of(session.customer, language, top)

    def _opening(self, customer: str, language: str) -> Context:
        """What can be said at the start of a conversation."""
        return self._moment_of(customer, language, None)

    def _moment_of(self, customer: str, language: str, top: OpenQuestion | None) -> Context:
        """What can be said now. top: the question that is open."""
        shelf, cart = self._surroundings.shelf(), self._shop.carts.get(customer)
        now = self._clock.now()
        return self._surroundings.context(customer, language.split("-")[0], shelf, cart.version, top, now)

    def _turn(
        self, heard: Heard, listener: Listener | None, session: SessionKey, understood: Understood | None
    ) -> Turn:
        taken = self._sessions.take(session.customer, session.device, heard.turn_id)
        state = decode(taken.state)
        kept = state
        try:
            if (before := state.answer_to(heard.turn_id)) is not None:
                return Turn(before.outcome, before.reply, before.heard_text)
            # A process died over this turn after it had changed the cart: say what there is, and change nothing again.
            meant = _WHAT_THERE_IS if taken.changed_before else understood
            kept, turn = self._answer(taken, state, heard, listener, session, meant)
            return turn
        finally:
            self._sessions.give_back(taken, encode(kept))

    def _answer(
        self,
        taken: Taken,
        state: SessionState,
        heard: Heard,
        listener: Listener | None,
        session: SessionKey,
        understood: Understood | None,
    ) -> tuple[SessionState, Turn]:
        now = self._clock.now()
        language = heard.language.split("-")[0]
        shelf = self._surroundings.shelf(taken.catalogue_version)
        top = state.open[-1] if state.open else None
        code_awaited = top is not None and isinstance(top.question, AskCode)
        outcome: Outcome | None = understood
        if outcome is None and code_awaited:
            outcome = _digits(heard)
        if outcome is None:
            context = self._surroundings.context(session.customer, language, shelf, taken.cart_version, top, now)
            outcome = self._understood(heard, context, listener)
        moment = Moment(self._shop, session.customer, session.device, shelf, now, heard.turn_id)
        conversation = Conversation.in_language(replies(language))
        after, reply = conversation.respond(state, moment, outcome)
        self._left_open = session, after.open[-1] if after.open else None
        text = heard.hypotheses[0].text if heard.hypotheses else ""
        turn = Turn(outcome, reply, text)
        if code_awaited:
            turn = Turn(_without_code(outcome), reply, DOTS)
        return _remembering(after, heard.turn_id, turn), turn

    def _understood(self, heard: Heard, context: Context, listener: Listener | None) -> Outcome:
        thought = self._thought
        if thought is not None and thought.heard == heard and thought.context == context:
            return thought.outcome
        return self._understanding.understand(heard, context, listener)


def _digits(heard: Heard) -> Understood | None:
    """A code that was written in digits: nothing to understand, and nothing to guess."""
    digits = re.sub(r"[\s,.-]", "", heard.hypotheses[0].text) if heard.hypotheses else ""
    return Understood("GiveCode", {"code": digits}) if digits.isascii() and digits.isdigit() else None


def _without_code(outcome: Outcome) -> Outcome:
    """The outcome of a turn in which a code was awaited: nothing in it tells what was said."""
    if isinstance(outcome, Understood):
        slots = {name: DOTS if name == "code" else value for name, value in outcome.slots.items()}
        return replace(outcome, slots=slots, text=DOTS, candidates=())
    if isinstance(outcome, Unsure):
        return replace(outcome, choices=(), candidates=())
    return replace(outcome, candidates=())


def _remembering(state: SessionState, turn_id: str, turn: Turn) -> SessionState:
    """The state with the turn's answer, for when the same turn comes again. Explanations are not kept."""
    answered = AnsweredTurn(turn_id, turn.heard_text, replace(turn.outcome, candidates=()), turn.reply)
    return replace(state, answered=(*state.answered, answered)[-REMEMBERED_TURNS:])
