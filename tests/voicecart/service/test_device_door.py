"""What a paired device sends and gets: turns, one question to listen again, the cart, and no purchase unasked."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import requests

from commerce.linking.values import LinkKind
from skills.languages import languages
from tests.voicecart.service.devices import FarDevice, behind, paired, turn
from tests.voicecart.service.running import Server


@pytest.fixture
def device(server: Server) -> FarDevice:
    """Anna's kitchen device, with an empty cart."""
    with behind(server) as there:
        there.shop.carts.clear("anna")
    return paired(server)


def test_a_device_greets_fills_the_cart_and_reads_it(device: FarDevice) -> None:
    """What is said at the device stands in the cart that every other way to the shop sees too."""
    greeted = device.post("/api/v1/greeting", {}).json()
    assert greeted["status"] == "answered"
    assert greeted["turn"]["reply"]["speech"].startswith(("Hello Anna", "Hi Anna"))

    answered = device.says("add two rye breads to my cart")
    assert answered["reply"]["language"] == "en"
    assert [(line["sku"], line["quantity"]) for line in answered["cart"]] == [("RYE-BREAD-16OZ", 2)]

    cart = device.get("/api/v1/cart").json()
    assert cart["lines"] == answered["cart"]
    assert (cart["subtotal"], cart["currency"]) == (cart["lines"][0]["total"], "USD")


def test_the_same_turn_again_is_answered_and_not_done_again(device: FarDevice) -> None:
    """The answer was lost on the way, so the device sends the turn again: one bread, and the same words."""
    body = turn("add rye bread to my cart")
    first, second = device.post("/api/v1/turns", body).json(), device.post("/api/v1/turns", body).json()
    assert first == second
    assert device.get("/api/v1/cart").json()["lines"][0]["quantity"] == 1


def test_a_doubt_is_settled_by_the_devices_own_sound(device: FarDevice) -> None:
    """Two things were heard almost alike: the shop asks once, does nothing meanwhile, and the sound decides."""
    heard = ("add two blueberry muffins", "add two blueberry yogurts")
    for wanted, sku in zip(heard, ("BLUEBERRY-MUFFINS", "BLUEBERRY-YOGURT"), strict=True):
        body = turn(*heard, spoken=True)
        asked = device.post("/api/v1/turns", body).json()
        assert asked["status"] == "listen_again"
        assert wanted in asked["texts"]
        assert device.get("/api/v1/cart").json()["lines"] == []

        scores = [{"text": text, "log_likelihood": -3.0 if text == wanted else -30.0} for text in asked["texts"]]
        answered = device.post("/api/v1/turns", body | {"scores": scores}).json()
        assert answered["status"] == "answered"
        [line] = answered["turn"]["cart"]
        assert line["sku"].startswith(sku)
        device.says("clear my cart")
        device.says("yes")


def test_without_an_answer_the_words_decide(device: FarDevice) -> None:
    """The device has lost the sound and says so with no scores: it is answered all the same, never asked twice."""
    body = turn("add whole milk", "add oat milk", spoken=True)
    assert device.post("/api/v1/turns", body).json()["status"] == "listen_again"
    assert device.post("/api/v1/turns", body | {"scores": []}).json()["status"] == "answered"


def test_buying_is_off_until_the_owner_switches_it_on(device: FarDevice) -> None:
    """A new device buys nothing; switched on, it buys up to its cap; the code is no stranger's to read afterwards."""
    device.says("add rye bread to my cart")
    refused = device.says("check out")
    assert "switched off" in refused["reply"]["speech"]
    assert refused["expects"] == "anything"

    device.let_buy(cap=100)
    assert "may cost" in device.says("check out")["reply"]["speech"]

    device.let_buy(cap=2_000)
    assert device.says("check out")["expects"] == "confirm_quote"
    assert device.says("yes")["expects"] == "code"
    bought = device.says("4321")
    assert bought["text"] == "••••"
    assert [event.split()[0] for event in bought["done"]] == ["order.placed"]
    code = re.compile("(?<![0-9a-f])4321(?![0-9a-f])")  # by itself: random ids hold any four digits now and then
    assert code.search(device.server.log.read_text()) is None


def test_a_switch_that_was_turned_off_after_the_total_was_read_stops_the_purchase(device: FarDevice) -> None:
    """The owner switches buying off on the phone while the device waits for the yes: nothing is ordered."""
    device.let_buy()
    device.says("add rye bread to my cart")
    assert device.says("check out")["expects"] == "confirm_quote"
    device.let_buy(may_buy=False)
    device.says("yes")
    refused = device.says("4321")
    assert refused["done"] == []
    assert device.get("/api/v1/cart").json()["lines"] != []


