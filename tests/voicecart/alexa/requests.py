"""Requests as Alexa sends them."""

from __future__ import annotations

from datetime import datetime
from itertools import count
from typing import Any

SKILL = "amzn1.ask.skill.0f5c7a1e-voicecart"
USER, DEVICE = "amzn1.ask.account.ANNA", "amzn1.ask.device.KITCHEN"
_NUMBERS = count(1)


def envelope(request: dict[str, Any], at: datetime, token: str | None = None, **session: Any) -> dict[str, Any]:
    """A request around `request`, which needs a type. token: of a linked account. session: its fields."""
    user = {"userId": USER} | ({"accessToken": token} if token else {})
    application = {"applicationId": SKILL}
    return {
        "version": "1.0",
        "session": {
            "new": False,
            "sessionId": "amzn1.echo-api.session.1",
            "application": application,
            "attributes": {},
            "user": user,
            **session,
        },
        "context": {
            "System": {
                "application": application,
                "user": user,
                "device": {"deviceId": DEVICE, "supportedInterfaces": {}},
                "apiEndpoint": "https://api.alexa.invalid",
                "apiAccessToken": "an-api-token",
            }
        },
        "request": {
            "requestId": f"amzn1.echo-api.request.{next(_NUMBERS)}",
            "timestamp": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "locale": "en-US",
            **request,
        },
    }


def launch(at: datetime, token: str | None = None, **session: Any) -> dict[str, Any]:
    """The skill is opened."""
    return envelope({"type": "LaunchRequest"}, at, token, **{"new": True, **session})


def intent(at: datetime, name: str, token: str | None = None, **slots: str) -> dict[str, Any]:
    """An intent with what was said in its slots, in a session that goes on."""
    filled = {slot: {"name": slot, "value": value, "confirmationStatus": "NONE"} for slot, value in slots.items()}
    request = {
        "type": "IntentRequest",
        "dialogState": "STARTED",
        "intent": {"name": name, "confirmationStatus": "NONE", "slots": filled},
    }
    return envelope(request, at, token)


def event(at: datetime, kind: str, **body: Any) -> dict[str, Any]:
    """A skill event: it comes without a session."""
    made = envelope({"type": f"AlexaSkillEvent.{kind}", "body": body}, at)
    del made["session"]
    return made
