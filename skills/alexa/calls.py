"""What a request says: who speaks, at which speaker, in which language, and the words.

Anything but the words may be missing; what is not there is empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ask_sdk_model import Intent, IntentConfirmationStatus, IntentRequest, RequestEnvelope
from ask_sdk_model.interfaces.alexa.presentation.apl import UserEvent

from skills.alexa.sentences import sentence
from skills.alexa.wording import words_for

CHOSEN = "choose"
"""The first argument of the event that a touched line of a screen sends; the second is its position."""
_DEFAULT_LOCALE = "en-US"


@dataclass(frozen=True, slots=True)
class LateTurn:
    """A turn whose answer was not ready in time. text: what was said, "" where a code was awaited."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """One request. token: the account's access token, "" without a linked account.

    intent: the name of the intent, "" for other requests. filled: its slots in which something was said.
    one_shot: the session did not begin with a launch.
    expected: what the last answer waited for. late: the turn before, when its answer is still owed.
    """

    request_id: str
    locale: str
    token: str = ""
    user_id: str = ""
    device_id: str = ""
    intent: str = ""
    filled: frozenset[str] = frozenset()
    is_new: bool = True
    has_screen: bool = False
    one_shot: bool = False
    expected: str = ""
    turn: int = 0
    late: LateTurn | None = None

    @property
    def language(self) -> str:
        """BCP 47, without the region."""
        return words_for(self.locale).language


def call_of(envelope: RequestEnvelope) -> Call:
    """Reads a request."""
    request, session = envelope.request, envelope.session
    system = getattr(envelope.context, "system", None)
    user, device = getattr(system, "user", None), getattr(system, "device", None)
    attributes = dict(getattr(session, "attributes", None) or {})
    is_new = session is None or bool(session.new)
    intent = request.intent if isinstance(request, IntentRequest) else None
    name = (intent.name if intent else None) or ""
    return Call(
        request_id=getattr(request, "request_id", None) or "",
        locale=getattr(request, "locale", None) or _DEFAULT_LOCALE,
        token=getattr(user, "access_token", None) or "",
        user_id=getattr(user, "user_id", None) or "",
        device_id=getattr(device, "device_id", None) or "",
        intent=name,
        filled=frozenset(_slots(intent)) if intent else frozenset(),
        is_new=is_new,
        has_screen=_has_screen(device),
        one_shot=attributes.get("one_shot") is True or (is_new and bool(name)),
        expected=_text(attributes.get("expected")),
        turn=_number(attributes.get("turn")),
        late=_late(attributes.get("late")),
    )


def attributes_of(call: Call, expected: str) -> dict[str, Any]:
    """What Alexa is to hand back with the session's next request."""
    return {"one_shot": call.one_shot, "expected": expected, "turn": call.turn + 1}


def owing(call: Call, text: str) -> dict[str, Any]:
    """The same when the answer to this request is owed, or still that to an earlier one; a code is not sent around."""
    owed = call.late or LateTurn(call.request_id, "" if call.expected == "code" else text)
    return attributes_of(call, call.expected) | {"late": {"id": owed.id, "text": owed.text}}


def said_in(request: object, kind: str, language: str) -> str:
    """The words of a request in which something is said. kind: of the shop."""
    words = words_for(language)
    if isinstance(request, UserEvent):
        arguments = list(request.arguments or [])
        return str(arguments[1]) if len(arguments) > 1 and arguments[0] == CHOSEN else words.unheard
    if not isinstance(request, IntentRequest) or request.intent is None:
        return words.unheard
    intent = request.intent
    if intent.confirmation_status is IntentConfirmationStatus.CONFIRMED:
        return words.builtins["AMAZON.YesIntent"]
    if intent.confirmation_status is IntentConfirmationStatus.DENIED:
        return words.builtins["AMAZON.NoIntent"]
    return sentence(language, kind, intent.name or "", _slots(intent))


def _slots(intent: Intent) -> dict[str, str]:
    return {name: slot.value for name, slot in (intent.slots or {}).items() if slot is not None and slot.value}


def _has_screen(device: object) -> bool:
    interfaces = getattr(device, "supported_interfaces", None)
    return getattr(interfaces, "alexa_presentation_apl", None) is not None


def _late(owed: object) -> LateTurn | None:
    if not isinstance(owed, Mapping) or not isinstance(owed.get("id"), str):
        return None
    return LateTurn(owed["id"], _text(owed.get("text")))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _number(value: object) -> int:
    return value if isinstance(value, int) and 0 <= value < 1_000_000 else 0
