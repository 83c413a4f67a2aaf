"""What is no request of Alexa's is refused with 400 before anything is done with it."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.hashes import SHA1, SHA384

from commerce.linking.values import LinkKind
from skills.alexa.refusal import Reason
from tests.skills.talking import TUESDAY
from tests.voicecart.alexa.authority import (
    a_key,
    headers_for,
    old_signature,
    signature,
)
from tests.voicecart.alexa.refusing import refused_for, sent
from tests.voicecart.alexa.requests import SKILL, event, launch
from tests.voicecart.alexa.speaker import Skill, a_skill


def _cut(text: str) -> str:
    return text[:-8]


SIGNATURES: dict[str, tuple[Callable[[bytes], Mapping[str, str]], Reason]] = {
    "of another body": (lambda body: {"Signature-256": signature(body + b" ")}, Reason.SIGNATURE),
    "of an empty body": (lambda body: {"Signature-256": signature(b"")}, Reason.SIGNATURE),
    "with another key": (lambda body: {"Signature-256": signature(body, a_key(2))}, Reason.SIGNATURE),
    "with the root's key": (lambda body: {"Signature-256": signature(body, a_key(1))}, Reason.SIGNATURE),
    "of SHA-1 in the new header": (lambda body: {"Signature-256": old_signature(body)}, Reason.SIGNATURE),
    "of SHA-384": (lambda body: {"Signature-256": signature(body, algorithm=SHA384())}, Reason.SIGNATURE),
    "cut": (lambda body: {"Signature-256": _cut(signature(body))}, Reason.SIGNATURE),
    "twice": (lambda body: {"Signature-256": f"{signature(body)},{signature(body)}"}, Reason.SIGNATURE),
    "no base64": (lambda body: {"Signature-256": "§§§"}, Reason.SIGNATURE),
    "a word": (lambda body: {"Signature-256": "signature"}, Reason.SIGNATURE),
    "zeros": (lambda body: {"Signature-256": base64.b64encode(bytes(256)).decode()}, Reason.SIGNATURE),
    "empty": (lambda body: {"Signature-256": ""}, Reason.HEADER_MISSING),
    "only SHA-1": (lambda body: {"Signature-256": "", "Signature": old_signature(body)}, Reason.HEADER_MISSING),
    "no address": (lambda body: {"SignatureCertChainUrl": ""}, Reason.HEADER_MISSING),
}


@pytest.mark.parametrize(("wrong", "reason"), SIGNATURES.values(), ids=SIGNATURES.keys())
def test_a_signature_that_proves_nothing(standing_skill: Skill, wrong: Any, reason: Reason) -> None:
    """The chain is right, and the signature is not one of its key over this body with SHA-256."""
    refused_for(standing_skill, reason, lambda body: headers_for(body) | wrong(body))


@pytest.mark.parametrize("missing", [("Signature-256",), ("SignatureCertChainUrl",), ("Signature-256", "Signature")])
def test_a_missing_header(standing_skill: Skill, missing: tuple[str, ...]) -> None:
    """Without its headers a request proves nothing, whatever else it brings."""
    refused_for(
        standing_skill,
        Reason.HEADER_MISSING,
        lambda body: {name: value for name, value in headers_for(body).items() if name not in missing},
    )


@pytest.mark.parametrize("place_in_body", [0, 40, -2])
def test_a_byte_that_was_changed(standing_skill: Skill, place_in_body: int) -> None:
    """One byte of the body is another one than was signed."""
    body = bytearray(json.dumps(launch(TUESDAY)).encode())
    headers = headers_for(bytes(body))
    body[place_in_body] ^= 1
    refused_for(standing_skill, Reason.SIGNATURE, lambda _: headers, bytes(body))


def _with(path: str, value: object) -> Callable[[dict[str, Any]], None]:
    """Puts a value where `path` leads; None takes the field away."""
    *way, last = path.split("/")

    def change(made: dict[str, Any]) -> None:
        inner = made
        for name in way:
            inner = inner[name]
        if value is None:
            del inner[last]
        else:
            inner[last] = value

    return change


APPLICATION = "context/System/application/applicationId"
CONTENTS: dict[str, tuple[Callable[[dict[str, Any]], None], Reason]] = {
    "three minutes old": (_with("request/timestamp", "2026-11-24T09:27:00Z"), Reason.TIMESTAMP),
    "151 seconds old": (_with("request/timestamp", "2026-11-24T09:27:29Z"), Reason.TIMESTAMP),
    "151 seconds early": (_with("request/timestamp", "2026-11-24T09:32:31Z"), Reason.TIMESTAMP),
    "a day early": (_with("request/timestamp", "2026-11-25T09:30:00Z"), Reason.TIMESTAMP),
    "of the year 1": (_with("request/timestamp", "0001-01-01T00:00:00Z"), Reason.TIMESTAMP),
    "of the last year": (_with("request/timestamp", "9999-12-31T23:59:59-12:00"), Reason.TIMESTAMP),
    "right here, elsewhere old": (_with("request/timestamp", "2026-11-24T09:30:00+05:00"), Reason.TIMESTAMP),
    "without a zone": (_with("request/timestamp", "2026-11-24T09:30:00"), Reason.TIMESTAMP),
    "no time": (_with("request/timestamp", "now"), Reason.TIMESTAMP),
    "a number for a time": (_with("request/timestamp", 1795512600), Reason.TIMESTAMP),
    "no timestamp": (_with("request/timestamp", None), Reason.TIMESTAMP),
    "for another skill": (
        _with(APPLICATION, "amzn1.ask.skill.other"),
        Reason.APPLICATION,
    ),
    "for another skill's session": (
        _with("session/application", {"applicationId": "amzn1.ask.skill.x"}),
        Reason.APPLICATION,
    ),
    "for a skill of other letters": (
        _with(APPLICATION, SKILL.upper()),
        Reason.APPLICATION,
    ),
    "for a skill that is a list": (_with(APPLICATION, [SKILL]), Reason.APPLICATION),
    "for no skill": (_with("context/System/application", None), Reason.APPLICATION),
    "without a context": (_with("context", None), Reason.APPLICATION),
    "with an empty session": (_with("session", {}), Reason.APPLICATION),
    "without a type": (_with("request/type", None), Reason.MALFORMED),
    "with a number for a type": (_with("request/type", 7), Reason.MALFORMED),
    "without an id": (_with("request/requestId", None), Reason.MALFORMED),
    "with an empty id": (_with("request/requestId", ""), Reason.MALFORMED),
    "with an endless id": (_with("request/requestId", "x" * 300), Reason.MALFORMED),
    "without a request": (_with("request", None), Reason.MALFORMED),
    "with a text for a request": (_with("request", "launch"), Reason.MALFORMED),
}


@pytest.mark.parametrize(("change", "reason"), CONTENTS.values(), ids=CONTENTS.keys())
def test_what_is_rightly_signed_and_still_not_for_us(standing_skill: Skill, change: Any, reason: Reason) -> None:
    """A request that Alexa signed, but too old, for somebody else, or without what it must have."""
    made = launch(TUESDAY)
    change(made)
    refused_for(standing_skill, reason, headers_for, json.dumps(made).encode())


BODIES = {
    "nothing but a space": b" ",
    "no JSON": b"launch",
    "half of it": json.dumps(launch(TUESDAY)).encode()[:200],
    "a list": b"[]",
    "a number": b"7",
    "null": b"null",
    "not a number": b'{"request": NaN}',
    "no UTF-8": b'{"request": "\xff\xfe"}',
    "UTF-16": json.dumps(launch(TUESDAY)).encode("utf-16"),
    "ten thousand brackets": b"[" * 10_000,
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_a_body_that_is_no_request(standing_skill: Skill, body: bytes) -> None:
    """Signed rightly, whatever that may mean, but nothing that can be read."""
    refused_for(standing_skill, Reason.MALFORMED, headers_for, body)


def test_a_kind_of_request_that_nobody_knows(standing_skill: Skill) -> None:
    """Amazon's own types can't hold it."""
    made = launch(TUESDAY)
    made["request"]["type"] = "Unheard.Of"
    answer = standing_skill.send(made)
    assert answer.status_code == 400


def test_an_endless_body_is_not_read(standing_skill: Skill) -> None:
    """128 KB are enough for everybody."""
    made = launch(TUESDAY) | {"padding": "x" * 200_000}
    refused_for(standing_skill, Reason.TOO_LARGE, headers_for, json.dumps(made).encode())


def test_a_body_without_a_length_is_not_read(standing_skill: Skill) -> None:
    """A chunked body could go on for ever."""
    before = standing_skill.refused(Reason.LENGTH_MISSING)
    body = json.dumps(launch(TUESDAY)).encode()
    headers = headers_for(body) | {"Transfer-Encoding": "chunked"}
    answer = standing_skill.client.post("/alexa", data=body, headers=headers)
    assert answer.status_code == 400
    assert standing_skill.refused(Reason.LENGTH_MISSING) == before + 1


def test_without_a_skill_id_nobody_is_let_in(tmp_path: Path) -> None:
    """A service that serves no skill takes nobody for Alexa."""
    closed = a_skill(tmp_path, alexa_skill_id=None)
    assert closed.send(launch(TUESDAY)).status_code == 400
    assert closed.refused(Reason.NOT_SET_UP) == 1


def test_a_request_is_taken_once(skill: Skill) -> None:
    """Somebody who recorded a request and sends it again within its time gets nothing for it."""
    made = launch(TUESDAY, skill.link())
    assert skill.send(made).status_code == 200
    skill.clock.advance(seconds=149)
    assert skill.send(made).status_code == 400
    assert skill.refused(Reason.REPLAY) == 1


def test_an_event_that_is_delivered_again_gets_its_answer_again(skill: Skill) -> None:
    """Alexa delivers an event until it is answered, and may not have got the answer."""
    token = skill.link()
    made = event(TUESDAY, "SkillDisabled")
    first = skill.send(made)
    skill.clock.advance(minutes=50)
    again = skill.send(made)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.get_data() == again.get_data()
    assert skill.access.linking.customer_of(token, LinkKind.SKILL) is None


def test_an_event_of_two_hours_ago_is_too_old(skill: Skill) -> None:
    """Events may be late by an hour, and no more."""
    made = event(TUESDAY - timedelta(hours=2), "SkillEnabled")
    assert skill.send(made).status_code == 400


def test_the_right_request_is_answered(standing_skill: Skill) -> None:
    """All of the above is one request with one thing wrong; this is the same with nothing wrong."""
    assert sent(standing_skill, headers_for).status_code == 200


def test_sha1_is_the_signature_of_old() -> None:
    """The header that is refused when it comes alone is really Amazon's old one: SHA-1 over the body."""
    assert old_signature(b"x") == signature(b"x", algorithm=SHA1())
