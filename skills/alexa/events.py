"""Skill events: what happens to the skill outside of any conversation. Each may be delivered more than once."""

from __future__ import annotations

from typing import Any

from ask_sdk_core.dispatch_components import AbstractRequestHandler
from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_model import Response
from ask_sdk_model.events.skillevents import (
    AccountLinkedRequest,
    PermissionAcceptedRequest,
    PermissionChangedRequest,
    ProactiveSubscriptionChangedRequest,
    SkillDisabledRequest,
)

from commerce.access import Access
from commerce.linking.values import LinkKind
from skills.alexa.calls import call_of

_STATUSES, _ALERTS = "AMAZON.OrderStatus.Updated", "AMAZON.MessageAlert.Activated"
_NOTIFY = "alexa::devices:all:notifications:write"


def event_handlers(access: Access) -> tuple[AbstractRequestHandler, ...]:
    """Those of every event that means something to the shop."""
    return _Disabled(access), _AccountLinked(access), _Subscribed(access), _Permitted(access)


class _EventHandler(AbstractRequestHandler):
    """Nothing is answered to an event but that it was taken."""

    takes: tuple[type, ...] = ()

    def __init__(self, access: Access) -> None:
        self._access = access

    def can_handle(self, handler_input: HandlerInput) -> bool:
        return isinstance(handler_input.request_envelope.request, self.takes)

    def handle(self, handler_input: HandlerInput) -> Response:
        user = call_of(handler_input.request_envelope).user_id
        if user:
            self._take(user, getattr(handler_input.request_envelope.request, "body", None))
        response: Response = handler_input.response_builder.response
        return response

    def _take(self, user: str, body: Any) -> None:
        """Do what follows from an event about one of Alexa's users. body: in Amazon's types; None without one."""
        raise NotImplementedError


class _Disabled(_EventHandler):
    """The user switched the skill off: nothing that was linked through it opens anything any more."""

    takes = (SkillDisabledRequest,)

    def _take(self, user: str, body: Any) -> None:
        del body
        self._access.linking.user_left(user)
        self._access.subscriptions.left(user)


class _AccountLinked(_EventHandler):
    """An account was linked: from now on it is known which of Alexa's users its link is used by."""

    takes = (AccountLinkedRequest,)

    def _take(self, user: str, body: Any) -> None:
        token = getattr(body, "access_token", None)
        if token:
            self._access.linking.customer_of(token, LinkKind.SKILL, user_id=user)
            self._access.subscriptions.linked(user)


class _Subscribed(_EventHandler):
    """The user said what they want to hear of unasked. What is not in the list, they no longer want."""

    takes = (ProactiveSubscriptionChangedRequest,)

    def _take(self, user: str, body: Any) -> None:
        wanted = {getattr(one, "event_name", None) for one in getattr(body, "subscriptions", None) or []}
        self._access.subscriptions.set(user, statuses=_STATUSES in wanted, alerts=_ALERTS in wanted)


class _Permitted(_EventHandler):
    """The user's permissions were changed; without the one for notifications there are none, whatever was wanted."""

    takes = (PermissionAcceptedRequest, PermissionChangedRequest)

    def _take(self, user: str, body: Any) -> None:
        permitted = {getattr(one, "scope", None) for one in getattr(body, "accepted_permissions", None) or []}
        if _NOTIFY not in permitted:
            self._access.subscriptions.left(user)
