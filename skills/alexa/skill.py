"""The skill: request handlers that only translate. What is said goes to the assistant, and its reply to Alexa.

Everything is decided elsewhere: who speaks by `commerce.linking`, what is meant and done by the assistant.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import Any

from ask_sdk_core.dispatch_components import AbstractExceptionHandler, AbstractRequestHandler
from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_core.skill import CustomSkill
from ask_sdk_core.skill_builder import SkillBuilder
from ask_sdk_model import Intent, IntentRequest, LaunchRequest, Response, SessionEndedRequest
from ask_sdk_model.canfulfill import CanFulfillIntentRequest
from ask_sdk_model.interfaces.alexa.presentation.apl import UserEvent
from ask_sdk_model.interfaces.system import ExceptionEncounteredRequest
from ask_sdk_model.ui import SsmlOutputSpeech

from commerce.access import Access
from commerce.linking.values import LinkedSpeaker, LinkKind
from commerce.shop import Shop
from skills.alexa.answers import Answers
from skills.alexa.asking import unsaid
from skills.alexa.calls import Call, call_of, said_in
from skills.alexa.events import event_handlers
from skills.alexa.fulfilling import can_fulfill
from skills.alexa.guests import Guests
from skills.alexa.habits import usual_products
from skills.alexa.ssml import speak
from skills.alexa.wording import words_for
from skills.contract import Expectation, Heard, Hypothesis
from skills.dialogue import Assistant, SessionKey

_CANCEL, _STOP, _YES = "AMAZON.CancelIntent", "AMAZON.StopIntent", "AMAZON.YesIntent"
_START_OVER = "AMAZON.StartOverIntent"
_OPEN = {"", Expectation.ANYTHING.value, Expectation.NOTHING.value}
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Parts:
    """What the skill translates to and from, all of one shop."""

    shop: Shop
    assistant: Assistant[Any]
    access: Access
    guests: Guests
    answers: Answers


def make_skill(parts: Parts) -> CustomSkill:
    """The skill with all its handlers; the last one takes what no other does."""
    builder = SkillBuilder()
    talking = (_Launch(parts), _Said(parts), _CanFulfill(parts))
    for handler in (*talking, *event_handlers(parts.access), _Broken(parts), _Ended(parts), _Others(parts)):
        builder.add_request_handler(handler)
    builder.add_exception_handler(_Apology())
    return builder.create()


class _Handler(AbstractRequestHandler):
    """A handler of the requests of some types."""

    takes: tuple[type, ...] = (object,)

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def can_handle(self, handler_input: HandlerInput) -> bool:
        return isinstance(handler_input.request_envelope.request, self.takes)

    def _speaker(self, call: Call) -> LinkedSpeaker | None:
        """For whom the caller speaks, if the account is linked."""
        if not call.token:
            return None
        return self._parts.access.linking.customer_of(call.token, LinkKind.SKILL, call.device_id, call.user_id)

    def _late(self, sent: HandlerInput, call: Call, speaker: LinkedSpeaker) -> Response | None:
        """The answer that is owed for the turn before. What is said now knows nothing of it, and is not heard."""
        if call.late is None or call.intent == _STOP:
            return None
        hypotheses = (Hypothesis(call.late.text),) if call.late.text else ()
        heard = Heard(call.late.id, call.language, hypotheses, spoken=True)
        turn = self._parts.assistant.hears(heard, session=SessionKey(speaker.customer, speaker.device))
        return self._parts.answers.to_turn(sent, call, turn, speaker.customer, was_late=True)

    def _greet(self, sent: HandlerInput, call: Call, speaker: LinkedSpeaker) -> Response:
        key = SessionKey(speaker.customer, speaker.device)
        turn = self._parts.assistant.greet(call.language, session=key)
        response = self._parts.answers.to_turn(sent, replace(call, one_shot=False), turn, speaker.customer)
        self._tell_habits(sent, speaker)
        return response

    def _tell_habits(self, sent: HandlerInput, speaker: LinkedSpeaker) -> None:
        """Alexa takes this directive only where no other one about the dialogue is."""
        directives = sent.response_builder.response.directives or []
        if any((directive.object_type or "").startswith("Dialog.") for directive in directives):
            return
        products = self._parts.assistant.shelf().products
        habits = usual_products(self._parts.shop, products, speaker.customer)
        if habits is not None:
            sent.response_builder.add_directive(habits)


class _Launch(_Handler):
    """The skill is opened."""

    takes = (LaunchRequest,)

    def handle(self, handler_input: HandlerInput) -> Response:
        call = call_of(handler_input.request_envelope)
        speaker = self._speaker(call)
        if speaker is None:
            return self._parts.answers.to_new_guest(handler_input, call)
        return self._late(handler_input, call, speaker) or self._greet(handler_input, call, speaker)


class _Said(_Handler):
    """Something is said, or a line of a screen is touched."""

    takes = (IntentRequest, UserEvent)

    def handle(self, handler_input: HandlerInput) -> Response:
        call = call_of(handler_input.request_envelope)
        if call.intent == _CANCEL and call.expected in _OPEN:
            call = replace(call, intent=_STOP)
        place = unsaid(call, words_for(call.locale))
        if place is not None and call.late is None:
            return self._parts.answers.to_unsaid(handler_input, call, place)
        text = self._text(handler_input, call)
        heard = Heard(call.request_id, call.language, (Hypothesis(text),), spoken=True)
        speaker = self._speaker(call)
        if speaker is None:
            return self._parts.answers.to_guest(handler_input, call, self._parts.guests.answer(heard, call.turn))
        owed = self._late(handler_input, call, speaker)
        if owed is not None:
            return owed
        if call.intent == _START_OVER or (call.is_new and text == words_for(call.locale).builtins[_YES]):
            return self._greet(handler_input, call, speaker)  # a yes to nothing that was read out in this session
        turn = self._parts.assistant.hears(heard, session=SessionKey(speaker.customer, speaker.device))
        response = self._parts.answers.to_turn(handler_input, call, turn, speaker.customer)
        if call.is_new:
            self._tell_habits(handler_input, speaker)
        return response

    def _text(self, sent: HandlerInput, call: Call) -> str:
        if call.intent == _STOP:
            return words_for(call.locale).builtins[_STOP]
        return said_in(sent.request_envelope.request, self._parts.shop.info.kind, call.language)


class _CanFulfill(_Handler):
    """Alexa looks for a skill that could do something."""

    takes = (CanFulfillIntentRequest,)

    def handle(self, handler_input: HandlerInput) -> Response:
        call = call_of(handler_input.request_envelope)
        intent = getattr(handler_input.request_envelope.request, "intent", None) or Intent()
        kind = self._parts.shop.info.kind
        answer = can_fulfill(self._parts.guests, kind, call.language, call.request_id, intent)
        handler_input.response_builder.set_can_fulfill_intent(answer)
        response: Response = handler_input.response_builder.response
        return response


class _Broken(_Handler):
    """Alexa could not use an answer of ours: nobody hears what we say now."""

    takes = (ExceptionEncounteredRequest,)

    def handle(self, handler_input: HandlerInput) -> Response:
        error = getattr(handler_input.request_envelope.request, "error", None)
        log.error("Alexa could not use an answer: %s", getattr(getattr(error, "object_type", None), "value", "unknown"))
        response: Response = handler_input.response_builder.response
        return response


class _Ended(_Handler):
    """The session is over; what was asked is left as it is, and nothing may be said."""

    takes = (SessionEndedRequest,)

    def handle(self, handler_input: HandlerInput) -> Response:
        response: Response = handler_input.response_builder.response
        return response


class _Others(_Handler):
    """What the skill does not ask for. Amazon adds kinds of requests; none of them is an error."""

    def handle(self, handler_input: HandlerInput) -> Response:
        response: Response = handler_input.response_builder.response
        return response


class _Apology(AbstractExceptionHandler):
    """The outermost border of a turn: what broke goes to the log, and the shopper hears that something did."""

    def can_handle(self, handler_input: HandlerInput, exception: Exception) -> bool:  # noqa: ARG002
        return True

    def handle(self, handler_input: HandlerInput, exception: Exception) -> Response:
        log.error("a turn of the skill failed", exc_info=exception)
        words = words_for(getattr(handler_input.request_envelope.request, "locale", None) or "")
        builder = handler_input.response_builder
        builder.response.output_speech = SsmlOutputSpeech(ssml=speak(words.say("failed")))
        builder.set_should_end_session(True)
        response: Response = builder.response
        return response
