"""The device's door: what a paired device sends and gets. Its sound never leaves it; see docs/device-api.md."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from commerce.linking.values import LinkedSpeaker, LinkKind
from commerce.rates import Rate
from skills.dialogue import SessionKey, Turn
from skills.dialogue.shapes import cart_line_json, turn_json
from voicecart.assembly import Assembly
from voicecart.service.api import api, body
from voicecart.service.device_requests import Greeting, HeardTurn
from voicecart.service.failures import Refused
from voicecart.service.far_listening import FarListener, ListenAgain
from voicecart.service.request_log import log

REQUESTS = Rate("device", 120, timedelta(minutes=1))  # of one device
_SCHEME = "Bearer "


def blueprint(assembly: Assembly) -> Blueprint:
    """/api/v1/greeting, turns, cart and shop, and the document that describes them."""
    part = api("device", "")

    @part.get("/openapi.json")
    def described() -> ResponseReturnValue:
        return jsonify(openapi())

    @part.post("/api/v1/greeting")
    def greeting() -> ResponseReturnValue:
        speaker = _let_in(assembly)
        asked = body(Greeting)
        language = asked.language or assembly.shop().customers.get(speaker.customer).language
        return _answered(assembly, speaker, assembly.assistant().greet(language, session=_session(speaker)))

    @part.post("/api/v1/turns")
    def turns() -> ResponseReturnValue:
        speaker = _let_in(assembly)
        asked = body(HeardTurn)
        scores = None if asked.scores is None else {one.text: one.log_likelihood for one in asked.scores}
        listener = FarListener(scores) if asked.spoken else None
        try:
            turn = assembly.assistant().hears(asked.heard(), listener, session=_session(speaker))
        except ListenAgain as again:
            return jsonify(status="listen_again", texts=again.texts)
        return _answered(assembly, speaker, turn)

    @part.get("/api/v1/cart")
    def cart() -> ResponseReturnValue:
        found = assembly.shop().carts.get(_let_in(assembly).customer)
        lines = [cart_line_json(line) for line in found.lines]
        return jsonify(lines=lines, subtotal=found.subtotal.amount, currency=found.subtotal.currency)

    @part.get("/api/v1/shop")
    def shop() -> ResponseReturnValue:
        return jsonify(_shop_json(assembly, _let_in(assembly)))

    return part


@cache
def openapi() -> dict[str, Any]:
    """The description of the door, as OpenAPI 3.1."""
    document: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("openapi.yaml").read_text(encoding="utf-8"))
    return document


def _let_in(assembly: Assembly) -> LinkedSpeaker:
    """The device whose token came with the request. Raises Refused, TooManyTries.

    Strangers are not counted: nobody guesses 256 bits, and counting would cost more than turning them away.
    """
    given = request.headers.get("Authorization", "")
    access = assembly.access()
    token = given.removeprefix(_SCHEME) if given.startswith(_SCHEME) else ""
    speaker = access.linking.customer_of(token, LinkKind.DEVICE) if token else None
    if speaker is None:
        raise Refused(401, "unknown_device", "a paired device's token is needed; this one is missing, wrong or revoked")
    access.rates.count(REQUESTS, speaker.device)
    return speaker


def _session(speaker: LinkedSpeaker) -> SessionKey:
    return SessionKey(speaker.customer, speaker.device)


def _answered(assembly: Assembly, speaker: LinkedSpeaker, turn: Turn) -> ResponseReturnValue:
    if assembly.settings.log_utterances:
        log.info("turn", text=turn.heard_text)  # a voice code is dots here already
    shown = turn_json(turn, assembly.shop().carts.get(speaker.customer)) | {"reply": _reply_json(turn)}
    return jsonify(status="answered", turn=shown)


def _reply_json(turn: Turn) -> dict[str, Any]:
    reply = turn.reply
    return {
        "speech": reply.speech,
        "screen": reply.screen,
        "expects": reply.expects.value,
        "ends": reply.ends,
        "slower": reply.slower,
        "language": reply.language,
    }


def _shop_json(assembly: Assembly, speaker: LinkedSpeaker) -> dict[str, Any]:
    info = assembly.shop().info
    customer = assembly.shop().customers.get(speaker.customer)
    return {
        "shop": info.key,
        "name": info.name,
        "kind": info.kind,
        "currency": info.currency,
        "language": customer.language,
        "hint": assembly.assistant().hint(customer.language, session=_session(speaker)),
        "customer": {"key": customer.key, "name": customer.name},
        "device": {
            "name": speaker.name,
            "may_buy": speaker.may_buy,
            "spend_cap": None if speaker.spend_cap is None else speaker.spend_cap.amount,
        },
    }
