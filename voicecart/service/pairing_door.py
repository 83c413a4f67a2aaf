"""How a device is let in: it shows a short code, waits until its owner has approved it, and gets its token once."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from commerce.errors import GrantRefused
from commerce.linking.pairings import LASTS, PAUSE
from commerce.linking.values import LinkKind
from commerce.rates import Rate
from voicecart.assembly import Assembly
from voicecart.service.api import api, body
from voicecart.service.device_requests import NewPairing, PairingQuestion
from voicecart.service.failures import Refused

NEW_PAIRINGS = Rate("pairing", 60, timedelta(minutes=10))  # from one address
QUESTIONS = Rate("pairing question", 120, timedelta(minutes=1))  # from one address
CLIENT = "device"


def blueprint(assembly: Assembly) -> Blueprint:
    """POST /api/v1/pairings and /api/v1/pairings/token."""
    part = api("pairing", "/api/v1/pairings")

    @part.post("")
    def begin() -> ResponseReturnValue:
        asked = body(NewPairing)
        access = assembly.access()
        access.rates.count(NEW_PAIRINGS, _address())
        pairing = access.pairings.begin(asked.name)
        answer = {
            "device_code": pairing.device_code,
            "user_code": pairing.user_code,
            "verification_url": f"{assembly.settings.service_url}/account/devices",
            "interval": PAUSE,
            "expires_in": int(LASTS.total_seconds()),
        }
        return jsonify(answer), 201

    @part.post("/token")
    def token() -> ResponseReturnValue:
        asked = body(PairingQuestion)
        access = assembly.access()
        access.rates.count(QUESTIONS, _address())
        state = access.pairings.state(asked.device_code)
        if state == "waiting":
            if pause := access.pairings.too_soon(asked.device_code):
                raise Refused(429, "too_fast", f"ask again in {pause} seconds", pause)
            return jsonify(status="pending"), 202
        if state != "approved":
            raise _gone(state)
        return jsonify(_collected(assembly, asked.device_code))

    return part


def _collected(assembly: Assembly, device_code: str) -> dict[str, str]:
    """The token and for whom it is, once. Raises Refused."""
    access, shop = assembly.access(), assembly.shop()
    try:
        tokens = access.pairings.collect(device_code, CLIENT)
    except GrantRefused:  # somebody else collected it at this moment
        raise _gone("used") from None
    speaker = access.linking.customer_of(tokens.access, LinkKind.DEVICE)
    if speaker is None:  # its owner sent it away at this moment
        raise _gone("denied")
    customer = shop.customers.get(speaker.customer)
    return {"token": tokens.access, "customer": customer.key, "shop": shop.info.key, "language": customer.language}


def _gone(state: str | None) -> Refused:
    if state == "denied":
        return Refused(410, "denied", "the owner turned this device away")
    if state == "used":
        return Refused(410, "used", "the token for this code was handed out before")
    return Refused(410, "expired", "this code is unknown or too old; begin anew")


def _address() -> str:
    return request.remote_addr or ""
