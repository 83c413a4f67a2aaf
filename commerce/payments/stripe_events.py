"""What Stripe tells by itself: https://docs.stripe.com/webhooks (read 2026-11-22).

An event is only a hint that something happened to an intent. What counts is what Stripe says of it when asked, so
events may come in any order, late, and any number of times.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from commerce.clock import Clock
from commerce.payments.desk import PATIENCE, PaymentDesk
from commerce.payments.stripe import StripeGateway
from commerce.signatures import check_signature


@dataclass(frozen=True, slots=True)
class StripeEvents:
    """Takes Stripe's messages to one shop. secret: of the webhook's endpoint; patience: seconds, of asking Stripe."""

    gateway: StripeGateway
    desk: PaymentDesk
    clock: Clock
    secret: str = field(repr=False)
    patience: float = PATIENCE

    def take(self, header: str, body: bytes) -> bool:
        """Let a message count; False when it is about nothing of ours. header: `Stripe-Signature`, body: as received.

        Raises BadSignature, StaleSignature (answer 400) and GatewayTimeout (answer 503: Stripe sends it again).
        """
        check_signature(self.secret, header, body, self.clock.now())
        key = _key(body)
        if key is None:
            return False
        return self.desk.notified(self.gateway.state(key, self.patience))


def _key(body: bytes) -> str | None:
    """The key of the payment whose intent a message is about, if it is about one."""
    try:
        subject = json.loads(body)["data"]["object"]
        key = subject["metadata"]["key"] if subject["object"] == "payment_intent" else None
    except (ValueError, KeyError, TypeError):
        return None
    return key if isinstance(key, str) else None
