"""The two cookies of the pages: who is logged in, and which browser a form belongs to. Neither tells anything itself.

Scripts can't read them, other sites can't send them along with a form, and they go over TLS only, but for this
machine's own loopback. The `__Host-` prefix keeps other hosts of the domain from setting them.
"""

from __future__ import annotations

import hashlib
import hmac
from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import Response, g, request

from commerce.logins.sittings import LASTS
from commerce.secrets import new_secret

_SITTING, _BROWSER = "voicecart", "voicecart-browser"


def is_private() -> bool:
    """Whether what is sent now can be read by nobody else, so that cookies must stay that way."""
    if request.is_secure:
        return True
    host = urlsplit(request.host_url).hostname or ""
    try:
        return not (host == "localhost" or ip_address(host).is_loopback)
    except ValueError:
        return True


def sitting() -> str:
    """The token of the browser's login, or ""."""
    return request.cookies.get(_named(_SITTING), "")


def log_in(response: Response, token: str) -> Response:
    """Log the browser in; forms that were open before are worth nothing any more."""
    _set(response, _SITTING, token, int(LASTS.total_seconds()))
    _set(response, _BROWSER, new_secret(), None)
    return response


def log_out(response: Response) -> Response:
    """Let the browser forget who it was."""
    for name in (_SITTING, _BROWSER):
        response.delete_cookie(_named(name), path="/", secure=is_private(), httponly=True, samesite="Lax")
    return response


def form_token() -> str:
    """What a form of this browser carries: made from a cookie that no other site knows."""
    browser = request.cookies.get(_named(_BROWSER)) or g.get("new_browser")
    if not browser:
        browser = g.new_browser = new_secret()
    return hashlib.sha256(f"form {browser}".encode()).hexdigest()


def is_own_form(given: str) -> bool:
    """Whether a form with this token was made for this browser."""
    known = bool(request.cookies.get(_named(_BROWSER)))
    return known and hmac.compare_digest(given.encode(), form_token().encode())


def remember_browser(response: Response) -> Response:
    """Send the cookie that a new form's token was made from."""
    if (browser := g.pop("new_browser", None)) is not None:
        _set(response, _BROWSER, browser, None)
    return response


def _named(name: str) -> str:
    return f"__Host-{name}" if is_private() else name


def _set(response: Response, name: str, value: str, seconds: int | None) -> None:
    response.set_cookie(
        _named(name), value, max_age=seconds, path="/", secure=is_private(), httponly=True, samesite="Lax"
    )
