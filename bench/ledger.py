"""`voicecart bench ledger`: the whole shop against a simple model, thousands of steps that hypothesis thinks up."""

from __future__ import annotations

import time
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis.database import DirectoryBasedExampleDatabase
from hypothesis.stateful import run_state_machine_as_test

from bench.measuring import machine
from bench.shop_machine import ShopMachine
from voicecart import console

STEPS_A_RUN = 50
RUNS_A_ROUND = 10


def run(steps: int, examples: Path | None, as_json: bool) -> int:
    """Take at least so many steps; 1 when shop and model disagreed, with the shortest way there on stderr.

    examples: a folder that remembers what failed, so that it is tried first the next time.
    """
    began = time.monotonic()
    ShopMachine.steps = 0
    lost = ""
    while ShopMachine.steps < steps and not lost:
        lost = _round(examples)
    found = {"steps": ShopMachine.steps, "seconds": round(time.monotonic() - began, 1), "lost": lost}
    if as_json:
        console.print_json(found | {"machine": machine()})
    else:
        console.say(f"{found['steps']} steps in {found['seconds']} s, lost: {lost or 'nothing'}; {machine()}")
    return int(bool(lost))


def _round(examples: Path | None) -> str:
    """What went wrong, "" when nothing did."""
    chosen = settings(
        max_examples=RUNS_A_ROUND,
        stateful_step_count=STEPS_A_RUN,
        deadline=None,
        database=None if examples is None else DirectoryBasedExampleDatabase(examples),
        phases=(Phase.reuse, Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    try:
        run_state_machine_as_test(ShopMachine, settings=chosen)
    except AssertionError as broken:
        for note in getattr(broken, "__notes__", ()):
            console.warn(note)
        return str(broken) or "a step did what it should not"
    return ""
