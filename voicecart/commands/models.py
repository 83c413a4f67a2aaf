"""`voicecart models ...`: where speech models come from, and whether they are whole."""

from __future__ import annotations

from typing import Annotated

import typer

from voice.recognition.models import ModelStore
from voicecart import console
from voicecart.assembly import Assembly
from voicecart.commands import options
from voicecart.settings import load_settings

app = typer.Typer(help="Speech models: list, get, verify, path.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="A name of `voicecart models list`.")]


def register(root: typer.Typer) -> None:
    """Add the commands of this file."""
    root.add_typer(app, name="models")


def _store() -> ModelStore:
    return Assembly(load_settings()).models


@app.command("list", epilog="Example: voicecart models list --json")
def list_models(as_json: options.Json = False) -> None:
    """The known models, whether each is here, and where it comes from."""
    found = _store().list_models()
    if as_json:
        for model in found:
            console.print_json(
                {
                    "name": model.name,
                    "engine": model.engine,
                    "languages": list(model.languages),
                    "megabytes": model.size,
                    "found_in": model.found_in or None,
                    "path": str(model.found_at) if model.found_at else None,
                    "source": model.source,
                    "licence": model.licence,
                }
            )
        return
    console.table(
        ("model", "engine", "languages", "MB", "here", "licence", "source"),
        [
            (
                model.name,
                model.engine,
                "many" if model.languages == ("*",) else ", ".join(model.languages),
                model.size,
                model.found_in or "no",
                model.licence,
                model.source,
            )
            for model in found
        ],
    )


@app.command(epilog="Example: voicecart models get whisper-base")
def get(name: Name) -> None:
    """Fetch a model, unless it is here, and check it."""
    store = _store()
    with console.download_progress() as progress:
        folder = store.get(name, progress)
    console.say(f"{name} is in {folder}; {_count(store.verify(name))} compared.")


@app.command(epilog="Example: voicecart models verify whisper-tiny.en")
def verify(name: Name) -> None:
    """Compare a model's files with their checksums."""
    console.say(f"{name} is whole: {_count(_store().verify(name))} compared.")


@app.command(epilog="Example: voicecart models path vosk-model-small-ko-0.22")
def path(name: Name) -> None:
    """Print a model's folder."""
    console.say(str(_store().path(name)))


def _count(files: int) -> str:
    return f"{files} file{'' if files == 1 else 's'}"
