"""Every form of the account with what nobody should type: told what is wrong, never a failure of the server."""

from __future__ import annotations

import pytest

from tests.voicecart.service.running import Server
from tests.voicecart.service.visiting import Visitor, newcomer

HOSTILE = [
    "",
    "\x00",
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "{{ 7 * 191 }}",
    "\u202egnp.exe",
    "\U0001f9c4" * 50,
    "x" * 5_000,
    "-1",
    "NaN",
    "1e400",
    "٤٣٢١",
    "../../etc/passwd",
    "a\r\nSet-Cookie: x=1",
]
FORMS = {
    "/account/devices/code": ("code",),
    "/account/devices/decision": ("code", "name", "decision"),
    "/account/devices/speakers/x": ("name", "may_buy", "spend_cap"),
    "/account/addresses": ("name", "street", "city", "region", "postcode", "country"),
    "/account/code": ("code", "code_again", "password"),
    "/account/messages": ("reorders", "carts", "phone", "quiet_from", "quiet_until", "time_zone"),
    "/account/data/erase": ("password",),
    "/account/forgot": ("email",),
    "/account/reset": ("token", "password"),
    "/account/signup": ("name", "email", "password", "after"),
    "/account/login": ("email", "password", "after"),
    "/account/devices/links/999999999999/unlink": (),
    "/account/addresses/%00/remove": (),
}


@pytest.fixture(scope="module")
def visitor(pestered_server: Server) -> Visitor:
    """Somebody who is logged in and means no good."""
    return newcomer(pestered_server, "mallory@example.com", "<b>Mallory</b>")


@pytest.mark.parametrize("path", FORMS)
def test_whatever_is_typed_is_answered(visitor: Visitor, path: str) -> None:
    """Empty, endless, control characters, markup, no numbers: no answer is a 500, and none runs what was sent."""
    visitor.goes("/account/devices")
    for text in HOSTILE:
        answer = visitor.sends(path, follow=False, **dict.fromkeys(FORMS[path], text))
        assert answer.status_code < 500, (path, text)
        assert "<script" not in answer.text
        assert "1337" not in answer.text
        assert "x=1" not in answer.headers.get("Set-Cookie", "")


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_stands_in_an_address_is_answered(visitor: Visitor, text: str) -> None:
    """The same in queries and paths."""
    for path in ("/account/login", "/account/reset", "/unsubscribe", "/oauth/authorize", "/account/orders"):
        query = dict.fromkeys(("after", "token", "told", "client_id"), text)
        answer = visitor.session.get(f"{visitor.server.url}{path}", params=query, timeout=60)
        assert answer.status_code < 500
        assert "<script" not in answer.text
