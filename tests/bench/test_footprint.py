"""What a turn costs is counted, sentence by sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.footprint import SENTENCES, run


def test_the_last_yes_costs_most(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Buying takes more statements than asking; the whole conversation is the sum of its sentences."""
    assert run(f"sqlite:///{tmp_path / 'unused.db'}", conversations=1, as_json=True) == 0
    found = {row["sentence"]: row for row in map(json.loads, capsys.readouterr().out.splitlines())}
    assert found.keys() == {*SENTENCES, "a conversation"}
    assert found["yes"]["statements"] > found["where is my order"]["statements"] > 0
    assert found["a conversation"]["statements"] == sum(found[sentence]["statements"] for sentence in SENTENCES)
    assert all(row["processor"] > 0 for row in found.values())
