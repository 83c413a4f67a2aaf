"""The application: its parts put together. A part is a file of this folder with `blueprint(assembly) -> Blueprint`."""

from __future__ import annotations

from types import ModuleType

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from voicecart.assembly import Assembly
from voicecart.service import (
    account_pages,
    alexa,
    device_door,
    entry_pages,
    failures,
    health,
    message_pages,
    metrics,
    oauth_door,
    oauth_pages,
    own_data_pages,
    pages,
    pairing_door,
    particulars_pages,
    request_log,
    speaker_pages,
    unsubscribe_page,
    webhooks,
)

PARTS: tuple[ModuleType, ...] = (
    health,
    metrics,
    pairing_door,
    device_door,
    entry_pages,
    account_pages,
    speaker_pages,
    particulars_pages,
    message_pages,
    own_data_pages,
    unsubscribe_page,
    webhooks,
    oauth_door,
    oauth_pages,
    alexa,
)
LARGEST_BODY = 1024 * 1024  # bytes; a part may allow less


def create_app(assembly: Assembly) -> Flask:
    """The service over one assembly. Nothing is opened until the first request needs it."""
    app = Flask("voicecart.service")
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    hops = assembly.settings.trusted_proxies
    if hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.extensions[metrics.EXTENSION] = metrics.Metrics()
    request_log.watch(app)
    failures.answer(app)
    pages.furnish(app, assembly)
    for part in PARTS:
        app.register_blueprint(part.blueprint(assembly))
    return app
