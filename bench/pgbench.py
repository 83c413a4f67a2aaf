"""PostgreSQL's own benchmark, the ceiling of what a server can commit: pgbench's default script, "TPC-B (sort of)"."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from sqlalchemy import URL

from bench.measuring import BenchmarkProblem

SCALE = 64  # branches, each 100,000 accounts: at least as many as clients, or they queue for the same rows
PROGRAMS = Path("/usr/lib/postgresql")  # where Debian keeps them, one folder a version
THREADS = 2


def program() -> Path | None:
    """Where pgbench is, if it is anywhere."""
    found = shutil.which("pgbench")
    if found:
        return Path(found)
    versions = sorted(PROGRAMS.glob("*/bin/pgbench"), key=lambda path: float(path.parts[-3]))
    return versions[-1] if versions else None


def fill(pgbench: Path, where: URL) -> None:
    """Make its tables in an empty database. Raises BenchmarkProblem."""
    _run(pgbench, where, "--initialize", "--quiet", f"--scale={SCALE}")


def transactions_a_second(pgbench: Path, where: URL, clients: int, seconds: int) -> float:
    """Let so many clients do its transactions for a while. Raises BenchmarkProblem."""
    options = (f"--client={clients}", f"--jobs={min(clients, THREADS)}", f"--time={seconds}", "--no-vacuum")
    said = _run(pgbench, where, *options, "--protocol=prepared")
    found = re.search(r"tps = ([\d.]+)", said)
    if found is None:
        raise BenchmarkProblem(f"pgbench did not say how fast it was: {said.strip()[-200:]}")
    return float(found[1])


def _run(pgbench: Path, where: URL, *options: str) -> str:
    connection = where.set(drivername="postgresql").render_as_string(hide_password=False)
    done = subprocess.run([str(pgbench), *options, connection], check=False, capture_output=True, text=True)
    if done.returncode:
        raise BenchmarkProblem(f"pgbench failed: {done.stderr.strip().splitlines()[-1]}")
    return done.stdout
