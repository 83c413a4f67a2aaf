"""The page about devices and the unit beside it agree with the program."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import click
import pytest
import typer

from voicecart import cli, doctor

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "device.md").read_text(encoding="utf-8")
UNIT = DOCS / "systemd" / "voicecart-listen.service"


def commands() -> dict[str, click.Command]:
    found: dict[str, click.Command] = getattr(typer.main.get_command(cli.application()), "commands", {})
    return found


def test_every_line_of_the_doctor_has_a_row() -> None:
    """Whoever gets a line that is no "ok" finds it in the table of the page, and no row is left of what is gone."""
    sources = [path.read_text() for path in Path(doctor.__file__).parent.glob("*.py")]
    names = set(re.findall(r'(?:ok|warning|problem)\(\s*"([^"]+)"', "\n".join(sources)))
    rows = set(re.findall(r"^\| ([a-z -]+) \|", PAGE, re.MULTILINE)) - {"line", "---"}
    assert names == rows


def test_every_command_of_the_page_exists() -> None:
    """Commands and options are spelt as the program knows them."""
    examples = re.findall(r"voicecart (doctor|chat|listen|pair|wyoming)\b([^\n`|]*)", PAGE)
    assert examples
    for name, rest in examples:
        known = {option for parameter in commands()[name].params for option in parameter.opts}
        assert set(re.findall(r"(?<= )--[a-z-]+", rest)) <= known, (name, rest)


def test_the_units_command_exists() -> None:
    """What systemd starts is a command with options that it knows."""
    [options] = re.findall(r"^ExecStart=.*/voicecart listen (.*)$", UNIT.read_text(), re.MULTILINE)
    known = {
        option for parameter in commands()["listen"].params for option in (*parameter.opts, *parameter.secondary_opts)
    }
    assert set(options.split()) <= known


@pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="needs systemd's own checker: apt-get install systemd"
)
def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    """systemd's own checker finds nothing to complain about."""
    unit = tmp_path / UNIT.name
    unit.write_text(re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", UNIT.read_text(), flags=re.MULTILINE))
    checked = subprocess.run(
        ["systemd-analyze", "--user", "verify", str(unit)],
        env={"XDG_RUNTIME_DIR": str(tmp_path), "HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.stderr == ""
    assert checked.returncode == 0
