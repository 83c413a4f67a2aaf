"""The devices' page: a code is looked at before it is approved, and each device has its own switch and cap."""

from __future__ import annotations

import re

import pytest
import requests

from commerce.linking.values import LinkKind
from tests.voicecart.service.devices import FarDevice, behind
from tests.voicecart.service.running import Server
from tests.voicecart.service.visiting import Visitor, newcomer


@pytest.fixture(scope="module")
def owner(server: Server) -> Visitor:
    """Somebody with an account."""
    return newcomer(server, "tom@example.com", "Tom")


def test_the_page_wants_somebody_logged_in(server: Server) -> None:
    """Whoever opens the address that the device shows logs in first, and comes back to it."""
    answer = Visitor(server).goes("/account/devices")
    assert answer.url == f"{server.url}/account/login?after=/account/devices"


def test_a_device_is_let_in_switched_on_and_sent_away(server: Server, owner: Visitor) -> None:
    """The owner reads its name, approves it under another, lets it buy up to a cap, and unlinks it."""
    pairing = requests.post(f"{server.url}/api/v1/pairings", json={"name": "<b>Speaker</b>"}, timeout=60).json()
    owner.goes("/account/devices")
    owner.sends("/account/devices/code", code=pairing["user_code"].lower().replace("-", " "))
    assert "Let “&lt;b&gt;Speaker&lt;/b&gt;” in?" in owner.page
    owner.sends("/account/devices/decision", code=pairing["user_code"], name="Kitchen", decision="approve")
    assert owner.says().startswith("The device is let in,")

    token = requests.post(
        f"{server.url}/api/v1/pairings/token", json={"device_code": pairing["device_code"]}, timeout=60
    ).json()["token"]
    device = FarDevice(server, token)
    assert device.get("/api/v1/shop").json()["device"] == {"name": "Kitchen", "may_buy": False, "spend_cap": None}

    owner.goes("/account/devices")
    [speaker] = re.findall(r"/account/devices/speakers/([\w-]+)", owner.page)
    owner.sends(f"/account/devices/speakers/{speaker}", name="Kitchen", may_buy="yes", spend_cap="25.50")
    assert owner.says() == "Your changes are saved."
    assert device.get("/api/v1/shop").json()["device"] == {"name": "Kitchen", "may_buy": True, "spend_cap": 2550}

    owner.sends(f"/account/devices/speakers/{speaker}", name="Kitchen", may_buy="yes", spend_cap="much")
    assert "is no amount" in owner.says()

    [link] = re.findall(r"/account/devices/links/(\d+)/unlink", owner.page)
    owner.sends(f"/account/devices/links/{link}/unlink")
    assert device.get("/api/v1/shop").status_code == 401


def test_a_device_is_turned_away(server: Server, owner: Visitor) -> None:
    """Somebody else's device shows the code: it gets nothing, and the code is worth nothing any more."""
    pairing = requests.post(f"{server.url}/api/v1/pairings", json={}, timeout=60).json()
    owner.goes("/account/devices")
    owner.sends("/account/devices/decision", code=pairing["user_code"], decision="deny")
    assert owner.says() == "The device was turned away."
    owner.sends("/account/devices/code", code=pairing["user_code"])
    assert owner.says() == "No device waits with this code."


def test_nobody_changes_the_speakers_of_somebody_else(server: Server, owner: Visitor) -> None:
    """Tom sends forms with Anna's numbers: her speaker and her link stay as they are."""
    with behind(server) as there:
        tokens = there.access.linking.link("anna", LinkKind.DEVICE, "device", "Attic")
        links = there.access.linking.links("anna")
        [link] = [one for one in links if one.speakers[0].name == "Attic"]
    owner.goes("/account/devices")
    owner.sends(f"/account/devices/speakers/{link.speakers[0].key}", name="Tom's", may_buy="yes")
    owner.sends(f"/account/devices/links/{link.id}/unlink")
    assert FarDevice(server, tokens.access).get("/api/v1/shop").json()["device"]["name"] == "Attic"
