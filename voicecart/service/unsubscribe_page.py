"""/unsubscribe: where the link in advertising leads. The link's token is all that is needed, by people and programs."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, request

from commerce.errors import UnknownToken
from voicecart.assembly import Assembly
from voicecart.service.pages import page, protect_page


def blueprint(assembly: Assembly) -> Blueprint:
    """GET asks, so that a mail program that looks at links ends nothing; POST does it, in one step (RFC 8058)."""
    part = Blueprint("unsubscribe", __name__, url_prefix="/unsubscribe")

    @part.after_request
    def protect(response: Response) -> Response:
        protect_page(response)
        return response

    @part.get("")
    def ask() -> Response:
        return page("unsubscribe.html", token=_token())

    @part.post("")
    def end() -> Response:
        try:
            assembly.shop().notifications.unsubscribe(_token())
        except UnknownToken:
            text = "This link is not known here. Look for a newer mail, or write to the shop."
            return page("trouble.html", HTTPStatus.NOT_FOUND, title="Unknown link", text=text)
        return page("unsubscribe.html", is_done=True)

    return part


def _token() -> str:
    return request.args.get("token", "").replace("\x00", "")