def test_a_smart_speakers_token_opens_nothing_here(device: FarDevice) -> None:
    """Whoever got hold of a skill's access token can't be a device with it: all is refused, and nothing is added."""
    with behind(device.server) as there:
        token = there.access.linking.link("anna", LinkKind.SKILL, "alexa", "Echo").access
        assert there.access.linking.customer_of(token, LinkKind.SKILL) is not None
    stranger = FarDevice(device.server, token)
    refused = [
        stranger.post("/api/v1/greeting", {}),
        stranger.post("/api/v1/turns", turn("add rye bread to my cart")),
        stranger.get("/api/v1/cart"),
        stranger.get("/api/v1/shop"),
    ]
    assert [(answer.status_code, answer.json()["error"]) for answer in refused] == [(401, "unknown_device")] * 4
    assert device.get("/api/v1/cart").json()["lines"] == []


def test_the_description_says_whose_tokens_are_taken(server: Server) -> None:
    """Whoever builds a device reads in the document that no smart speaker's token will do."""
    document = requests.get(f"{server.url}/openapi.json", timeout=60).json()
    assert "smart speaker" in document["components"]["securitySchemes"]["device"]["description"]


def test_the_shop_tells_what_a_device_needs(device: FarDevice) -> None:
    """Name, language, currency, whose it is, what it may do, and words for a recogniser that takes a hint."""
    shop = device.get("/api/v1/shop").json()
    assert (shop["shop"], shop["language"], shop["currency"]) == ("home", "en", "USD")
    assert shop["device"] == {"name": "Kitchen", "may_buy": False, "spend_cap": None}
    assert "milk" in shop["hint"]


def test_a_device_that_asks_without_end_is_told_to_wait(server: Server) -> None:
    """A broken device asks in a circle: after 120 requests it waits, while another device of the house is served."""
    broken, other = paired(server), paired(server)
    answers = [broken.get("/api/v1/cart") for _ in range(121)]
    assert [answer.status_code for answer in answers] == [200] * 120 + [429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
    assert answers[-1].json()["error"] == "too_many_tries"
    assert other.get("/api/v1/cart").status_code == 200


BAD_TURNS: dict[str, Any] = {
    "not an object": [],
    "no turn id": {key: value for key, value in turn("hello").items() if key != "turn_id"},
    "an unknown field": turn("hello") | {"customer": "ben"},
    "a language nobody here speaks": turn("hello") | {"language": "xx"},
    "a language that is a path": turn("hello") | {"language": "../en"},
    "a text that is too long": turn("a" * 501),
    "a control character": turn("add milk\x00"),
    "too many hypotheses": turn(*["hello"] * 21),
    "a number as text": turn("hello") | {"spoken": "yes"},
    "a truth as a number": turn("hello") | {"hypotheses": [{"text": "hello", "log_probability": True}]},
    "an endless number": turn("hello") | {"hypotheses": [{"text": "hello", "log_probability": 1e300}]},
}


@pytest.mark.parametrize("body", BAD_TURNS.values(), ids=BAD_TURNS.keys())
def test_what_a_device_must_not_send_is_refused_with_a_reason(device: FarDevice, body: Any) -> None:
    """Nothing is passed over and nothing is mended; the answer names the field, not what stood in it."""
    answer = device.post("/api/v1/turns", body)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    assert set(answer.json()) == {"error", "message", "request_id"}


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b'{"turn_id": "a', "application/json", 400),
        (b'{"turn_id": "\xff"}', "application/json", 400),
        (b'{"turn_id": "\\ud800"}', "application/json", 400),
        (b"NaN", "application/json", 400),
        (b"turn_id=a", "application/x-www-form-urlencoded", 415),
        (b" " * (64 * 1024 + 1), "application/json", 413),
    ],
)
def test_bodies_that_are_no_json_of_this_size(device: FarDevice, body: bytes, kind: str, status: int) -> None:
    """Cut off, wrongly encoded, of another kind, too large: refused, and said in JSON."""
    headers = {"Authorization": f"Bearer {device.token}", "Content-Type": kind}
    answer = requests.post(f"{device.server.url}/api/v1/turns", data=body, headers=headers, timeout=60)
    assert answer.status_code == status
    assert set(answer.json()) == {"error", "message", "request_id"}


def test_the_description_names_every_language(server: Server) -> None:
    """A language was added: the document that devices are built from knows it."""
    document = requests.get(f"{server.url}/openapi.json", timeout=60).json()
    pattern = document["components"]["schemas"]["Language"]["pattern"]
    assert pattern.startswith(f"^({'|'.join(sorted(languages()))})")
    assert json.dumps(document)
