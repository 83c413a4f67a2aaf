"""Whether a request is Alexa's, meant for this skill, fresh: decided on the raw body before anything else looks at it.

Replays are the caller's business (`commerce.deliveries`): they need a memory that all processes share.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from commerce.clock import Clock
from skills.alexa.chains import Chains
from skills.alexa.refusal import Reason, Refused

LARGEST = 128 * 1024  # bytes of a request; real ones have a few KB
ADDRESS_HEADER = "SignatureCertChainUrl"
SIGNATURE_HEADER = "Signature-256"
TOLERANCE = timedelta(seconds=150)
EVENT_TOLERANCE = timedelta(hours=1)
_EVENTS = "AlexaSkillEvent."
_LONGEST_ID = 255


@dataclass(frozen=True, slots=True)
class Verified:
    """A request that is Alexa's. kind: the request's type, such as IntentRequest."""

    envelope: Mapping[str, Any]
    request_id: str
    kind: str
    at: datetime

    @property
    def is_event(self) -> bool:
        """Events are delivered until they are answered, so the same one may come again for an hour."""
        return self.kind.startswith(_EVENTS)


class Verifier:
    """Checks requests to one skill."""

    def __init__(self, skill_id: str, chains: Chains, clock: Clock) -> None:
        self._skill_id = skill_id.encode()
        self._chains = chains
        self._clock = clock

    def verify(self, address: str | None, signature: str | None, body: bytes) -> Verified:
        """The request, if everything about it is right. address, signature: its two headers. Raises Refused."""
        if len(body) > LARGEST:
            raise Refused(Reason.TOO_LARGE)
        now = self._clock.now()
        self._check_signature(address, signature, body, now)
        verified = _read(body)
        tolerance = EVENT_TOLERANCE if verified.is_event else TOLERANCE
        if abs(now - verified.at) > tolerance:
            raise Refused(Reason.TIMESTAMP)
        self._check_application(verified.envelope)
        return verified

    def _check_signature(self, address: str | None, signature: str | None, body: bytes, now: datetime) -> None:
        if not address or not signature:
            raise Refused(Reason.HEADER_MISSING)
        trusted = self._chains.key(address, now)
        try:
            trusted.key.verify(base64.b64decode(signature, validate=True), body, PKCS1v15(), SHA256())
        except (InvalidSignature, binascii.Error, ValueError) as error:
            raise Refused(Reason.SIGNATURE) from error

    def _check_application(self, envelope: Mapping[str, Any]) -> None:
        """Both places that name the skill must name this one; a session is not always there."""
        named = [_inside(envelope, "context", "System", "application", "applicationId")]
        if "session" in envelope:
            named.append(_inside(envelope, "session", "application", "applicationId"))
        for name in named:
            if not isinstance(name, str) or not hmac.compare_digest(name.encode(errors="replace"), self._skill_id):
                raise Refused(Reason.APPLICATION)


def _read(body: bytes) -> Verified:
    try:
        envelope = json.loads(body.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Refused(Reason.MALFORMED) from error
    kind = _inside(envelope, "request", "type")
    request_id = _inside(envelope, "request", "requestId")
    if not isinstance(kind, str) or not isinstance(request_id, str) or not 0 < len(request_id) <= _LONGEST_ID:
        raise Refused(Reason.MALFORMED)
    return Verified(envelope, request_id, kind, _moment(_inside(envelope, "request", "timestamp")))


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _moment(written: object) -> datetime:
    if not isinstance(written, str):
        raise Refused(Reason.TIMESTAMP)
    try:
        moment = datetime.fromisoformat(written)
    except ValueError as error:
        raise Refused(Reason.TIMESTAMP) from error
    if moment.tzinfo is None:
        raise Refused(Reason.TIMESTAMP)
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:  # at the end of time, in another zone
        raise Refused(Reason.TIMESTAMP) from error


def _inside(value: object, *names: str) -> object:
    for name in names:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value
