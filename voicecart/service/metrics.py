"""GET /metrics: what Prometheus reads, summed over all worker processes when there are several.

The page is for the merchant's own Prometheus: it wants `VOICECART_METRICS_TOKEN` as a bearer token; without such a
setting it is shown to this machine only, and to nobody behind a proxy.
"""

from __future__ import annotations

import hmac
import os
from ipaddress import ip_address

from flask import Blueprint, Request, Response, abort, current_app, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from voicecart.assembly import Assembly

EXTENSION = "voicecart-metrics"
FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # set by the server's first process for its workers; the library's own name
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 8.0)


class Metrics:
    """Everything that is counted. Labels are few and never come from a request's own text."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "voicecart_http_requests_total",
            "Requests answered, by endpoint, method and status.",
            ["endpoint", "method", "status"],
            registry=self.registry,
        )
        self.seconds = Histogram(
            "voicecart_http_request_seconds",
            "Time to answer a request.",
            ["endpoint"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.alexa_refused = Counter(
            "voicecart_alexa_refused_total",
            "Requests to the skill that were refused before any handler ran, by reason.",
            ["reason"],
            registry=self.registry,
        )
        self.alexa_late = Counter(
            "voicecart_alexa_late_total",
            "Turns of the skill that went on after their deadline.",
            registry=self.registry,
        )

    def page(self) -> bytes:
        """All figures in Prometheus' text format."""
        if FOLDER not in os.environ:
            return generate_latest(self.registry)
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry)


def metrics() -> Metrics:
    """The running application's."""
    found: Metrics = current_app.extensions[EXTENSION]
    return found


def blueprint(assembly: Assembly) -> Blueprint:
    """The page."""
    part = Blueprint("metrics", __name__)
    setting = assembly.settings.metrics_token
    token = setting.get_secret_value() if setting else None

    @part.get("/metrics")
    def page() -> Response:
        if not _may_read(request, token):
            abort(403)
        return Response(metrics().page(), content_type=CONTENT_TYPE_LATEST)

    return part


def _may_read(asked: Request, token: str | None) -> bool:
    if token is not None:
        return hmac.compare_digest(asked.headers.get("Authorization", "").encode(), f"Bearer {token}".encode())
    behind_a_proxy = any(header in asked.headers for header in ("X-Forwarded-For", "Forwarded", "Via"))
    return not behind_a_proxy and asked.remote_addr is not None and ip_address(asked.remote_addr).is_loopback
