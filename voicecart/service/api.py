"""What the parts for programs have in common: bodies that are checked strictly, and errors as JSON.

Every error is `{"error": code, "message": plain English, "request_id"}`. Nothing of a body is told back: it may hold
what a shopper said, or a voice code.
"""

from __future__ import annotations

from typing import TypeVar

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, ValidationError

from commerce.errors import StorageError, TooManyTries
from commerce.sessions import SessionBusy, SessionMoved
from voicecart.service.failures import Refused, refusal

LARGEST_BODY = 64 * 1024  # bytes
_SHOWN_PROBLEMS = 3

Body = TypeVar("Body", bound=BaseModel)


def api(name: str, prefix: str) -> Blueprint:
    """A part whose errors are all JSON."""
    part = Blueprint(name, __name__, url_prefix=prefix)

    @part.before_request
    def bound() -> None:
        request.max_content_length = LARGEST_BODY

    @part.errorhandler(TooManyTries)
    def too_often(error: TooManyTries) -> ResponseReturnValue:
        return refusal(Refused(429, error.code, str(error), error.retry_after))

    @part.errorhandler(SessionBusy)
    @part.errorhandler(StorageError)
    def busy(error: SessionBusy | StorageError) -> ResponseReturnValue:
        return refusal(Refused(503, error.code, "the shop is busy; nothing was done", retry_after=1))

    @part.errorhandler(SessionMoved)
    def moved(error: SessionMoved) -> ResponseReturnValue:
        return refusal(Refused(409, error.code, str(error)))

    return part


def body(model: type[Body]) -> Body:
    """The request's JSON as `model`. Raises Refused."""
    if request.mimetype != "application/json":
        raise Refused(415, "not_json", "the body must be JSON, with Content-Type application/json")
    try:
        return model.model_validate_json(request.get_data(cache=False))
    except ValidationError as error:
        problems = [f"{_where(one['loc'])}: {one['msg']}" for one in error.errors(include_input=False)]
        raise Refused(400, "invalid_request", "; ".join(problems[:_SHOWN_PROBLEMS])) from None


def _where(location: tuple[int | str, ...]) -> str:
    return ".".join(map(str, location)) or "body"
