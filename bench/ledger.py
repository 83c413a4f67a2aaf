"""`voicecart bench ledger`: the whole shop against a simple model, thousands of steps that hypothesis thinks up."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis.database import DirectoryBasedExampleDatabase
from hypothesis.stateful import run_state_machine_as_test

from bench.market import scratch_database
from bench.measuring import machine
from bench.shop_machine import ShopMachine
from commerce.storage.database import Database
from voicecart import console

STEPS_A_RUN = 50
RUNS_A_ROUND = 10


def run(database: str | None, steps: int, examples: Path | None, as_json: bool) -> int:
    """Take at least so many steps; 1 when shop and model disagreed, with the shortest way there on stderr.

    database: an empty one; None means an SQLite file. examples: a folder that remembers what failed, so that it is
    tried first the next time. Raises NotForBenchmarks, StorageError.
    """
    began = time.monotonic()
    ShopMachine.steps = 0
    lost = ""
    with scratch_database(database) as (url, _), closing(Database.open(url)) as ShopMachine.home:
        dialect = ShopMachine.home.dialect
        while ShopMachine.steps < steps and not lost:
            lost = _round(examples)
    found = {"steps": ShopMachine.steps, "seconds": round(time.monotonic() - began, 1), "lost": lost}
    if as_json:
        console.print_json(found | {"database": dialect, "machine": machine()})
    else:
        console.say(f"{ShopMachine.steps} steps on {dialect} in {found['seconds']} s, lost: {lost or 'nothing'}")
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
