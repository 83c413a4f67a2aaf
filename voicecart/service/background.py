"""The program that does what no request waits for, and the server's hold on it: started with it, replaced, stopped.

It is a program of its own, started with exec, so that nothing of the web server is in it. What it needs to know it
finds in the settings; it is run as `python -m voicecart.service.background`.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from threading import Event

import structlog

from voicecart.assembly import Assembly
from voicecart.service.logs import log_as_json
from voicecart.settings import Settings, load_settings

PATIENCE = 10  # seconds that it has to finish what it has begun
SOONEST = 5  # seconds between two starts, so that one that can't run does not keep the machine busy

# Not the requests' log: with it comes the library of figures, which must not be loaded before it is set up.
log: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(__name__)


class Background:
    """Keeps one such program running. Used by one process only: the server's first."""

    def __init__(self, settings: Settings) -> None:
        self._database = settings.database
        self._running: subprocess.Popen[bytes] | None = None
        self._started = 0.0

    def keep_running(self) -> None:
        """Start it, or start it again when it has ended; called every second."""
        if self._running is not None and self._running.poll() is None:
            return
        if self._running is not None and time.monotonic() - self._started < SOONEST:
            return
        if self._running is not None:
            log.error("background ended", pid=self._running.pid)
        environment = {**os.environ, **({"VOICECART_DATABASE": self._database} if self._database else {})}
        self._running = subprocess.Popen([sys.executable, "-m", "voicecart.service.background"], env=environment)
        self._started = time.monotonic()
        log.info("background started", pid=self._running.pid)

    def tell_to_stop(self) -> None:
        """Let it finish what it has begun, and take up nothing new."""
        if self._running is not None and self._running.poll() is None:
            self._running.send_signal(signal.SIGTERM)

    def wait_for_its_end(self) -> None:
        """Return when it has ended; one that takes too long is killed, and loses nothing but time."""
        if self._running is None:
            return
        try:
            self._running.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._running.kill()
            self._running.wait()


def main() -> None:
    """Work until SIGTERM or SIGINT."""
    log_as_json()
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    assembly = Assembly(load_settings())
    assembly.worker().run(stop)
    assembly.database.close()


if __name__ == "__main__":
    main()
