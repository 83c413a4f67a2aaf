"""The machine: Python, and room on the disk."""

from __future__ import annotations

import platform
import shutil
import sys
import tempfile
from pathlib import Path

from voicecart.doctor.finding import Finding, ok, problem, warning
from voicecart.settings import Settings

OLDEST_PYTHON, TOO_NEW_PYTHON = (3, 11), (3, 15)
ROOMY, NARROW = 1_000, 100  # megabytes


def python() -> Finding:
    """Whether this Python is one that voicecart is made for."""
    found = f"Python {platform.python_version()} on {platform.machine()}"
    if not OLDEST_PYTHON <= sys.version_info[:2] < TOO_NEW_PYTHON:
        return problem("python", found, "Install Python 3.11, 3.12, 3.13 or 3.14.")
    return ok("python", found)


def disk(settings: Settings) -> Finding:
    """Whether the data folder can be written, and how much room is left there."""
    folder = settings.data_folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"\0" * 4096)
    except OSError as error:
        advice = "Make room there, let this user write there, or set VOICECART_DATA_FOLDER."
        return problem("disk", f"{folder} can't be written: {error.strerror}", advice)
    return _room(folder, shutil.disk_usage(folder).free // 1_000_000)


def _room(folder: Path, free: int) -> Finding:
    found = f"{free} MB free in {folder}"
    if free < NARROW:
        return problem("disk", found, "Make room: orders could not be written down soon.", free_megabytes=free)
    if free < ROOMY:
        return warning("disk", found, "Make room before the disk is full.", free_megabytes=free)
    return ok("disk", found, free_megabytes=free)
