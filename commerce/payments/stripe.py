"""A payment gateway behind Stripe's API: https://docs.stripe.com/api/payment_intents (read 2026-11-22).

An intent is made first, which moves no money; its name is written down under the payment's key; only then it is
confirmed. So a charge is found again by our own key alone, without trusting how long Stripe remembers idempotency keys,
and a key that was given up has a mark in the place of the name: whoever comes late finds it and confirms nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from commerce.http_calls import NoAnswer, Unreachable, call
from commerce.payments.port import ChargeRequest, GatewayAnswer, GatewayState, GatewayTimeout, RefundRequest
from commerce.storage.database import Database
from commerce.storage.once import insert_once
from commerce.storage.payment_tables import StripeIntentRow

API = "https://api.stripe.com"
GIVEN_UP = ""
NOT_SO_NOW = {401, 403, 409, 429}  # our settings are wrong, or somebody is at it: ask again later

_STATES = {
    "succeeded": GatewayState.CAPTURED,
    "processing": GatewayState.PENDING,
    "requires_action": GatewayState.PENDING,
    "requires_capture": GatewayState.PENDING,
    "canceled": GatewayState.VOIDED,
    "requires_confirmation": GatewayState.UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class StripeAccount:
    """Whose money it is. finish_page: a page that finishes a payment with Stripe's own script; it gets
    `?payment_intent_client_secret=...`. "" where Stripe redirects by itself.
    """

    secret_key: str = field(repr=False)
    finish_page: str = ""
    api: str = API


class StripeGateway:
    """A `PaymentGateway`. A token is a payment method ("pm_..."), or a customer with one ("cus_.../pm_...")."""

    def __init__(self, account: StripeAccount, database: Database) -> None:
        self._account = account
        self._database = database

    def charge(self, request: ChargeRequest, patience: float) -> GatewayAnswer:
        """Make an intent, write it down, confirm it. Raises GatewayTimeout."""
        known = self._intent(request.key)
        if known is None:
            made = self._made(request, patience / 3)
            if made.get("error"):
                return GatewayAnswer(request.key, GatewayState.DECLINED, "", _reason(made))
            known = self._write_down(request.key, str(made["id"]))
            if known != made["id"]:
                self._post(request.key, f"/v1/payment_intents/{made['id']}/cancel", {}, patience / 3)
        if known == GIVEN_UP:
            return GatewayAnswer(request.key, GatewayState.VOIDED)
        answer = self._post(
            request.key, f"/v1/payment_intents/{known}/confirm", {}, patience / 2, f"{request.key}-confirm"
        )
        return self._answer(request.key, answer)

    def state(self, key: str, patience: float) -> GatewayAnswer:
        """What became of the intent that was written down for the key. Raises GatewayTimeout."""
        known = self._intent(key)
        if known is None:
            return GatewayAnswer(key, GatewayState.UNKNOWN)
        if known == GIVEN_UP:
            return GatewayAnswer(key, GatewayState.VOIDED)
        return self._answer(key, self._get(key, f"/v1/payment_intents/{known}", {}, patience))

    def void(self, key: str, patience: float) -> GatewayAnswer:
        """Cancel the intent, or bar the key when there is none; final. Raises GatewayTimeout."""
        known = self._write_down(key, GIVEN_UP)
        if known == GIVEN_UP:
            return GatewayAnswer(key, GatewayState.VOIDED)
        answer = self._post(key, f"/v1/payment_intents/{known}/cancel", {}, patience / 2)
        if not answer.get("error"):
            return self._answer(key, answer)
        now = self.state(key, patience / 2)  # it can't be cancelled because it is decided, or being decided
        if now.state is GatewayState.UNKNOWN:
            raise GatewayTimeout(key, patience)
        return now

    def refund(self, request: RefundRequest, patience: float) -> None:
        """Give money back once: what was given back under the key is looked for first. Raises GatewayTimeout."""
        known = self._intent(request.charge_key)
        made = self._get(request.key, "/v1/refunds", {"payment_intent": known or "", "limit": "100"}, patience / 2)
        if any(refund["metadata"].get("key") == request.key for refund in made.get("data", ())):
            return
        fields = {
            "payment_intent": known or "",
            "amount": str(request.amount.amount),
            "metadata[key]": request.key,
        }
        answer = self._post(request.key, "/v1/refunds", fields, patience / 2, request.key)
        if answer.get("error"):
            raise GatewayTimeout(request.key, patience)  # it stays in the outbox, where it is seen

    def _made(self, request: ChargeRequest, patience: float) -> dict[str, Any]:
        owner, _, method = request.token.rpartition("/")
        fields = {
            "amount": str(request.amount.amount),
            "currency": request.amount.currency.lower(),
            "payment_method": method,
            "metadata[key]": request.key,
            "metadata[order]": request.reference,
            **({"customer": owner} if owner else {}),
        }
        return self._post(request.key, "/v1/payment_intents", fields, patience, request.key)

    def _answer(self, key: str, intent: Mapping[str, Any]) -> GatewayAnswer:
        if error := intent.get("error"):
            intent = error.get("payment_intent") or {"status": "requires_payment_method", "last_payment_error": error}
        status = str(intent["status"])
        if status == "requires_payment_method":
            return GatewayAnswer(key, GatewayState.DECLINED, str(intent.get("id", "")), _reason(intent))
        finish_at = self._finish_at(intent) if status == "requires_action" else ""
        return GatewayAnswer(key, _STATES[status], str(intent["id"]), "", finish_at)

    def _finish_at(self, intent: Mapping[str, Any]) -> str:
        redirect = (intent.get("next_action") or {}).get("redirect_to_url") or {}
        secret = urlencode({"payment_intent_client_secret": intent["client_secret"]})
        return str(redirect.get("url") or f"{self._account.finish_page}?{secret}")

    def _intent(self, key: str) -> str | None:
        with self._database.reading() as session:
            row = session.get(StripeIntentRow, key)
            return None if row is None else row.intent

    def _write_down(self, key: str, intent: str) -> str:
        """What is written down for the key now: this, or what came first."""
        with self._database.transaction() as session:
            insert_once(session, StripeIntentRow, key=key, intent=intent)
            return session.get_one(StripeIntentRow, key).intent

    def _get(self, key: str, path: str, fields: Mapping[str, str], patience: float) -> dict[str, Any]:
        return self._call(key, "GET", f"{path}?{urlencode(fields)}", None, patience, "")

    def _post(
        self, key: str, path: str, fields: Mapping[str, str], patience: float, idempotency_key: str = ""
    ) -> dict[str, Any]:
        return self._call(key, "POST", path, urlencode(fields).encode(), patience, idempotency_key)

    def _call(
        self, key: str, method: str, path: str, body: bytes | None, patience: float, idempotency_key: str
    ) -> dict[str, Any]:
        headers = {
            "Authorization": f"Bearer {self._account.secret_key}",
            "Content-Type": "application/x-www-form-urlencoded",
            **({"Idempotency-Key": idempotency_key} if idempotency_key else {}),
        }
        try:
            answer = call(method, self._account.api + path, patience, body, headers)
            document = json.loads(answer.body)
        except (Unreachable, NoAnswer, ValueError) as error:
            raise GatewayTimeout(key, patience) from error
        if answer.status >= 500 or answer.status in NOT_SO_NOW or not isinstance(document, dict):
            raise GatewayTimeout(key, patience)
        return document


def _reason(document: Mapping[str, Any]) -> str:
    error = document.get("error") or document.get("last_payment_error") or {}
    return str(error.get("message") or "the payment was refused")
