"""A real PostgreSQL that the tests start themselves, on a port of its own, with `fsync` on.

By hand: `python -m tests.postgres` starts one, prints the URL of an empty database and stops it on Control-C.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg

OWNER = "postgres"
STARTS_WITHIN = 60  # seconds, on a machine that is busy with other things
PROGRAMS = Path("/usr/lib/postgresql")  # where Debian keeps them, one folder a version


class PostgresMissing(Exception):
    """There is no PostgreSQL to start; str() says what to install."""


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running server. Databases are made by copying and stay until it ends: dropping one waits for the disk."""

    port: int
    log: Path

    def url(self, database: str) -> str:
        """As `Database.open` wants it."""
        return f"postgresql+psycopg://{OWNER}@127.0.0.1:{self.port}/{database}"

    def create(self, name: str, template: str = "template0") -> str:
        """Make a database as a copy of another one that nobody is using, and return its URL."""
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.url(name)

    def fresh(self, template: str = "template0") -> str:
        """Like `create`, under a name that was never used."""
        return self.create(f"test_{next(_NUMBERS)}", template)

    def _run(self, statement: str) -> None:
        with psycopg.connect(host="127.0.0.1", port=self.port, user=OWNER, autocommit=True) as connection:
            connection.execute(statement.encode())


_NUMBERS = count(1)


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """Start a server in a temporary folder; stop it and remove the folder at the end. Raises PostgresMissing."""
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="voicecart-postgres-"))
    try:
        if os.geteuid() == 0:  # initdb refuses to run as root
            shutil.chown(folder, OWNER)
        data, log = folder / "data", folder / "log"
        initdb = [str(programs / "initdb"), "-D", str(data), "-U", OWNER, "--auth=trust", "-E", "UTF8", "--no-locale"]
        made = subprocess.run([*_as_owner(), *initdb], check=False, capture_output=True, text=True, cwd=folder)
        if made.returncode:
            raise PostgresMissing(f"initdb failed: {made.stderr.strip()}")
        with log.open("w") as output:
            server = Postgres(free_port(), log)
            process = subprocess.Popen(
                [*_as_owner(), str(programs / "postgres"), "-D", str(data), *_options(folder, server.port)],
                stdout=output,
                stderr=output,
                cwd=folder,
            )
        try:
            _wait_for(server, process)
            yield server
        finally:
            process.send_signal(signal.SIGQUIT)  # at once: what it would write for the next start is thrown away
            process.wait(60)
    finally:
        shutil.rmtree(folder)


def _programs() -> Path:
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    versions = sorted(PROGRAMS.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if not versions:
        raise PostgresMissing("these tests start PostgreSQL, and there is none: apt-get install postgresql")
    return versions[-1].parent


def _as_owner() -> list[str]:
    """Run as PostgreSQL's own user where we are root, and die with the tests whatever kills them."""
    owner = [f"--reuid={OWNER}", f"--regid={OWNER}", "--clear-groups"] if os.geteuid() == 0 else []
    return ["setpriv", *owner, "--pdeathsig=QUIT", "--"]


def _options(folder: Path, port: int) -> list[str]:
    settings = {
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": str(folder),
        "port": str(port),
        "fsync": "on",
        "shared_buffers": "32MB",
        "max_connections": "100",
        "max_wal_size": "4GB",  # copies are written to the log: no checkpoint in the middle of a test
    }
    return [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]


def free_port() -> int:
    """A port of 127.0.0.1 at which nobody listens just now."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait_for(server: Postgres, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while True:
        try:
            psycopg.connect(host="127.0.0.1", port=server.port, user=OWNER).close()
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise PostgresMissing(f"PostgreSQL did not start: {server.log.read_text()[-500:]}") from None
            time.sleep(0.1)
        else:
            return


if __name__ == "__main__":
    with running_postgres() as started:
        print(started.fresh(), flush=True)  # noqa: T201 - what it is for
        signal.signal(signal.SIGTERM, lambda *_: sys.exit())
        with suppress(KeyboardInterrupt):
            signal.pause()
