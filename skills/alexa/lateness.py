"""What is answered when the real answer is not ready in time: that it is owed. The next turn gets it."""

from __future__ import annotations

from typing import Any

from ask_sdk_core.serialize import DefaultSerializer
from ask_sdk_model import IntentRequest, LaunchRequest, RequestEnvelope
from ask_sdk_model.interfaces.alexa.presentation.apl import UserEvent

from skills.alexa.calls import call_of, owing, said_in
from skills.alexa.ssml import speak
from skills.alexa.wording import words_for


def late_answer(body: str, kind: str) -> dict[str, Any]:
    """The response to a request whose turn goes on. body: of the request, verified. kind: of the shop.

    Only turns are told of: to anything else, nothing is said.
    """
    envelope: RequestEnvelope = DefaultSerializer().deserialize(body, RequestEnvelope)
    call = call_of(envelope)
    if not isinstance(envelope.request, IntentRequest | LaunchRequest | UserEvent):
        return {"version": "1.0", "response": {}}
    words = words_for(call.locale)
    text = said_in(envelope.request, kind, call.language) if not isinstance(envelope.request, LaunchRequest) else ""
    return {
        "version": "1.0",
        "sessionAttributes": owing(call, text),
        "response": {
            "outputSpeech": _speech(words.say("late")),
            "reprompt": {"outputSpeech": _speech(words.say("late.reprompt"))},
            "shouldEndSession": False,
        },
    }


def _speech(text: str) -> dict[str, str]:
    return {"type": "SSML", "ssml": speak(text)}
