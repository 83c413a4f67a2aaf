"""Pages that only somebody who is logged in sees."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, g, request, url_for

from commerce.rates import Rate
from voicecart.assembly import Assembly
from voicecart.service import cookies
from voicecart.service.pages import field, pages, see

PASSWORDS = Rate("password of", 10, timedelta(minutes=15))


def members(name: str, prefix: str, assembly: Assembly) -> Blueprint:
    """A part of such pages; anybody else is sent to log in first, and then comes back."""
    part = pages(name, prefix)

    @part.before_request
    def let_in() -> Response | None:
        g.customer = assembly.access().sittings.customer(cookies.sitting())
        if g.customer is not None:
            return None
        after = request.full_path.rstrip("?") if request.method == "GET" else ""
        return see(url_for("entry.login", after=after))

    return part


def customer() -> str:
    """The key of the customer who is logged in."""
    key: str = g.customer
    return key


def check_password(assembly: Assembly) -> None:
    """Return when the form's password is the customer's: a browser that was left open is not enough for everything.

    Raises WrongPassword, TooManyTries.
    """
    access = assembly.access()
    access.rates.count(PASSWORDS, customer())
    access.logins.check_password(customer(), field("password"))
