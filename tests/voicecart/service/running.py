"""The real server as a program of its own, on a free port, with a data folder of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from tests.postgres import free_port

STARTS_WITHIN = 120  # seconds, on a machine that is busy with other things


@dataclass(frozen=True, slots=True)
class Server:
    """A running `voicecart serve`. database: the URL of its database, if a test named one. log: its JSON lines."""

    url: str
    database: str | None
    log: Path
    process: subprocess.Popen[bytes]

    def stop(self) -> int:
        """SIGTERM, and the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


@contextmanager
def running_server(folder: Path, settings: Mapping[str, str], *options: str) -> Iterator[Server]:
    """`voicecart serve` with VOICECART_ settings (names without the prefix), ready to answer."""
    port = free_port()
    log = folder / "serve.log"
    kept = {name: value for name, value in os.environ.items() if not re.match("VOICECART_|PROMETHEUS_", name)}
    ours = {f"VOICECART_{name.upper()}": value for name, value in settings.items()}
    environment = {**kept, "VOICECART_DATA_FOLDER": str(folder / "data"), **ours}
    command = [str(Path(sys.executable).with_name("voicecart")), "serve", "--port", str(port), *options]
    with log.open("wb") as output, (folder / "serve.out").open("wb") as said:
        process = subprocess.Popen(command, env=environment, stdout=said, stderr=output)
    server = Server(f"http://127.0.0.1:{port}", settings.get("database"), log, process)
    try:
        _wait_for(server)
        yield server
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(server: Server) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while True:
        try:
            if requests.get(f"{server.url}/ready", timeout=30).status_code == 200:
                return
        except requests.ConnectionError:
            pass
        if server.process.poll() is not None or time.monotonic() > deadline:
            raise AssertionError(f"the server did not start: {server.log.read_text()[-2000:]}")
        time.sleep(0.2)
