"""`voicecart replay` and `voicecart demo`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from voicecart import demo as demonstration
from voicecart import replay as replaying
from voicecart.assembly import Assembly
from voicecart.commands import options
from voicecart.settings import load_settings


def register(root: typer.Typer) -> None:
    """Add the commands of this file."""
    root.command(epilog="Example: make demo")(demo)
    root.command(epilog="Examples: voicecart replay audio_fixtures --json · voicecart replay my-recording.wav")(replay)


def replay(
    paths: Annotated[list[Path], typer.Argument(help="Recordings, scenario files, or folders of them.")],
    shop: options.Shop = None,
    customer: options.Customer = None,
    database: options.Database = None,
    engine: options.Engine = None,
    as_json: options.Json = False,
) -> None:
    """Play recordings or scenarios through the whole assistant; exit code 1 when an expectation fails."""
    assembly = Assembly(load_settings(shop=shop, customer=customer, database=database, engine=engine))
    raise typer.Exit(replaying.run(paths, assembly, as_json))


def demo(
    out: Annotated[Path, typer.Option(help="Folder for the answers as wav files.")] = Path("out/demo"),
    as_json: options.Json = False,
) -> None:
    """Recorded shoppers talk to three sample shops, and to a Korean one: heard, understood, done, said."""
    raise typer.Exit(demonstration.run(load_settings(), out, as_json))
