"""One structured line a request, under a request id that the answer carries too. No bodies, no query strings."""

from __future__ import annotations

import time
from uuid import uuid4

import structlog
from flask import Flask, Response, g, request

from voicecart.service.metrics import metrics

HEADER = "X-Request-Id"
_UNMATCHED = "unknown"

log: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger("voicecart.service")


def watch(app: Flask) -> None:
    """Number, time, count and log every request."""

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()
        g.request_id = uuid4().hex
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def end(response: Response) -> Response:
        took = time.perf_counter() - g.began
        endpoint = request.endpoint or _UNMATCHED
        figures = metrics()
        figures.requests.labels(endpoint, _known_method(request.method), str(response.status_code)).inc()
        figures.seconds.labels(endpoint).observe(took)
        response.headers[HEADER] = g.request_id
        log.info(
            "request",
            method=_known_method(request.method),
            endpoint=endpoint,
            status=response.status_code,
            milliseconds=round(took * 1000, 1),
        )
        return response


def _known_method(method: str) -> str:
    """Anybody can send any word as a method: it becomes no label of its own."""
    return method if method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS") else "OTHER"
