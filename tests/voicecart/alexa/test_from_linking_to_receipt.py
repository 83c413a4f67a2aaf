"""The whole way of a shopper with a smart speaker: linked in a browser, bought by voice, receipt, news, and on at home.

Everything is real: the server with its worker processes and its background work, a browser, an SMTP server, signed
requests under an authority of the tests' own; only Amazon's services are on this machine.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests as http
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from commerce.linking.linking import NEW_SPEAKER
from commerce.notifications.smtp import MailServer
from tests.commerce.notifications.event_servers import Amazon, event_server
from tests.commerce.notifications.mail_servers import Inbox, mail_server
from tests.voicecart.alexa import requests
from tests.voicecart.alexa.authority import Authority, headers_for, pem, place
from tests.voicecart.alexa.speaker import speech
from tests.voicecart.service.browsers import chromium, presses, types
from tests.voicecart.service.conftest import shop_database
from tests.voicecart.service.devices import behind
from tests.voicecart.service.pkce import CHALLENGE, VERIFIER
from tests.voicecart.service.running import Server, running_server

CLIENT, SECRET = "alexa", "a secret of the platform's own making"
EMAIL, PASSWORD, CODE = "carla@shoppers.example", "correct horse battery", "4711"
PATIENCE = 90.0  # seconds, on a machine that is busy with other things


@dataclass(slots=True)
class World:
    """The server, and everything around it."""

    server: Server
    browser: Chrome
    database: str
    inbox: Inbox
    amazon: Amazon
    back: str
    attributes: dict[str, Any] = field(default_factory=dict)
    token: str = ""

    def says(self, name: str, /, **slots: str) -> dict[str, Any]:
        """An intent at the speaker, over HTTP; on a machine that is busy its answer may only come with the next one."""
        response = self.sends(requests.intent(datetime.now(UTC), name, self.token, **slots))
        while "late" in self.attributes:
            response = self.sends(requests.intent(datetime.now(UTC), "AMAZON.HelpIntent", self.token))
        return response

    def sends(self, made: dict[str, Any]) -> dict[str, Any]:
        """A signed request; the response."""
        if "session" in made:
            made["session"]["attributes"] = self.attributes
        body = json.dumps(made).encode()
        answer = http.post(f"{self.server.url}/alexa", data=body, headers=headers_for(body), timeout=60)
        assert answer.status_code == 200, answer.text
        document: dict[str, Any] = answer.json()
        self.attributes = document.get("sessionAttributes") or {}
        response: dict[str, Any] = document["response"]
        return response


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Carla is a customer with an e-mail address, and has no password, no code and no speaker yet."""
    authority = Authority(datetime.now(UTC))
    (tmp_path / "roots.pem").write_bytes(pem(authority.root))
    place(tmp_path / "chains", pem(authority.leaf()))
    inbox, amazon = Inbox(), Amazon()
    database = shop_database(tmp_path)
    with ExitStack() as stack:
        mail = stack.enter_context(mail_server(inbox))
        events = stack.enter_context(event_server(amazon))
        back = f"{events.events_url.rpartition('/v1')[0]}/linked"
        ours = {
            "database": database,
            "oauth_client_id": CLIENT,
            "oauth_client_secret": SECRET,
            "oauth_redirect_uris": back,
            "alexa_skill_id": requests.SKILL,
            "alexa_cert_cache": str(tmp_path / "chains"),
            "alexa_trust_roots": str(tmp_path / "roots.pem"),
            "alexa_client_id": "skill",
            "alexa_client_secret": "secret",
            "alexa_login_url": events.token_url,
            "alexa_events_url": events.events_url,
            **_mail_settings(mail),
        }
        server = stack.enter_context(running_server(tmp_path, ours))
        browser = stack.enter_context(chromium())
        yield World(server, browser, database, inbox, amazon, back)


def _mail_settings(mail: MailServer) -> dict[str, str]:
    return {"mail_host": mail.host, "mail_port": str(mail.port), "mail_security": "none", "mail_from": mail.sender}


