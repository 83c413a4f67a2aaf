"""POST /webhooks/stripe: the payment provider's own messages, taken only with its signature."""

from __future__ import annotations

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from commerce.errors import BadSignature, StaleSignature, StorageError
from commerce.payments.port import GatewayTimeout
from voicecart.assembly import Assembly
from voicecart.service.failures import Refused, refusal

LARGEST_MESSAGE = 256 * 1024  # bytes


def blueprint(assembly: Assembly) -> Blueprint:
    """One endpoint a provider; there is none while the provider is not set up."""
    part = Blueprint("webhooks", __name__, url_prefix="/webhooks")

    @part.before_request
    def bound() -> None:
        request.max_content_length = LARGEST_MESSAGE

    @part.errorhandler(GatewayTimeout)
    @part.errorhandler(StorageError)
    def later(_error: GatewayTimeout | StorageError) -> ResponseReturnValue:
        return refusal(Refused(503, "busy", "the message was not taken; send it again", retry_after=60))

    @part.post("/stripe")
    def stripe() -> ResponseReturnValue:
        events = assembly.stripe_events()
        if events is None:
            raise Refused(404, "not_set_up", "no payments by Stripe here")
        try:
            counted = events.take(request.headers.get("Stripe-Signature", ""), request.get_data(cache=False))
        except (BadSignature, StaleSignature) as error:
            raise Refused(400, error.code, "the message is not signed as agreed") from error
        return jsonify(counted=counted)

    return part
