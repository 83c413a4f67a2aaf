"""A stateful stand-in for Stripe's API, started as a program of its own, behind a line that can be cut."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import requests

TIMEOUT = 60  # seconds, on a machine that is busy with other things
SECRET_KEY = "sk_test_12345"  # the stand-in takes any of this shape


@dataclass
class Line:
    """The way to Stripe. cut_after: paths whose requests arrive, but whose answers do not come back."""

    url: str
    direct: str
    cut_after: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    def make(self, path: str, **fields: str) -> dict[str, object]:
        """Ask the stand-in directly."""
        answer = requests.post(self.direct + path, data=fields, auth=(SECRET_KEY, ""), timeout=TIMEOUT)
        answer.raise_for_status()
        made: dict[str, object] = answer.json()
        return made

    def all(self, path: str) -> list[dict[str, object]]:
        """Everything of a kind."""
        found: list[dict[str, object]] = requests.get(
            self.direct + path, auth=(SECRET_KEY, ""), params={"limit": "100"}, timeout=TIMEOUT
        ).json()["data"]
        return found


@contextmanager
def running_stripe() -> Iterator[Line]:
    """The stand-in on a free port, and the line to it."""
    port = _free_port()
    program = subprocess.Popen(
        [sys.executable, "-m", "localstripe", "--from-scratch", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port)
        with _line(f"http://127.0.0.1:{port}") as line:
            yield line
    finally:
        program.kill()
        program.wait()


@contextmanager
def _line(direct: str) -> Iterator[Line]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._pass_on()

        def do_POST(self) -> None:
            self._pass_on()

        def _pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            kept = ("Authorization", "Content-Type", "Idempotency-Key")
            headers = {name: self.headers[name] for name in kept if name in self.headers}
            answer = requests.request(self.command, direct + self.path, data=body, headers=headers, timeout=TIMEOUT)
            line.asked.append(f"{self.command} {self.path}")
            if any(self.path.endswith(end) for end in line.cut_after):
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self.send_response(answer.status_code)
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    line = Line(f"http://127.0.0.1:{server.server_port}", direct)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield line
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _wait_for(port: int) -> None:
    end = time.monotonic() + TIMEOUT
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError(f"nothing listens on port {port}")
