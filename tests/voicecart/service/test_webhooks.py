"""Stripe's messages: only what carries its signature is looked at, and nothing is there while Stripe is not set up."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import requests

from commerce.signatures import sign
from tests.voicecart.service.conftest import shop_database
from tests.voicecart.service.running import Server, running_server

SECRET = "whsec_of_a_test"
BODY = json.dumps(
    {"type": "payment_intent.succeeded", "data": {"object": {"object": "payment_intent", "metadata": {"key": "pay-1"}}}}
).encode()


@pytest.fixture(scope="module")
def with_stripe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose payments go through Stripe."""
    folder = tmp_path_factory.mktemp("stripe")
    settings = {"database": shop_database(folder), "stripe_key": "sk_test_1", "stripe_webhook_secret": SECRET}
    with running_server(folder, settings, "--no-work", "--workers", "1") as server:
        yield server


def test_a_signed_message_is_taken(with_stripe: Server) -> None:
    """It is about a payment that this shop never made: taken, and nothing comes of it."""
    answer = _post(with_stripe, BODY, sign(SECRET, BODY, datetime.now(UTC)))
    assert (answer.status_code, answer.json()) == (200, {"counted": False})


def test_what_is_not_signed_as_agreed_is_refused(with_stripe: Server) -> None:
    """No signature, another secret's, one of an hour ago, a changed body, a body without end."""
    now = datetime.now(UTC)
    wrong = [
        (BODY, ""),
        (BODY, sign("whsec_of_somebody", BODY, now)),
        (BODY, sign(SECRET, BODY, now - timedelta(hours=1))),
        (BODY.replace(b"pay-1", b"pay-2"), sign(SECRET, BODY, now)),
    ]
    assert [_post(with_stripe, body, header).status_code for body, header in wrong] == [400] * 4
    large = b" " * (256 * 1024 + 1)
    assert _post(with_stripe, large, sign(SECRET, large, now)).status_code == 413


def test_without_stripe_there_is_nothing(server: Server) -> None:
    """The shop takes payments otherwise: 404, whatever is sent."""
    assert _post(server, BODY, sign(SECRET, BODY, datetime.now(UTC))).status_code == 404


def _post(server: Server, body: bytes, signature: str) -> requests.Response:
    headers = {"Stripe-Signature": signature, "Content-Type": "application/json"}
    return requests.post(f"{server.url}/webhooks/stripe", data=body, headers=headers, timeout=60)
