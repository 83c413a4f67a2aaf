"""Account linking over HTTP: what a speaker's platform may do, and everything that must not lead to a token."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests

from commerce.linking.values import LinkKind
from tests.voicecart.service.conftest import shop_database
from tests.voicecart.service.devices import behind
from tests.voicecart.service.pkce import CHALLENGE, VERIFIER
from tests.voicecart.service.running import Server, running_server
from tests.voicecart.service.visiting import Visitor, newcomer

CLIENT, SECRET = "speaker-platform", "a secret of the platform's own making"
BACK = "https://layla.example/api/skill/link/M1"


@dataclass(slots=True)
class Platform:
    """A smart speaker's platform, and a customer's browser that it leads to the shop."""

    server: Server
    owner: Visitor

    def asks(self, **changes: str) -> requests.Response:
        """Lead the customer to the page where linking is allowed."""
        return self.owner.goes(self._page(**changes))

    def is_allowed(self, decision: str = "allow", **changes: str) -> dict[str, list[str]]:
        """What comes back with the browser once the customer has decided."""
        assert self.asks(**changes).status_code == 200, self.owner.says()
        answer = self.owner.sends(self._page(**changes), follow=False, decision=decision)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith(f"{BACK}?")
        return parse_qs(urlsplit(answer.headers["Location"]).query)

    def exchanges(self, **fields: str) -> requests.Response:
        """POST to the token endpoint, with the client's secret."""
        return self.posts("token", fields, (CLIENT, SECRET))

    def posts(self, endpoint: str, fields: dict[str, str], auth: tuple[str, str] | None) -> requests.Response:
        """POST to an endpoint as a program does."""
        return requests.post(f"{self.server.url}/oauth/{endpoint}", data=fields, auth=auth, timeout=60)

    def exchanges_code(self, code: str, /, **changes: str) -> requests.Response:
        """Exchange a code as the platform does."""
        fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": VERIFIER}
        return self.exchanges(**{**fields, **changes})

    def is_linked(self) -> dict[str, Any]:
        """Everything up to the first tokens."""
        answer = self.exchanges_code(self.is_allowed()["code"][0])
        assert answer.status_code == 200, answer.text
        tokens: dict[str, Any] = answer.json()
        return tokens

    def refreshes(self, refresh_token: str) -> requests.Response:
        """Exchange a refresh token."""
        return self.exchanges(grant_type="refresh_token", refresh_token=refresh_token)

    def speaks_for(self, access_token: str) -> str | None:
        """Whom the shop takes the speaker's user for."""
        with behind(self.server) as there:
            speaker = there.access.linking.customer_of(access_token, LinkKind.SKILL)
        return None if speaker is None else speaker.customer

    def _page(self, **changes: str) -> str:
        asked = {
            "response_type": "code",
            "client_id": CLIENT,
            "redirect_uri": BACK,
            "state": "st&te=1",
            "scope": "shopping",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
            **changes,
        }
        return f"/oauth/authorize?{urlencode(asked)}"


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """A server to which a platform's client is known, and a customer who is logged in."""
    folder = tmp_path_factory.mktemp("linking")
    settings = {
        "database": shop_database(folder),
        "oauth_client_id": CLIENT,
        "oauth_client_secret": SECRET,
        "oauth_redirect_uris": f"https://pitangui.example/link {BACK}",
    }
    with running_server(folder, settings, "--no-work") as server:
        yield Platform(server, newcomer(server, "una@example.com", "Una"))


def test_a_speaker_is_linked(platform: Platform) -> None:
    """The customer allows it, the state comes back as it was, and the token speaks for the customer for an hour."""
    back = platform.is_allowed()
    assert back["state"] == ["st&te=1"]
    answer = platform.exchanges_code(back["code"][0])
    tokens = answer.json()
    assert answer.headers["Cache-Control"] == "no-store"
    assert (tokens["token_type"], tokens["expires_in"]) == ("Bearer", 3600)
    assert str(platform.speaks_for(tokens["access_token"])).startswith("una-")


def test_the_secret_may_come_in_the_body(platform: Platform) -> None:
    """Platforms differ in how they show their secret; both ways are known."""
    fields = {
        "grant_type": "authorization_code",
        "code": platform.is_allowed()["code"][0],
        "redirect_uri": BACK,
        "code_verifier": VERIFIER,
        "client_id": CLIENT,
        "client_secret": SECRET,
    }
    assert platform.posts("token", fields, None).status_code == 200


def test_the_customer_says_no(platform: Platform) -> None:
    """The platform is told so, with its state, and gets no code."""
    back = platform.is_allowed(decision="deny")
    assert back == {"error": ["access_denied"], "state": ["st&te=1"], "error_description": back["error_description"]}


@pytest.mark.parametrize(
    "redirect_uri",
    [f"{BACK}/", f"{BACK}?x=1", BACK.replace("https", "http"), BACK.upper(), "https://evil.example/", ""],
)
def test_nobody_is_led_to_another_address(platform: Platform, redirect_uri: str) -> None:
    """An address that is not letter by letter one of the settings: a page says so, and no redirect happens."""
    answer = platform.asks(redirect_uri=redirect_uri)
    assert answer.status_code == 400
    assert answer.url.startswith(platform.server.url)
    assert "The account can&#39;t be linked" in platform.owner.page


