"""POST /oauth/token and /oauth/revoke: what the smart speaker's platform asks for by itself."""

from __future__ import annotations

from flask import Blueprint, Response, abort, current_app, request
from flask.typing import ResponseReturnValue

from commerce.errors import StorageError
from voicecart.assembly import Assembly
from voicecart.service.failures import Refused, refusal
from voicecart.service.oauth_server import REVOCATION, LinkingServer, client_of

LARGEST_FORM = 16 * 1024  # bytes


def blueprint(assembly: Assembly) -> Blueprint:
    """The two endpoints; there are none while no client is set up."""
    part = Blueprint("oauth", __name__, url_prefix="/oauth")
    is_set_up = client_of(assembly.settings) is not None

    @part.before_request
    def bound() -> None:
        if not is_set_up:
            abort(404)
        request.max_content_length = LARGEST_FORM

    @part.errorhandler(StorageError)
    def busy(error: StorageError) -> ResponseReturnValue:
        return refusal(Refused(503, error.code, "the shop is busy; try again", retry_after=1))

    @part.post("/token")
    def token() -> Response:
        return _kept_private(LinkingServer(current_app, assembly).create_token_response())

    @part.post("/revoke")
    def revoke() -> Response:
        return _kept_private(LinkingServer(current_app, assembly).create_endpoint_response(REVOCATION))

    return part


def _kept_private(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
