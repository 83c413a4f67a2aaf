"""What the pages for people have in common: no script, forms of this browser only, and headers that say so."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from babel.numbers import format_currency
from flask import Blueprint, Flask, Response, abort, g, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.exceptions import BadRequest

from commerce.errors import CommerceError, StorageError, TooManyTries
from commerce.importing.amounts import to_decimal
from commerce.money import Money
from voicecart.assembly import Assembly
from voicecart.service import cookies

LARGEST_FORM = 32 * 1024  # bytes
FORM_TOKEN = "form_token"  # noqa: S105 - the field's name
_POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action "

TOLD = {
    "approved": "The device is let in, and is listed once it has noticed. It buys nothing until you switch that on.",
    "code": "Your voice code is set.",
    "denied": "The device was turned away.",
    "erased": "Everything that was kept about you is gone.",
    "logged-out": "You are logged out.",
    "password": "Your new password is set. Please log in with it.",
    "removed": "That is removed.",
    "saved": "Your changes are saved.",
    "unlinked": "It is unlinked, and speaks for you no longer.",
}
"""What is said after something was done, by the word for it in the address."""

PLACES = (
    ("account.home", "Account"),
    ("speakers.overview", "Devices"),
    ("account.orders", "Orders"),
    ("particulars.addresses", "Addresses"),
    ("particulars.code", "Voice code"),
    ("particulars.payment", "Payment"),
    ("messages.overview", "Messages"),
    ("own_data.overview", "Your data"),
)
"""Where the account's menu leads."""


def pages(name: str, prefix: str) -> Blueprint:
    """A part that answers with pages; every POST must come from a form that was made for the same browser."""
    part = Blueprint(name, __name__, url_prefix=prefix)

    @part.before_request
    def check_form() -> None:
        request.max_content_length = LARGEST_FORM
        if "\x00" in request.path:  # in no key, and no database takes it
            abort(404)
        if request.method == "POST" and not cookies.is_own_form(field(FORM_TOKEN)):
            raise BadRequest("This form is too old, or cookies are switched off. Load the page anew and try again.")

    @part.errorhandler(TooManyTries)
    def too_often(error: TooManyTries) -> ResponseReturnValue:
        minutes = -(-error.retry_after // 60)
        text = f"That was tried too often. Please wait {minutes} {'minute' if minutes == 1 else 'minutes'}."
        answer = page("trouble.html", HTTPStatus.TOO_MANY_REQUESTS, title="Please wait", text=text)
        answer.headers["Retry-After"] = str(error.retry_after)
        return answer

    @part.errorhandler(StorageError)
    def busy(_error: StorageError) -> ResponseReturnValue:
        text = "The shop is busy, and nothing was changed. Please try again in a moment."
        return page("trouble.html", HTTPStatus.SERVICE_UNAVAILABLE, title="Please try again", text=text)

    @part.after_request
    def protect(response: Response) -> Response:
        cookies.remember_browser(response)
        protect_page(response)
        return response

    return part


def furnish(app: Flask, assembly: Assembly) -> None:
    """Give the templates what all of them need."""

    @app.context_processor
    def known() -> dict[str, Any]:
        return {"own_form": _own_form, "places": PLACES, "shop_name": assembly.shop().info.name}

    @app.template_filter()
    def money(value: Money) -> str:
        return str(format_currency(to_decimal(value.amount, value.currency), value.currency, locale="en_US"))

    @app.template_filter()
    def amount(value: Money | None) -> str:
        return "" if value is None else str(to_decimal(value.amount, value.currency))


def _own_form() -> Markup:
    return Markup('<input type="hidden" name="{}" value="{}">').format(FORM_TOKEN, cookies.form_token())


def protect_page(response: Response) -> None:
    """The headers of every page. `g.form_goes_to` names where else a form of the page may lead, by a redirect."""
    headers = response.headers
    headers["Content-Security-Policy"] = _POLICY + " ".join(("'self'", *g.get("form_goes_to", ())))
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"
    headers["Referrer-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers.setdefault("Cache-Control", "no-store")
    if request.is_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"


def page(template: str, status: int = HTTPStatus.OK, **values: Any) -> Response:
    """A page of the templates' folder."""
    told = TOLD.get(request.args.get("told", ""))
    return make_response(render_template(template, told=told, customer=g.get("customer"), **values), status)


def refused(template: str, error: CommerceError | str, **values: Any) -> Response:
    """The form again, with what was wrong."""
    return page(template, HTTPStatus.UNPROCESSABLE_ENTITY, problem=sentence(str(error)), **values)


def sentence(text: str) -> str:
    """An error's text as a sentence of its own."""
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith('.') else '.'}"


def field(name: str) -> str:
    """What stands in a form's field, or ""; without the one character that no database takes."""
    return request.form.get(name, "").replace("\x00", "")


def local(target: str, otherwise: str) -> str:
    """Where to go on: a page of ours only, whatever the address asks for."""
    is_ours = target.startswith(("/account", "/oauth/authorize?")) and "\\" not in target and target.isprintable()
    return target if is_ours else otherwise


def see(target: str) -> Response:
    """Go on to another page of ours, by GET."""
    return make_response(redirect(target, HTTPStatus.SEE_OTHER))