@pytest.mark.parametrize(
    "changes",
    [
        {"response_type": "token"},
        {"code_challenge_method": "plain"},
        {"code_challenge": "short"},
        {"code_challenge": "", "code_challenge_method": ""},
    ],
)
def test_what_the_platform_must_not_ask_for(platform: Platform, changes: dict[str, str]) -> None:
    """Tokens in the address, a challenge in the open or none: the platform's own page is told, with its state."""
    path = platform._page(**changes)
    answer = platform.owner.session.get(f"{platform.server.url}{path}", allow_redirects=False, timeout=60)
    assert answer.status_code == 302
    told = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert "error" in told
    assert told["state"] == ["st&te=1"]


def test_a_code_is_exchanged_once(platform: Platform) -> None:
    """Somebody copied the code: the second exchange is refused, and the tokens of the first one open nothing more."""
    code = platform.is_allowed()["code"][0]
    first = platform.exchanges_code(code)
    assert platform.speaks_for(first.json()["access_token"]) is not None
    second = platform.exchanges_code(code)
    assert (second.status_code, second.json()["error"]) == (400, "invalid_grant")
    assert platform.speaks_for(first.json()["access_token"]) is None
    assert platform.refreshes(first.json()["refresh_token"]).status_code == 400


@pytest.mark.parametrize(
    "changes",
    [
        {"code_verifier": "w" * 64},
        {"code_verifier": ""},
        {"redirect_uri": "https://pitangui.example/link"},
        {"redirect_uri": ""},
        {"code": "made-up"},
    ],
)
def test_a_code_is_worth_nothing_without_what_belongs_to_it(platform: Platform, changes: dict[str, str]) -> None:
    """Another verifier, none, another address that is known, none, another code: no token."""
    answer = platform.exchanges_code(platform.is_allowed()["code"][0], **changes)
    assert answer.status_code == 400
    assert answer.json()["error"] in ("invalid_grant", "invalid_request")


@pytest.mark.parametrize("auth", [None, (CLIENT, "wrong"), ("somebody", SECRET), (CLIENT, "")])
def test_only_the_platform_exchanges(platform: Platform, auth: tuple[str, str] | None) -> None:
    """A thief of a code has no secret: 401, and the code is still the platform's."""
    code = platform.is_allowed()["code"][0]
    fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": VERIFIER}
    refused = platform.posts("token", fields, auth)
    assert refused.status_code in (400, 401)
    assert refused.json()["error"] == "invalid_client"
    assert platform.exchanges_code(code).status_code == 200


def test_refresh_tokens_rotate_and_a_copy_ends_the_link(platform: Platform) -> None:
    """Each exchange gives a new one; when an old one comes again, somebody has a copy: nothing works any more."""
    first = platform.is_linked()
    second = platform.refreshes(first["refresh_token"]).json()
    third = platform.refreshes(second["refresh_token"]).json()
    assert len({first["refresh_token"], second["refresh_token"], third["refresh_token"]}) == 3
    assert platform.speaks_for(third["access_token"]) is not None

    copy = platform.refreshes(first["refresh_token"])
    assert (copy.status_code, copy.json()["error"]) == (400, "invalid_grant")
    assert platform.speaks_for(third["access_token"]) is None
    assert platform.refreshes(third["refresh_token"]).status_code == 400


def test_a_revoked_token_ends_the_link(platform: Platform) -> None:
    """The platform gives one of the two tokens back: neither is worth anything; an unknown one does no harm."""
    tokens = platform.is_linked()
    assert platform.posts("revoke", {"token": tokens["access_token"]}, None).status_code in (400, 401)
    assert platform.speaks_for(tokens["access_token"]) is not None
    for token in (tokens["refresh_token"], "unknown"):
        assert platform.posts("revoke", {"token": token}, (CLIENT, SECRET)).status_code == 200
    assert platform.speaks_for(tokens["access_token"]) is None


def test_the_page_wants_somebody_logged_in_and_the_browsers_own_form(platform: Platform) -> None:
    """A stranger is sent to log in and comes back to the same question; another site can't allow it unseen."""
    stranger = Visitor(platform.server)
    answer = stranger.goes(platform._page())
    assert urlsplit(answer.url).path == "/account/login"
    [after] = parse_qs(urlsplit(answer.url).query)["after"]
    assert parse_qs(urlsplit(after).query)["state"] == ["st&te=1"]
    platform.asks()
    assert (
        platform.owner.sends(platform._page(), follow=False, form_token="0" * 64, decision="allow").status_code == 400
    )


def test_the_answer_may_lead_to_the_platform_and_nowhere_else(platform: Platform) -> None:
    """Browsers hold a form's redirect against the page's policy: it names the platform's host, and that alone."""
    policy = platform.asks().headers["Content-Security-Policy"]
    assert policy.endswith("form-action 'self' https://layla.example")


def test_without_a_client_there_is_no_linking(server: Server) -> None:
    """The merchant has set up no platform: the endpoints are not there."""
    assert requests.post(f"{server.url}/oauth/token", timeout=60).status_code == 404
    assert newcomer(server, "vera@example.com").goes("/oauth/authorize").status_code == 404


def test_no_token_is_in_the_log(platform: Platform) -> None:
    """Codes and tokens went through the server; its log has none of them."""
    tokens = platform.is_linked()
    log = Path(platform.server.log).read_text()
    assert tokens["access_token"] not in log
    assert tokens["refresh_token"] not in log
    assert SECRET not in log
