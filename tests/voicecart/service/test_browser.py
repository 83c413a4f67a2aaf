"""The account in a real browser on a phone's screen, by keyboard: no page has a barrier, and a speaker is linked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import requests
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from commerce.linking.values import LinkKind
from tests.voicecart.service.browsers import barriers, chromium, presses, types
from tests.voicecart.service.conftest import shop_database
from tests.voicecart.service.devices import FarDevice, behind
from tests.voicecart.service.pkce import CHALLENGE, VERIFIER
from tests.voicecart.service.running import Server, running_server
from tests.voicecart.service.visiting import PASSWORD

CLIENT, SECRET = "speaker-platform", "a secret of the platform's own making"
PAGES = ("", "devices", "orders", "addresses", "code", "payment", "messages", "data")
WITHIN = 30  # seconds that a page may take on a busy machine


def test_a_customer_on_a_phone(tmp_path: Path) -> None:
    """Led from the speaker's app to sign up and link it; then a device is let in and may buy; no page has a barrier."""
    with a_platform() as back, chromium() as browser:
        settings = {
            "database": shop_database(tmp_path),
            "oauth_client_id": CLIENT,
            "oauth_client_secret": SECRET,
            "oauth_redirect_uris": back,
        }
        with running_server(tmp_path, settings, "--no-work", "--workers", "1") as server:
            tokens = _links_a_speaker(browser, server, back)
            _lets_a_device_in(browser, server)
            found = [barrier for place in PAGES for barrier in _barriers_of(browser, f"{server.url}/account/{place}")]
            presses(browser, "Log out")
            _waits_for(browser, "Log in")
            strangers = ("login", "signup", "forgot", "reset?token=x")
            found += [one for place in strangers for one in _barriers_of(browser, f"{server.url}/account/{place}")]
            with behind(server) as there:
                speaker = there.access.linking.customer_of(tokens["access_token"], LinkKind.SKILL)
                assert speaker is not None
                assert there.shop.customers.get(speaker.customer).name == "Fay"
    assert found == []


def _links_a_speaker(browser: Chrome, server: Server, back: str) -> dict[str, Any]:
    """What the platform gets, after the customer has signed up on the way."""
    asked = {"response_type": "code", "client_id": CLIENT, "redirect_uri": back, "state": "xyz"}
    asked |= {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
    browser.get(f"{server.url}/oauth/authorize?{urlencode(asked)}")
    browser.find_element(By.LINK_TEXT, "Make a new account").click()
    _waits_for(browser, "New account")
    types(browser, "Your name", "Fay")
    types(browser, "E-mail address", "fay@example.com")
    types(browser, "Password", PASSWORD)
    presses(browser, "Make the account")
    _waits_for(browser, "Link your speaker to Harvest Home Market?")
    assert barriers(browser) == []
    presses(browser, "Link it")
    WebDriverWait(browser, WITHIN).until(lambda shown: shown.current_url.startswith(back))
    told = parse_qs(urlsplit(browser.current_url).query)
    assert told["state"] == ["xyz"]
    fields = {"grant_type": "authorization_code", "code": told["code"][0], "redirect_uri": back}
    fields["code_verifier"] = VERIFIER
    answer = requests.post(f"{server.url}/oauth/token", data=fields, auth=(CLIENT, SECRET), timeout=60)
    tokens: dict[str, Any] = answer.json()
    return tokens


def _lets_a_device_in(browser: Chrome, server: Server) -> None:
    pairing = requests.post(f"{server.url}/api/v1/pairings", json={"name": "Kitchen"}, timeout=60).json()
    browser.get(pairing["verification_url"])
    types(browser, "Code that the device shows", pairing["user_code"])
    presses(browser, "Look it up")
    _waits_for(browser, "Let “Kitchen” in?")
    assert barriers(browser) == []
    presses(browser, "Let it in")
    _waits_for(browser, "Your devices")
    code = {"device_code": pairing["device_code"]}
    token = requests.post(f"{server.url}/api/v1/pairings/token", json=code, timeout=60).json()["token"]
    browser.refresh()
    [switch] = [
        element
        for element in browser.find_elements(By.CSS_SELECTOR, "form.card")
        if element.accessible_name == "Kitchen"
    ]
    switch.find_element(By.CSS_SELECTOR, "input[type=checkbox]").send_keys(" ")
    presses(browser, "Save Kitchen")
    WebDriverWait(browser, WITHIN).until(lambda shown: "told=saved" in shown.current_url)
    assert FarDevice(server, token).get("/api/v1/shop").json()["device"]["may_buy"]


def _barriers_of(browser: Chrome, address: str) -> list[str]:
    browser.get(address)
    return barriers(browser)


def _waits_for(browser: Chrome, heading: str) -> None:
    def is_shown(shown: Chrome) -> bool:
        return any(element.text == heading for element in shown.find_elements(By.TAG_NAME, "h1"))

    WebDriverWait(browser, WITHIN, ignored_exceptions=[Exception]).until(is_shown)


@contextmanager
def a_platform() -> Iterator[str]:
    """Where a speaker's platform takes its customers back."""
    listening = HTTPServer(("127.0.0.1", 0), _Back)
    thread = Thread(target=listening.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.server_port}/back"
    finally:
        listening.shutdown()
        thread.join()
        listening.server_close()


class _Back(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"Your account is linked.")

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""
