"""`voicecart alexa` as a merchant meets it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.skills.talking import imported
from voicecart import cli


def _exit_code(patch: pytest.MonkeyPatch, *arguments: str) -> int:
    patch.setattr("sys.argv", ["voicecart", "alexa", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    code = ended.value.code
    return code if isinstance(code, int) else 0


def test_a_package_is_built_checked_and_found_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is built passes; with one sample too many it does not, and the line says where."""
    database = f"sqlite:///{shutil.copy(imported('coffee'), tmp_path / 'shop.db')}"
    out = tmp_path / "skill"
    assert _exit_code(monkeypatch, "build", "--out", str(out), "--shop", "coffee", "--database", database) == 0
    built = capsys.readouterr()
    assert "en-GB.json" in built.out
    assert "ko: Alexa does not speak it" in built.err
    assert _exit_code(monkeypatch, "check", str(out), "--json") == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert all(count >= 20 for name, count in lines[0]["samples"].items() if name not in _WITHOUT)
    model = out / "skill-package" / "interactionModels" / "custom" / "en-GB.json"
    document = json.loads(model.read_text())
    document["interactionModel"]["languageModel"]["intents"][0]["samples"].append("check out")
    model.write_text(json.dumps(document))
    assert _exit_code(monkeypatch, "check", str(out)) == 1
    broken = capsys.readouterr().err.replace("\n", " ")
    assert "en-GB.json" in broken
    assert "'check out' is also a sample of" in broken


_WITHOUT = {"AMAZON.FallbackIntent", "AMAZON.NavigateHomeIntent"}


def test_a_folder_without_a_package_is_told_in_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is a mistake of whoever typed it, not a breach of Alexa's rules."""
    assert _exit_code(monkeypatch, "check", str(tmp_path)) == cli.CANNOT
    assert "is missing" in capsys.readouterr().err.replace("\n", " ")