def test_a_shopper_from_linking_to_the_next_cart(world: World) -> None:
    """Password, code and link on the account's pages; launch, and the switch to buy; two items, cart, balance, order
    status, the usual again, checkout with the code; one order comes of it, with a receipt by mail and the news at the
    speaker; and the next cart is the same at the keyboard.
    """
    before = _orders(world)
    _chooses_a_password(world)
    _sets_the_code(world)
    world.token = _links_the_speaker(world)
    world.sends(requests.event(datetime.now(UTC), "SkillAccountLinked", accessToken=world.token))
    subscription = {"subscriptions": [{"eventName": "AMAZON.OrderStatus.Updated"}]}
    world.sends(requests.event(datetime.now(UTC), "ProactiveSubscriptionChanged", **subscription))

    assert "Carla" in speech(world.sends(requests.launch(datetime.now(UTC), world.token)))
    _lets_the_speaker_buy(world)
    assert "oat milk" in speech(world.says("AddToCart", items="a half gallon carton of oat milk"))
    assert "bananas" in speech(world.says("AddToCart", quantity="2", product="bananas"))
    assert "bananas" in speech(world.says("ReadCart"))
    assert "forty-two dollars" in speech(world.says("CheckBalance"))
    assert "delivered" in speech(world.says("OrderStatus"))
    assert "Shall I add all of it?" in speech(world.says("Reorder"))
    world.says("AMAZON.YesIntent")
    assert "the total with tax is" in speech(world.says("Checkout"))
    assert "code" in speech(world.says("AMAZON.YesIntent"))
    bought = world.says("GiveCode", code=CODE)
    number = bought["card"]["title"].removeprefix("Order ")

    assert _orders(world) - before == {number}
    _wait_for(lambda: any(f"Order {number} is paid" == str(mail["Subject"]) for mail in world.inbox.messages))
    assert {str(mail["To"]) for mail in world.inbox.messages} == {EMAIL}
    _wait_for(lambda: bool(world.amazon.events))
    [(_, told)] = world.amazon.events
    assert told["event"]["payload"]["state"]["status"] == "ORDER_RECEIVED"
    assert told["relevantAudience"]["payload"]["user"] == requests.USER

    world.says("AddToCart", items="a bunch of bananas")
    assert [line["name"] for line in _typed(world, "what's in my cart")["cart"]] == ["Bananas, bunch"]


def _chooses_a_password(world: World) -> None:
    """By the link that is mailed to whoever has none, or has forgotten it; then log in with it."""
    browser = world.browser
    browser.get(f"{world.server.url}/account/forgot")
    types(browser, "E-mail address", EMAIL)
    presses(browser, "Send the mail")
    _wait_for(lambda: bool(world.inbox.messages))
    [mail] = world.inbox.messages
    body = mail.get_body(("plain",))
    assert body is not None
    [link] = re.findall(r"http://\S+", body.get_content())
    browser.get(link)
    types(browser, "New password", PASSWORD)
    presses(browser, "Set the password")
    _waits_for_page(world, "/account/login?told=password")
    types(browser, "E-mail address", EMAIL)
    types(browser, "Password", PASSWORD)
    presses(browser, "Log in")
    _waits_for_page(world, "/account/")


def _sets_the_code(world: World) -> None:
    browser = world.browser
    browser.get(f"{world.server.url}/account/code")
    types(browser, "New code", CODE)
    types(browser, "New code once more", CODE)
    types(browser, "Your password", PASSWORD)
    presses(browser, "Set the code")
    _waits_for_page(world, "/account/code?told=code")


def _links_the_speaker(world: World) -> str:
    """Allow it, as the speaker's app asks; the platform then exchanges the code that the browser was led back with."""
    asked = {
        "response_type": "code",
        "client_id": CLIENT,
        "redirect_uri": world.back,
        "state": "a state",
        "scope": "shopping",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    browser = world.browser
    browser.get(f"{world.server.url}/oauth/authorize?{urlencode(asked)}")
    presses(browser, "Link it")
    WebDriverWait(browser, PATIENCE).until(lambda shown: shown.current_url.startswith(world.back))
    led_back = parse_qs(urlsplit(browser.current_url).query)
    assert led_back["state"] == ["a state"]
    fields = {
        "grant_type": "authorization_code",
        "code": led_back["code"][0],
        "redirect_uri": world.back,
        "code_verifier": VERIFIER,
    }
    answer = http.post(f"{world.server.url}/oauth/token", data=fields, auth=(CLIENT, SECRET), timeout=60)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["access_token"])


def _lets_the_speaker_buy(world: World) -> None:
    """The switch of the loudspeaker that was just spoken to."""
    browser = world.browser
    browser.get(f"{world.server.url}/account/devices")
    cards = browser.find_elements(By.CSS_SELECTOR, "form.card")
    [card] = [one for one in cards if one.accessible_name == NEW_SPEAKER]
    card.find_element(By.NAME, "may_buy").send_keys(" ")
    presses(browser, f"Save {NEW_SPEAKER}")
    _waits_for_page(world, "/account/devices?told=saved")


def _waits_for_page(world: World, path: str) -> None:
    WebDriverWait(world.browser, PATIENCE).until(lambda shown: shown.current_url == f"{world.server.url}{path}")


def _orders(world: World) -> set[str]:
    """Numbers of Carla's orders, as they stand in the database."""
    with behind(world.server) as there:
        return {order.number for order in there.shop.orders.list("carla", 100)}


def _typed(world: World, text: str) -> dict[str, Any]:
    """One line to `voicecart chat`."""
    chat = [str(Path(sys.executable).with_name("voicecart")), "chat", "--json", "--shop", "home"]
    ended = subprocess.run(
        [*chat, "--customer", "carla", "--database", world.database],
        input=f"{text}\n",
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
        env=os.environ | {"VOICECART_DEVICE": "keyboard"},
    )
    turn: dict[str, Any] = json.loads(ended.stdout.splitlines()[0])
    return turn


def _wait_for(there: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not there():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.1)
