"""Progressive responses: what the shopper hears while a turn takes more than a second.

https://developer.amazon.com/docs/alexa/custom-skills/send-the-user-a-progressive-response.html (read 2026-11-22)
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any

from commerce.http_calls import NoAnswer, Unreachable, call
from skills.alexa.ssml import speak
from skills.alexa.wording import words_for

HOSTS = {"api.amazonalexa.com", "api.eu.amazonalexa.com", "api.fe.amazonalexa.com"}
_TURNS = {"LaunchRequest", "IntentRequest"}
_PATIENCE = 3.0  # seconds; later than that, the answer itself is there
log = logging.getLogger(__name__)


class Progress:
    """Speaks while a turn goes on. also: an address that may be called beside Amazon's own, for tests."""

    def __init__(self, also: str | None = None) -> None:
        self._also = also

    def tell(self, envelope: Mapping[str, Any]) -> None:
        """Say that something is being done. It is only a courtesy: when it fails, that goes to the log."""
        request, system = envelope["request"], envelope["context"]["System"]
        endpoint, token = system.get("apiEndpoint"), system.get("apiAccessToken")
        if request["type"] not in _TURNS or not isinstance(token, str) or not self._may_call(endpoint):
            return
        words = words_for(str(request.get("locale", "")))
        document = {
            "header": {"requestId": request["requestId"]},
            "directive": {"type": "VoicePlayer.Speak", "speech": speak(words.say("working"))},
        }
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        try:
            answer = call("POST", f"{endpoint}/v1/directives", _PATIENCE, json.dumps(document).encode(), headers)
        except (Unreachable, NoAnswer) as error:
            log.warning("no progress could be told: %s", error)
        else:
            if answer.status != 204:
                log.warning("no progress could be told: HTTP %s", answer.status)

    def _may_call(self, endpoint: object) -> bool:
        """The token goes to nobody but Amazon: an address of theirs, and nothing behind it."""
        if not isinstance(endpoint, str):
            return False
        return endpoint == self._also or any(endpoint == f"https://{host}" for host in HOSTS)
