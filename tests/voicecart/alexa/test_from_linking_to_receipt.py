"""The whole way of a shopper with a smart speaker: linked in a browser, bought by voice, receipt, news, and on at home.

Everything is real: the server with its worker processes and its background work, a browser, an SMTP server, signed
requests under an authority of the tests' own; only Amazon's services are on this machine.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
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
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from commerce.access import Access
from commerce.clock import SystemClock
from commerce.notifications.smtp import MailServer
from commerce.payments.trial_gateway import TrialGateway
from commerce.shop import Shop
from commerce.storage.database import Database
from tests.commerce.notifications.event_servers import Amazon, event_server
from tests.commerce.notifications.mail_servers import Inbox, mail_server
from tests.voicecart.alexa import requests
from tests.voicecart.alexa.authority import Authority, headers_for, pem, place
from tests.voicecart.alexa.speaker import speech
from tests.voicecart.service.conftest import shop_database
from tests.voicecart.service.running import Server, running_server

CLIENT, SECRET = "alexa", "a secret of the platform's own making"
EMAIL, PASSWORD, CODE = "carla@shoppers.example", "correct horse battery", "4711"
VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
PATIENCE = 90.0  # seconds, on a machine that is busy with other things


@dataclass(slots=True)
class World:
    """The server, and everything around it."""

    server: Server
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
    """Carla has a password, an e-mail address and a code; nothing is linked yet."""
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
        _opened(database, _give_a_password)
        server = stack.enter_context(running_server(tmp_path, ours))
        yield World(server, database, inbox, amazon, back)


def _mail_settings(mail: MailServer) -> dict[str, str]:
    return {"mail_host": mail.host, "mail_port": str(mail.port), "mail_security": "none", "mail_from": mail.sender}


def _opened(database: str, work: Callable[[Shop, Access], Any]) -> Any:
    """Do something in the shop, from outside of the server."""
    opened = Database.open(database)
    try:
        shop = Shop.open(opened, "home", SystemClock(), TrialGateway())
        return work(shop, Access.open(opened, shop.info, SystemClock()))
    finally:
        opened.close()


def _give_a_password(shop: Shop, access: Access) -> None:
    access.logins.set_password("carla", EMAIL, PASSWORD)
    shop.customers.set_code("carla", CODE)


def test_a_shopper_from_linking_to_the_next_cart(world: World) -> None:
    """Link, launch, two items, cart, balance, order status, the usual again, checkout with the code; one order comes of
    it, with a receipt by mail and the news at the speaker; and the next cart is the same at the keyboard.
    """

    before = _orders(world)
    world.token = _linked_in_a_browser(world)
    world.sends(requests.event(datetime.now(UTC), "SkillAccountLinked", accessToken=world.token))
    subscription = {"subscriptions": [{"eventName": "AMAZON.OrderStatus.Updated"}]}
    world.sends(requests.event(datetime.now(UTC), "ProactiveSubscriptionChanged", **subscription))

    assert "Carla" in speech(world.sends(requests.launch(datetime.now(UTC), world.token)))
    _opened(world.database, _switch_buying_on)
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


def _linked_in_a_browser(world: World) -> str:
    """Log in and allow the speaker, in a real browser; the platform then exchanges the code it was led back with."""
    asked = {
        "response_type": "code",
        "client_id": CLIENT,
        "redirect_uri": world.back,
        "state": "a state",
        "scope": "shopping",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    options = webdriver.ChromeOptions()
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    options.binary_location = "/usr/bin/chromium"
    browser = webdriver.Chrome(options, webdriver.ChromeService("/usr/bin/chromedriver"))
    try:
        browser.get(f"{world.server.url}/oauth/authorize?{urlencode(asked)}")
        browser.find_element(By.NAME, "email").send_keys(EMAIL)
        browser.find_element(By.NAME, "password").send_keys(PASSWORD)
        browser.find_element(By.XPATH, "//button[text()='Log in']").click()
        allow = WebDriverWait(browser, PATIENCE).until(
            lambda shown: shown.find_element(By.XPATH, "//button[@name='decision' and @value='allow']")
        )
        allow.click()
        WebDriverWait(browser, PATIENCE).until(lambda shown: shown.current_url.startswith(world.back))
        led_back = parse_qs(urlsplit(browser.current_url).query)
    finally:
        browser.quit()
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


def _switch_buying_on(_shop: Shop, access: Access) -> None:
    """As Carla does on her account's page."""
    for speaker in access.linking.links("carla")[0].speakers:
        access.linking.set_speaker("carla", speaker.key, speaker.name, True, None)


def _orders(world: World) -> set[str]:
    listed = _opened(world.database, lambda shop, _: shop.orders.list("carla", 100))
    return {order.number for order in listed}


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
