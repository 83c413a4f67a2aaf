"""Skill events: what happens to the skill outside of any conversation. Each may be delivered more than once."""

from __future__ import annotations

from ask_sdk_core.dispatch_components import AbstractRequestHandler
from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_model import Response
from ask_sdk_model.events.skillevents import AccountLinkedRequest, SkillDisabledRequest

from commerce.linking.linking import Linking
from skills.alexa.calls import call_of


class Disabled(AbstractRequestHandler):
    """The user switched the skill off: nothing that was linked through it opens anything any more."""

    def __init__(self, linking: Linking) -> None:
        self._linking = linking

    def can_handle(self, handler_input: HandlerInput) -> bool:
        return isinstance(handler_input.request_envelope.request, SkillDisabledRequest)

    def handle(self, handler_input: HandlerInput) -> Response:
        call = call_of(handler_input.request_envelope)
        if call.user_id:
            self._linking.user_left(call.user_id)
        response: Response = handler_input.response_builder.response
        return response


class AccountLinked(AbstractRequestHandler):
    """An account was linked: from now on it is known which of Alexa's users its link is used by."""

    def __init__(self, linking: Linking) -> None:
        self._linking = linking

    def can_handle(self, handler_input: HandlerInput) -> bool:
        return isinstance(handler_input.request_envelope.request, AccountLinkedRequest)

    def handle(self, handler_input: HandlerInput) -> Response:
        call = call_of(handler_input.request_envelope)
        body = getattr(handler_input.request_envelope.request, "body", None)
        token = getattr(body, "access_token", None)
        if token and call.user_id:
            self._linking.customer_of(token, user_id=call.user_id)
        response: Response = handler_input.response_builder.response
        return response
