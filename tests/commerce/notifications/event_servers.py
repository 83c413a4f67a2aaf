"""Amazon's services for proactive events, on this machine: kind, failing, slow, or knowing the event already."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

from commerce.notifications.proactive import EventService


class Mood(Enum):
    """How the service is. SLOW: it takes the event and answers after whoever asked has gone."""

    KIND = 202
    FAILS = 500
    BUSY = 429
    KNOWS_IT = 409
    REFUSES = 403
    FORGETS_TOKENS = 401
    SLOW = 0


@dataclass(slots=True)
class Amazon:
    """What was asked of the services. tokens: how often one was; events: what was to be told."""

    mood: Mood = Mood.KIND
    tokens: list[dict[str, list[str]]] = field(default_factory=list)
    events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    @property
    def references(self) -> set[str]:
        """Of all events, each once."""
        return {event["referenceId"] for _, event in self.events}


@contextmanager
def event_server(amazon: Amazon, patience: float = 5.0) -> Iterator[EventService]:
    """Running services, and how they are reached."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            if self.path == "/token":
                amazon.tokens.append(parse_qs(body))
                self._answer(200, {"access_token": f"token-{len(amazon.tokens)}", "expires_in": 3600})
                return
            amazon.events.append((self.headers["Authorization"], json.loads(body)))
            if amazon.mood is Mood.SLOW:
                time.sleep(4 * patience)
            self._answer(amazon.mood.value or 202, {})

        def _answer(self, status: int, document: dict[str, object]) -> None:
            text = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """Whoever asked has gone: that is what SLOW is for."""

    server = Server(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield EventService("client", "secret", f"{address}/token", f"{address}/v1/proactiveEvents", patience)
    finally:
        server.shutdown()
        server.server_close()
