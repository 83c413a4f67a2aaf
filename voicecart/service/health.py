"""GET /health: the process answers. GET /ready: it can serve, so the database can be read."""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from commerce.errors import StorageError
from commerce.storage.database import NEWEST_REVISION
from voicecart.assembly import Assembly


def blueprint(assembly: Assembly) -> Blueprint:
    """The two questions that whoever runs the service asks it."""
    part = Blueprint("health", __name__)

    @part.get("/health")
    def health() -> ResponseReturnValue:
        return jsonify(status="ok")

    @part.get("/ready")
    def ready() -> ResponseReturnValue:
        try:
            revision = assembly.database.revision()
        except StorageError as error:
            return jsonify(status="not ready", reason=error.code), 503
        if revision != NEWEST_REVISION:
            return jsonify(status="not ready", reason="schema", found=revision, wanted=NEWEST_REVISION), 503
        return jsonify(status="ready")

    return part
