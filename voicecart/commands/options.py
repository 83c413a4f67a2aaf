"""Options that every command understands alike."""

from __future__ import annotations

from typing import Annotated

import typer

from voicecart import console
from voicecart.assembly import Assembly
from voicecart.settings import load_settings

Shop = Annotated[str | None, typer.Option("--shop", "-s", help="The shop's key.", metavar="KEY")]
Customer = Annotated[
    str | None, typer.Option("--customer", "-c", help="The customer's key; else the shop's first.", metavar="KEY")
]
Database = Annotated[
    str | None, typer.Option("--database", help="sqlite:///PATH or postgresql+psycopg://...", metavar="URL")
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line on stdout, and nothing else there.")]
Engine = Annotated[str | None, typer.Option("--engine", help="auto, vosk or whisper.", metavar="ENGINE")]
WakeWord = Annotated[
    str | None, typer.Option("--wake-word", help="alexa, hey_jarvis, hey_mycroft, okay_nabu, or none.", metavar="WORD")
]
Microphone = Annotated[
    str | None, typer.Option("--microphone", help="Name or number of the microphone.", metavar="NAME")
]
Speaker = Annotated[str | None, typer.Option("--speaker", help="Name or number of the loudspeaker.", metavar="NAME")]
Service = Annotated[
    str | None, typer.Option("--service", help="The address of the shop's service, when it is not here.", metavar="URL")
]

NO_WAKE_WORD = "none"


class UsageProblem(Exception):
    """What was asked on the command line can't be done; str() says what to do instead."""


def assemble(
    *,
    shop: str | None = None,
    customer: str | None = None,
    database: str | None = None,
    engine: str | None = None,
    quiet: bool = False,
) -> Assembly:
    """The parts of this run, the database open; a first run is told that sample shops were set up.

    Raises SettingsError, CommerceError.
    """
    assembly = Assembly(load_settings(shop=shop, customer=customer, database=database, engine=engine))
    _ = assembly.database
    if assembly.stocked and not quiet:
        console.warn(f"First run: stocked {assembly.database.url} with the sample shops {', '.join(assembly.stocked)}.")
    return assembly


def sound_device(name: str | None) -> str | int | None:
    """A microphone or loudspeaker as the sound system wants it: a number, or a part of its name."""
    return int(name) if name is not None and name.isdigit() else name
