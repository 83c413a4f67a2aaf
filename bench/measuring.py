"""What every benchmark measures with."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from os import cpu_count, getpid, sysconf
from pathlib import Path

import numpy as np


class BenchmarkProblem(Exception):
    """A benchmark can't be run on what it was given; str() is one clear line."""


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0 to 1) of `values` lie, linearly interpolated; raises ValueError when empty."""
    if not values:
        raise ValueError("no values were measured")
    return float(np.quantile(values, share))


def memory_mb(pid: int | None = None) -> float:
    """Proportional set size of a process (else this one) and all its descendants, in MB (10^6 bytes); Linux only.

    Pages that processes share are counted once, divided among them (Documentation/filesystems/proc.rst, smaps_rollup).
    """
    return _mb("Pss:", pid)


def own_memory_mb(pid: int | None = None) -> float:
    """What a process (else this one) and all its descendants have written themselves, in MB; Linux only.

    Unlike `memory_mb` it is the same whoever else runs the same programs and so shares their pages.
    """
    return _mb("Anonymous:", pid)


def processor_seconds(pid: int) -> float:
    """What a process and all its living descendants have used so far, in user and system mode; Linux only."""
    ticks = 0
    for member in _family(pid):
        fields = _lines(Path(f"/proc/{member}/stat"))[0].rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])  # utime and stime, counted after the name (proc(5))
    return ticks / sysconf("SC_CLK_TCK")


def threads_and_files(pid: int) -> tuple[int, int]:
    """How many threads and open files a process and all its descendants have; Linux only."""
    members = _family(pid)
    folders = [[Path(f"/proc/{member}/{kind}") for member in members] for kind in ("task", "fd")]
    threads, files = (sum(len(list(folder.iterdir())) for folder in each if folder.is_dir()) for each in folders)
    return threads, files


def machine() -> str:
    """The machine a figure was measured on."""
    names = [line.split(":", 1)[1].strip() for line in _lines(Path("/proc/cpuinfo")) if line.startswith("model name")]
    return f"{cpu_count()} x {names[0] if names else platform.machine()}, Python {platform.python_version()}"


def _family(pid: int) -> list[int]:
    children = [int(child) for task in Path(f"/proc/{pid}/task").glob("*/children") for child in _words(task)]
    return [pid, *(member for child in children for member in _family(child))]


def _mb(kind: str, pid: int | None) -> float:
    """The sum of one line of smaps_rollup over a family."""
    lines = (line for member in _family(pid or getpid()) for line in _lines(Path(f"/proc/{member}/smaps_rollup")))
    return sum(int(line.split()[1]) for line in lines if line.startswith(kind)) * 1024 / 1e6


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):  # the process ended meanwhile
        return []


def _words(path: Path) -> list[str]:
    return [word for line in _lines(path) for word in line.split()]
