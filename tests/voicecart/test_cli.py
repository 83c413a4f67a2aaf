"""The command line as people and programs meet it: help, one clear line for every mistake, JSON on stdout alone."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import typer

from commerce.importing import sample_folders
from commerce.storage.database import Database
from voicecart import cli


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the sample cafe, made once."""
    path = tmp_path_factory.mktemp("stocked") / "shop.sqlite3"
    cafe = next(folder for folder in sample_folders() if folder.name == "coffee")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("voicecart.assembly.sample_folders", lambda: (cafe,))
        assert _exit_code(patch, "shop", "list", "--database", f"sqlite:///{path}") == 0
    return path


@pytest.fixture
def database(stocked: Path, tmp_path: Path) -> str:
    """Its own copy, as a URL."""
    return f"sqlite:///{shutil.copy(stocked, tmp_path / 'copy.sqlite3')}"


def _exit_code(patch: pytest.MonkeyPatch, *arguments: str) -> int:
    patch.setattr("sys.argv", ["voicecart", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    code = ended.value.code
    return code if isinstance(code, int) else 0


def _commands(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    children: dict[str, click.Command] = getattr(command, "commands", {})
    for name, child in children.items():
        yield from _commands(child, (*path, name))
    if not children:
        yield path, command


EVERY_COMMAND = list(_commands(typer.main.get_command(cli.application())))


@pytest.mark.parametrize(("path", "command"), EVERY_COMMAND, ids=[" ".join(path) for path, _ in EVERY_COMMAND])
def test_every_command_says_what_it_does_and_shows_an_example(path: tuple[str, ...], command: click.Command) -> None:
    """No command without help, and none without an example that begins with its own name."""
    assert command.help
    example = command.epilog or ""
    assert "Example" in example
    assert " ".join(path) in example


@pytest.mark.parametrize(
    ("arguments", "saying"),
    [
        (("replay", "no-such-file.wav"), "no-such-file.wav"),
        (("transcribe", "no-such-file.wav"), "no-such-file.wav"),
        (("chat", "--shop", "nowhere"), "nowhere"),
        (("chat", "--shop", "coffee", "--customer", "nobody"), "nobody"),
        (("understand", "a latte", "--database", "nonsense"), "nonsense"),
        (("shop", "check", "no-such-folder"), "no-such-folder"),
        (("shop", "import", "no-such-folder"), "no-such-folder"),
        (("models", "path", "no-such-model"), "no-such-model"),
        (("models", "verify", "vosk-model-small-de-0.15"), "vosk-model-small-de-0.15"),
        (("bench", "rejection"), "--texts"),
    ],
)
def test_a_mistake_is_one_clear_line_and_exit_code_two(
    arguments: tuple[str, ...],
    saying: str,
    database: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What was wrong is named on stderr in one line, stdout stays empty, and nobody sees a traceback."""
    monkeypatch.setenv("VOICECART_DATABASE", database)
    assert _exit_code(monkeypatch, *arguments) == cli.CANNOT
    said = capsys.readouterr()
    assert saying in said.err
    assert "Traceback" not in said.err
    assert said.out == ""


@pytest.mark.parametrize("content", [b"", b"RIFF nothing of the kind", b"\0" * 5000], ids=["empty", "text", "zeros"])
def test_a_file_that_is_no_recording_is_refused(
    content: bytes, tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An empty file, a text and zeros are each named; no engine is blamed."""
    (tmp_path / "broken.wav").write_bytes(content)
    arguments = ("transcribe", str(tmp_path / "broken.wav"), "--database", database)
    assert _exit_code(monkeypatch, *arguments) == cli.CANNOT
    assert "broken.wav" in capsys.readouterr().err


def test_a_shop_with_mistakes_names_file_line_and_field_and_changes_nothing(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A negative price and an unknown field are both told, and the menu is as it was."""
    folder = tmp_path / "coffee"
    shutil.copytree(next(one for one in sample_folders() if one.name == "coffee"), folder)
    menu = (folder / "catalogue.yaml").read_text()
    (folder / "catalogue.yaml").write_text(menu.replace("price: 3.", "price: -3.", 1).replace("unit:", "unitt:", 1))
    assert _exit_code(monkeypatch, "shop", "import", str(folder), "--database", database) == cli.CANNOT
    said = capsys.readouterr().err
    assert "catalogue.yaml" in said
    assert "price" in said
    assert _exit_code(monkeypatch, "understand", "a latte", "--database", database, "--shop", "coffee", "--json") == 0


def test_a_database_held_by_another_program_is_named(
    database: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A writer that does not let go gives a clear line, not a traceback."""
    monkeypatch.setattr("commerce.storage.engines.BUSY_TIMEOUT", 50)
    with Database.open(database).connection():
        code = _exit_code(monkeypatch, "stock", "set", "LATTE", "3", "--shop", "coffee", "--database", database)
    assert code == cli.CANNOT
    assert "copy.sqlite3" in capsys.readouterr().err


def test_json_is_one_object_a_line_and_nothing_else(
    database: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`understand --json` has the documented keys, and items the documented shape."""
    arguments = ("understand", "a large latte with a bit of soy milk", "--shop", "coffee", "--json")
    assert _exit_code(monkeypatch, *arguments, "--database", database) == 0
    (line,) = capsys.readouterr().out.splitlines()
    outcome = json.loads(line)
    assert {"outcome", "intent", "slots", "choices", "cost", "margin"} <= outcome.keys()
    (item,) = outcome["slots"]["items"]
    assert item.keys() == {"sku", "name", "quantity", "options"}
    assert item["sku"] == "LATTE"
    assert {"group": "milk", "value": "soy-milk", "amount": "a bit of", "spoken": "a bit of soy milk"} in item[
        "options"
    ]


def test_a_conversation_through_a_pipe_fills_the_cart(
    database: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """`chat --json` answers line by line and shows the cart after each turn; blank lines are no turns."""
    (tmp_path / "said").write_text("a large latte\n\nno, I said three\nwhat's in my cart\n")
    with (tmp_path / "said").open() as typed:
        monkeypatch.setattr("sys.stdin", typed)
        assert _exit_code(monkeypatch, "chat", "--shop", "coffee", "--json", "--database", database) == 0
    turns = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [turn["intent"] for turn in turns] == ["AddToCart", "Correct", "ReadCart"]
    assert [line["quantity"] for line in turns[-1]["cart"]] == [3]
    assert turns[-1]["cart"][0]["total"] > 0


def test_what_should_never_happen_is_one_line_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A bug ends in a line that names a file with the details, not in a traceback on the screen."""

    def broken(**_options: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("voicecart.commands.models.load_settings", broken)
    monkeypatch.setattr("platformdirs.user_log_dir", lambda _name: str(tmp_path))
    assert _exit_code(monkeypatch, "models", "list") == cli.BROKEN
    said = capsys.readouterr().err
    assert "Traceback" not in said
    (log,) = tmp_path.glob("*.log")
    assert log.name in said.replace("\n", "")
    assert "ZeroDivisionError" in log.read_text()


@pytest.mark.parametrize("command", ["listen", "serve", "work", "wyoming"])
def test_what_stays_holds_nothing_of_other_commands(command: str) -> None:
    """It is there as it always is, and no benchmark's code was loaded for it."""
    program = (
        "import sys; from typer.main import get_command; from voicecart.cli import application\n"
        "alone = get_command(application(sys.argv[1])).commands\n"
        "loaded = [name for name in sys.modules if name.startswith(('bench.', 'voicecart.commands.bench'))]\n"
        "print(*alone, *loaded)\n"
    )
    done = subprocess.run([sys.executable, "-c", program, command], check=True, capture_output=True, text=True)
    assert done.stdout.split() == [command, "bench.measuring"]
    assert command in typer.main.get_command(cli.application()).commands
