"""What one look came to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class State(Enum):
    """How it is. A warning works, but not as it should; a problem does not work."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's. detail: what was found; advice: what to do about it, "" when nothing need be done.

    measured: figures by name, with their unit in the name.
    """

    name: str
    state: State
    detail: str
    advice: str = ""
    measured: tuple[tuple[str, float], ...] = ()


def ok(name: str, detail: str, **measured: float) -> Finding:
    """It is as it should be."""
    return Finding(name, State.OK, detail, "", tuple(measured.items()))


def warning(name: str, detail: str, advice: str, **measured: float) -> Finding:
    """It works, but not as it should."""
    return Finding(name, State.WARNING, detail, advice, tuple(measured.items()))


def problem(name: str, detail: str, advice: str, **measured: float) -> Finding:
    """It does not work."""
    return Finding(name, State.PROBLEM, detail, advice, tuple(measured.items()))
