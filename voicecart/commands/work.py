"""`voicecart work`: what no request waits for is done: open payments, messages, reservations that ran out."""

from __future__ import annotations

import signal
from dataclasses import asdict
from threading import Event
from typing import Annotated

import typer

from commerce.working.beats import Life, lives
from voicecart import console
from voicecart.assembly import Assembly
from voicecart.commands import options


def register(root: typer.Typer) -> None:
    """Add the command of this file."""
    root.command(epilog="Example: voicecart work --database postgresql://shop@localhost/shop")(work)


def work(
    once: Annotated[bool, typer.Option("--once", help="Do what can be done now, and end.")] = False,
    show: Annotated[bool, typer.Option("--show", help="Only show which workers there are.")] = False,
    database: options.Database = None,
    as_json: options.Json = False,
) -> None:
    """Ask about open payments, send messages and end reservations, for every shop of the database.

    Runs until Control-C or SIGTERM, and finishes what it has begun. Start as many as you like, on any machine.
    With --show the exit code is 1 when none is alive; with --once, when something failed.
    """
    assembly = options.assemble(database=database, quiet=as_json)
    if show:
        raise typer.Exit(_show(assembly, as_json))
    if once:
        raise typer.Exit(_once(assembly, as_json))
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    if not as_json:
        console.say(f"Working on {assembly.database.url} until Control-C.")
    assembly.worker().run(stop)


def _once(assembly: Assembly, as_json: bool) -> int:
    found = assembly.worker().work_off()
    if as_json:
        console.print_json(asdict(found))
    else:
        console.say(f"{found.done} done, {found.failed} failed.")
    return int(bool(found.failed))


def _show(assembly: Assembly, as_json: bool) -> int:
    now = assembly.clock.now()
    found = lives(assembly.database)
    rows = [(life, life.is_alive(now)) for life in found]
    if as_json:
        for life, is_alive in rows:
            console.print_json(asdict(life) | {"alive": is_alive})
    else:
        console.table(["worker", "since", "last seen", "done", "alive"], [_row(*row) for row in rows])
    return int(not any(is_alive for _, is_alive in rows))


def _row(life: Life, is_alive: bool) -> tuple[str, ...]:
    seen = f"{life.started_at:%Y-%m-%d %H:%M:%S}", f"{life.beat_at:%Y-%m-%d %H:%M:%S}"
    return life.name, *seen, str(life.done), "yes" if is_alive else "no"
