"""The command line: declares the commands and is the one border at which errors become a line and an exit code."""

from __future__ import annotations

import sys
import traceback
from datetime import UTC, datetime
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import platformdirs
import typer

from bench.measuring import BenchmarkProblem
from commerce.errors import CommerceError
from skills.languages import LanguageError
from voice.audio import AudioError
from voice.recognition.engine import RecognitionError
from voice.speech.synthesiser import SpeechError
from voicecart import console
from voicecart.commands.options import UsageProblem
from voicecart.device.tokens import PairingProblem, TokensUnreadable
from voicecart.replaying.files import ReplayProblem
from voicecart.settings import SettingsError

EXPECTED = (
    AudioError,
    BenchmarkProblem,
    CommerceError,
    LanguageError,
    PairingProblem,
    RecognitionError,
    ReplayProblem,
    SettingsError,
    SpeechError,
    TokensUnreadable,
    UsageProblem,
)
CANNOT = 2
BROKEN = 70  # EX_SOFTWARE of sysexits.h

_FILES = (
    "replaying",
    "chat",
    "listen",
    "doctor",
    "pair",
    "satellites",
    "serve",
    "work",
    "understanding",
    "models",
    "shops",
    "orders",
    "returns",
    "stock",
    "promotions",
    "customers",
    "database",
    "device",
    "alexa",
    "benchmarks",
)
_STAYING = {"listen": "listen", "serve": "serve", "work": "work", "wyoming": "satellites"}
"""Commands that run for weeks, and their files: they hold nothing of the others."""


def _show_version(asked: bool) -> None:
    if asked:
        console.say(f"voicecart {version('voicecart')}")
        raise typer.Exit


def _options(
    _version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_show_version, is_eager=True)
    ] = False,
) -> None: ...


def application(first: str = "") -> typer.Typer:
    """The command line. first: the word after `voicecart`; one that stays is then the only command there is."""
    app = typer.Typer(
        help="A voice commerce assistant that a shop can host itself.",
        epilog="First steps: voicecart demo · voicecart chat · voicecart chat --shop coffee",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_options)
    for file in [_STAYING[first]] if first in _STAYING else _FILES:
        import_module(f"voicecart.commands.{file}").register(app)
    return app


def main() -> None:
    """Run the command line; every error a user can meet ends as one line on stderr."""
    try:
        application(*sys.argv[1:2])()
    except EXPECTED as error:
        console.complain(str(error))
        sys.exit(CANNOT)
    except Exception as error:  # noqa: BLE001 - the outermost border: nothing is hidden, it goes to a file
        console.complain(f"something went wrong that should not ({type(error).__name__}); details are in {_written()}")
        sys.exit(BROKEN)


def _written() -> Path:
    folder = Path(platformdirs.user_log_dir("voicecart"))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{datetime.now(UTC):%Y%m%d-%H%M%S}.log"
    path.write_text(traceback.format_exc())
    return path
