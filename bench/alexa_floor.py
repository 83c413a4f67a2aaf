"""The smallest skill there can be: it verifies a request, commits one row, and says a word. What more costs is ours.

`python -m bench.alexa_floor PORT WORKERS` serves it on the same server as the whole service, with the same settings.
"""

from __future__ import annotations

import sys

from flask import Flask, Response, jsonify, request

from commerce.deliveries import Deliveries
from skills.alexa.chains import Chains
from skills.alexa.trust import Roots
from skills.alexa.verification import ADDRESS_HEADER, SIGNATURE_HEADER, TOLERANCE, Verifier
from voicecart.assembly import Assembly
from voicecart.service.server import Listening, serve
from voicecart.settings import load_settings


def floor(assembly: Assembly) -> Flask:
    """The application."""
    settings = assembly.settings
    app = Flask("bench.alexa_floor")
    chains = Chains(settings.alexa_cert_cache or settings.cache_folder, Roots(settings.alexa_trust_roots))
    verifier = Verifier(settings.alexa_skill_id or "", chains, assembly.clock)
    deliveries = Deliveries(assembly.database, assembly.clock)

    @app.get("/ready")
    def ready() -> Response:
        return jsonify(status="ready")

    @app.post("/alexa")
    def alexa() -> Response:
        headers = request.headers
        verified = verifier.verify(headers.get(ADDRESS_HEADER), headers.get(SIGNATURE_HEADER), request.get_data())
        deliveries.is_first(verified.request_id, TOLERANCE)
        speech = {"type": "SSML", "ssml": "<speak>Hello.</speak>"}
        return jsonify(version="1.0", response={"outputSpeech": speech, "shouldEndSession": True})

    return app


if __name__ == "__main__":
    found = load_settings()
    serve(found, Listening("127.0.0.1", int(sys.argv[1]), int(sys.argv[2]), found.worker_threads, works=False), floor)
