"""A speaker of the tests': sends signed requests to the service, in this process, over its WSGI door."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from commerce.access import Access
from commerce.clock import FrozenClock
from commerce.linking.values import LinkKind
from commerce.shop import Shop
from tests.skills.talking import TUESDAY, UNDERSTANDING
from tests.voicecart.alexa import requests
from tests.voicecart.alexa.authority import Authority, headers_for, pem, place
from tests.voicecart.service.conftest import shop_database
from voicecart.assembly import Assembly
from voicecart.service.app import create_app
from voicecart.settings import Settings


@dataclass(slots=True)
class Skill:
    """The service with a few shelves of the home shop, and an authority that it trusts. chains: its folder of them."""

    assembly: Assembly
    app: Flask
    clock: FrozenClock
    authority: Authority
    chains: Path

    @property
    def shop(self) -> Shop:
        """The shop behind it."""
        return self.assembly.shop()

    @property
    def client(self) -> FlaskClient:
        """A connection."""
        return self.app.test_client()

    @property
    def access(self) -> Access:
        """Who may speak for whom."""
        return Access.open(self.assembly.database, self.shop.info, self.clock)

    def link(self, customer: str = "carla", *, may_buy: bool = False) -> str:
        """Link a customer's account, and return the access token."""
        tokens = self.access.linking.link(customer, LinkKind.SKILL, "alexa", "Kitchen")
        self.access.linking.customer_of(tokens.access, LinkKind.SKILL, requests.DEVICE, requests.USER)
        for speaker in self.access.linking.links(customer)[0].speakers:
            self.access.linking.set_speaker(customer, speaker.key, speaker.name, may_buy, None)
        return tokens.access

    def send(self, envelope: Mapping[str, Any]) -> TestResponse:
        """Send a request rightly signed."""
        body = json.dumps(envelope).encode()
        return self.client.post("/alexa", data=body, headers=headers_for(body))

    def refused(self, reason: str) -> float:
        """How many requests were refused for a reason."""
        page = self.client.get("/metrics").get_data(as_text=True)
        named = f'voicecart_alexa_refused_total{{reason="{reason}"}}'
        return sum(float(line.rpartition(" ")[2]) for line in page.splitlines() if line.startswith(named))


@dataclass(slots=True)
class Speaker:
    """A conversation: its session goes on from answer to answer, as Alexa keeps it."""

    skill: Skill
    token: str | None = None
    attributes: dict[str, Any] = field(default_factory=dict)
    is_new: bool = True
    has_screen: bool = False

    def opens(self) -> dict[str, Any]:
        """Alexa, open the shop."""
        return self.sends(requests.launch(self._now, self.token))

    def says(self, name: str, /, **slots: str) -> dict[str, Any]:
        """An intent with slots."""
        return self.sends(requests.intent(self._now, name, self.token, **slots))

    def sends(self, made: dict[str, Any]) -> dict[str, Any]:
        """A request within the session; the response."""
        made["session"] |= {"attributes": self.attributes, "new": self.is_new}
        if self.has_screen:
            interfaces = {"Alexa.Presentation.APL": {"runtime": {"maxVersion": "2023.3"}}}
            made["context"]["System"]["device"]["supportedInterfaces"] = interfaces
        answer = self.skill.send(made)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        document: dict[str, Any] = answer.get_json()
        self.attributes = document.get("sessionAttributes") or {}
        self.is_new = bool(document["response"].get("shouldEndSession", False))
        response: dict[str, Any] = document["response"]
        return response

    @property
    def _now(self) -> datetime:
        return self.skill.clock.now()


def speech(response: Mapping[str, Any]) -> str:
    """What is said, without the tags."""
    ssml: str = response["outputSpeech"]["ssml"]
    return ssml.removeprefix("<speak>").removesuffix("</speak>")


def a_skill(folder: Path, **settings: Any) -> Skill:
    """The service over a fresh shop, on a Tuesday morning."""
    clock = FrozenClock(TUESDAY)
    authority = Authority(TUESDAY)
    roots, chains = folder / "roots.pem", folder / "chains"
    roots.write_bytes(pem(authority.root))
    place(chains, pem(authority.leaf()))
    ours = {
        "database": shop_database(folder),
        "data_folder": folder / "data",
        "cache_folder": folder / "cache",
        "alexa_skill_id": requests.SKILL,
        "alexa_cert_cache": chains,
        "alexa_trust_roots": roots,
    }
    assembly = Assembly(Settings(**(ours | settings)), clock)
    assembly.understanding = UNDERSTANDING
    return Skill(assembly, create_app(assembly), clock, authority, chains)
