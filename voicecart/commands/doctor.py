"""`voicecart doctor`: what is wrong on this machine, and what to do about it."""

from __future__ import annotations

from typing import Annotated

import typer

from voicecart import console
from voicecart.assembly import Assembly
from voicecart.commands import options
from voicecart.device.tokens import plain_address
from voicecart.doctor.finding import Finding, State
from voicecart.settings import load_settings

_STYLES = {State.OK: "green", State.WARNING: "yellow", State.PROBLEM: "bold red"}


def register(root: typer.Typer) -> None:
    """Add the command of this file."""
    root.command(epilog="Example: voicecart doctor --shop coffee --wake-word hey_jarvis")(doctor)


def doctor(
    shop: options.Shop = None,
    customer: options.Customer = None,
    database: options.Database = None,
    engine: options.Engine = None,
    wake_word: options.WakeWord = None,
    microphone: options.Microphone = None,
    speaker: options.Speaker = None,
    service: options.Service = None,
    without_sound: Annotated[
        bool, typer.Option("--without-sound", help="A server: no microphone, loudspeaker or speech is needed.")
    ] = False,
    as_json: options.Json = False,
) -> None:
    """Check Python, database, models, speech, microphone and loudspeaker; exit code 1 when something does not work.

    Half a second is recorded, measured and forgotten, and a short tone is played. Nothing is changed.
    """
    from voicecart.doctor.checkup import Wishes, checkup  # with an HTTP client, which no other command should wait for

    assembly = Assembly(load_settings(shop=shop, customer=customer, database=database, engine=engine))
    chosen = wake_word or assembly.settings.wake_word
    chosen_service = service or assembly.settings.service
    wishes = Wishes(
        microphone=options.sound_device(microphone),
        speaker=options.sound_device(speaker),
        sound=not without_sound,
        wake_word=None if chosen == options.NO_WAKE_WORD else chosen,
        service=None if chosen_service is None else plain_address(chosen_service),
    )
    worst = State.OK
    for finding in checkup(assembly, wishes):
        _show(finding, as_json)
        if finding.state is State.PROBLEM:
            worst = State.PROBLEM
    if worst is State.PROBLEM:
        raise typer.Exit(1)


def _show(finding: Finding, as_json: bool) -> None:
    if as_json:
        console.print_json(
            {
                "name": finding.name,
                "state": finding.state.value,
                "detail": finding.detail,
                "advice": finding.advice,
                "measured": dict(finding.measured),
            }
        )
        return
    console.say(f"{finding.state.value:8} {finding.name:12} {finding.detail}", style=_STYLES[finding.state])
    if finding.advice:
        console.say(f"{'':21} {finding.advice}")
