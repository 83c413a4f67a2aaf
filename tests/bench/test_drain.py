"""Workers that share an outbox send each message once, and the benchmark would see it otherwise."""

from __future__ import annotations

import json

import pytest

from bench.drain import run


def test_two_workers_empty_an_outbox(capsys: pytest.CaptureFixture[str]) -> None:
    """Every message was sent once, whoever sent it."""
    assert run(None, [2], messages=20, takes=0, as_json=True) == 0
    found = json.loads(capsys.readouterr().out)
    assert (sum(found["shares"]), found["lost"]) == (20, [])
