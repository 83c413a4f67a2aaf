"""What a failed request gets: a page or JSON without a trace; what broke goes to the log under the request's id."""

from __future__ import annotations

from http import HTTPStatus

from flask import Flask, Response, g, jsonify, render_template_string, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, InternalServerError

from voicecart.service.request_log import log

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{{ title }}</title>
<main><h1>{{ title }}</h1><p>{{ text }}</p><p>Request {{ id }}</p></main></html>"""


class Refused(Exception):
    """A program's request that can't be done. error: a word for the program; str(): a sentence for its author.

    retry_after: seconds after which it may be tried again, if that helps.
    """

    def __init__(self, status: int, error: str, message: str, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.error = error
        self.retry_after = retry_after


def answer(app: Flask) -> None:
    """Handle every error that a part of the application does not handle itself."""

    @app.errorhandler(Refused)
    def told_why(error: Refused) -> ResponseReturnValue:
        return refusal(error)

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> ResponseReturnValue:
        return _told(error)

    @app.errorhandler(Exception)
    def broken(error: Exception) -> ResponseReturnValue:
        log.error("failure", error=type(error).__name__, exc_info=error)
        return _told(InternalServerError())


def refusal(error: Refused) -> ResponseReturnValue:
    """The answer to a program's request that can't be done."""
    headers = {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}
    if error.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return _as_json(error.error, str(error)), error.status, headers


def _told(error: HTTPException) -> ResponseReturnValue:
    code = error.code or 500
    if error.response is not None:  # a redirect, or an answer that was made on purpose
        return error.response
    headers = [(name, value) for name, value in error.get_headers() if name.lower() == "allow"]
    if request.accept_mimetypes.best_match(("application/json", "text/html")) == "text/html":
        page = render_template_string(_PAGE, title=error.name, text=error.description, id=g.request_id)
        return page, code, headers
    return _as_json(error.name.lower().replace(" ", "_"), error.description or error.name), code, headers


def _as_json(error: str, message: str) -> Response:
    return jsonify(error=error, message=message, request_id=g.request_id)
