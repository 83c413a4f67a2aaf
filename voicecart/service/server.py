"""gunicorn with the application: several worker processes, each with its own parts; state is only in the database.

The first process makes what its workers share (`preparing`), and keeps nothing open: whoever starts it has brought the
tables up to date. A worker builds its own assembly after the fork; background work is another program beside them.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter

from voicecart.assembly import Assembly
from voicecart.service.background import Background
from voicecart.service.logs import ServerLog, log_as_json
from voicecart.settings import Settings

MakeApp = Callable[[Assembly], Flask]
GRACE = 10  # seconds that requests under way have after SIGTERM; longer than Alexa waits for an answer
STUCK = 120  # seconds without a sign of life until a worker is replaced
MOST_HEADER_LINE = 8190  # bytes


@dataclass(frozen=True, slots=True)
class Listening:
    """Where and with how much the service runs. threads: a worker. works: whether background work is done, too."""

    host: str
    port: int
    workers: int
    threads: int
    works: bool


def serve(settings: Settings, listening: Listening, make_app: MakeApp | None = None) -> None:
    """Run the service until SIGTERM or SIGINT, over a database that is up to date.

    make_app: called in each worker; None makes the whole service. Raises StorageError, UnknownShop.
    """
    log_as_json()
    figures = tempfile.mkdtemp(prefix="voicecart-metrics-")
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = figures  # read by prometheus_client in the workers
    first_process = os.getpid()
    try:
        _Server(settings, listening, make_app or _whole_service(settings)).run()
    finally:
        if os.getpid() == first_process:
            shutil.rmtree(figures, ignore_errors=True)


def _whole_service(settings: Settings) -> MakeApp:
    from voicecart.service.preparing import whole_service  # with the library of figures, which is set up only now

    return whole_service(settings)


class _Server(BaseApplication):  # type: ignore[misc]
    def __init__(self, settings: Settings, listening: Listening, make_app: MakeApp) -> None:
        self._settings = settings
        self._listening = listening
        self._make_app = make_app
        super().__init__(prog="voicecart")

    def load_config(self) -> None:
        options: dict[str, Any] = {
            "bind": f"{self._listening.host}:{self._listening.port}",
            "workers": self._listening.workers,
            "threads": self._listening.threads,
            "worker_class": "gthread",
            "graceful_timeout": GRACE,
            "timeout": STUCK,
            "keepalive": 75,  # Alexa's and a proxy's connections stay open
            "limit_request_line": MOST_HEADER_LINE,
            "control_socket_disable": True,
            "logger_class": ServerLog,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self._make_app(Assembly(self._settings))

    def run(self) -> None:
        _FirstProcess(self, Background(self._settings) if self._listening.works else None).run()


class _FirstProcess(Arbiter):  # type: ignore[misc]
    """gunicorn's first process, which starts the workers, with background work beside them."""

    def __init__(self, server: _Server, background: Background | None) -> None:
        self._background = background
        super().__init__(server)

    def manage_workers(self) -> None:
        """Called every second, and by SIGCHLD."""
        super().manage_workers()
        if self._background is not None:
            self._background.keep_running()

    def stop(self, graceful: bool = True) -> None:
        """Called when the service ends."""
        if self._background is not None:
            self._background.tell_to_stop()
        super().stop(graceful)
        if self._background is not None:
            self._background.wait_for_its_end()
