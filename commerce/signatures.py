"""Signing messages between programs with a shared secret: `t=SECONDS,v1=HMAC`, the scheme of Stripe's webhooks.

https://docs.stripe.com/webhooks#verify-manually (read 2026-11-22). The time is signed too, so an old message can't be
sent again later.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

from commerce.errors import BadSignature, StaleSignature

TOLERANCE = timedelta(minutes=5)


def sign(secret: str, body: bytes, at: datetime) -> str:
    """The header for a body that is sent now."""
    moment = int(at.timestamp())
    return f"t={moment},v1={_digest(secret, moment, body)}"


def check_signature(secret: str, header: str, body: bytes, at: datetime, tolerance: timedelta = TOLERANCE) -> None:
    """Return when the body was signed with the secret, no longer ago (or ahead) than the tolerance.

    Raises BadSignature, StaleSignature.
    """
    moment, signatures = _parts(header)
    if not secret or moment is None:
        raise BadSignature
    expected = _digest(secret, moment, body).encode()
    if not any(hmac.compare_digest(expected, given.encode()) for given in signatures):
        raise BadSignature
    age = at.timestamp() - moment
    if abs(age) > tolerance.total_seconds():
        raise StaleSignature(age)


def _parts(header: str) -> tuple[int | None, list[str]]:
    moment, signatures = None, []
    for part in header.split(","):
        name, _, value = part.strip().partition("=")
        if name == "t" and value.isascii() and value.isdigit():
            moment = int(value)
        elif name == "v1":
            signatures.append(value)
    return moment, signatures


def _digest(secret: str, moment: int, body: bytes) -> str:
    return hmac.new(secret.encode(), str(moment).encode() + b"." + body, hashlib.sha256).hexdigest()
