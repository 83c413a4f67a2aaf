"""The doctor on real parts: a sound path that works, one that is silent, none, and what else can be wrong."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench.virtual_sound import VirtualSound
from commerce.storage.database import Database
from tests.postgres import free_port
from tests.skills.talking import imported
from voice.audio import SAMPLE_RATE, Samples
from voicecart.assembly import Assembly
from voicecart.doctor import machine, shop
from voicecart.doctor.finding import Finding, State
from voicecart.settings import Settings

VOICECART = str(Path(sys.executable).with_name("voicecart"))


@pytest.fixture(scope="module")
def room() -> Iterator[VirtualSound]:
    """A quiet room whose microphone also hears the loudspeaker."""
    with VirtualSound() as sound:
        yield sound


def murmur(seconds: float) -> Samples:
    """The hum of a room: noise at about -50 dB."""
    return np.random.default_rng(7).normal(0, 100, int(seconds * SAMPLE_RATE)).astype(np.int16)


def examined(room: VirtualSound, folder: Path, *options: str) -> tuple[dict[str, dict[str, Any]], int]:
    """What `voicecart doctor --json` says in the room, by name, and its exit code."""
    shutil.copy(imported("coffee"), folder / "shop.db")
    ours = {"VOICECART_DATA_FOLDER": str(folder), "VOICECART_DATABASE": f"sqlite:///{folder / 'shop.db'}"}
    command = [VOICECART, "doctor", "--json", "--shop", "coffee", *options]
    asked = subprocess.run(command, env=dict(room.environment) | ours, capture_output=True, check=False)
    assert not asked.stderr, asked.stderr.decode()
    found = [json.loads(line) for line in asked.stdout.splitlines()]
    return {finding["name"]: finding for finding in found}, asked.returncode


def test_a_dead_microphone_and_a_missing_loudspeaker_are_named(room: VirtualSound, tmp_path: Path) -> None:
    """A microphone that opens and delivers only zeros is called silent; a loudspeaker of no such name is missed; each
    with what to do. The rest is examined all the same, and the exit code is 1."""
    found, code = examined(room, tmp_path, "--speaker", "no such loudspeaker")
    assert code == 1
    assert found["microphone"]["state"] == "problem"
    assert "silent" in found["microphone"]["detail"]
    assert "Unmute" in found["microphone"]["advice"]
    assert found["loudspeaker"]["state"] == "problem"
    assert "--speaker" in found["loudspeaker"]["advice"]
    assert {name for name, finding in found.items() if finding["state"] == "problem"} == {"microphone", "loudspeaker"}
    assert {"database", "models", "synthesis", "recognition", "wake word"} <= found.keys()


def test_all_is_well_where_sound_goes_round(room: VirtualSound, tmp_path: Path) -> None:
    """In a room that hums the microphone's level is measured, the played tone comes back through it, a sentence is said
    and heard by the real engines with its latency, and the exit code is 0."""
    room.noise(murmur(120))
    room.leak(0)
    found, code = examined(room, tmp_path, "--wake-word", "okay_nabu")
    assert code == 0, found
    assert -65 < found["microphone"]["measured"]["decibels"] < -30
    assert "the microphone heard it" in found["loudspeaker"]["detail"]
    assert found["recognition"]["measured"]["seconds"] > 0
    assert found["synthesis"]["measured"]["seconds"] > 0
    assert "okay nabu" in found["wake word"]["detail"]


def test_tables_of_another_version_are_named(tmp_path: Path) -> None:
    """A database that was never upgraded is a problem with the command that mends it, and it is left as it was."""
    url = f"sqlite:///{tmp_path / 'empty.db'}"
    Database.open(url).close()
    (finding,) = shop.database(Assembly(Settings(database=url, data_folder=tmp_path)))
    assert finding.state is State.PROBLEM
    assert "voicecart db upgrade" in finding.advice
    assert Database.open(url).revision() is None


def test_an_unknown_shop_is_named(tmp_path: Path) -> None:
    """The database is well, but has no such shop."""
    shutil.copy(imported("coffee"), tmp_path / "shop.db")
    settings = Settings(database=f"sqlite:///{tmp_path / 'shop.db'}", shop="nowhere", data_folder=tmp_path)
    assert states(shop.database(Assembly(settings))) == {"database": State.OK, "shop": State.PROBLEM}


def test_a_database_that_is_not_there_yet_is_no_problem_and_is_not_made(tmp_path: Path) -> None:
    """Before the first command there is nothing, and the doctor does not change that."""
    (finding,) = shop.database(Assembly(Settings(data_folder=tmp_path)))
    assert finding.state is State.WARNING
    assert list(tmp_path.iterdir()) == []


def test_a_service_that_does_not_answer_is_named() -> None:
    """Nobody listens at the address: that is said with the address."""
    url = f"http://127.0.0.1:{free_port()}"
    finding = shop.service(url)
    assert finding.state is State.PROBLEM
    assert url in finding.detail


def test_a_machine_that_was_never_let_in_is_named(tmp_path: Path) -> None:
    """Without a token from pairing no shop will answer: the command that gets one is named."""
    finding, paired = shop.pairing(tmp_path, "https://shop.example")
    assert paired is None
    assert finding.state is State.PROBLEM
    assert "voicecart pair --service https://shop.example" in finding.advice


def test_a_data_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """A file stands where the folder should be: nothing could be kept, and the setting that mends it is named."""
    (tmp_path / "file").write_text("")
    finding = machine.disk(Settings(data_folder=tmp_path / "file" / "data"))
    assert finding.state is State.PROBLEM
    assert "VOICECART_DATA_FOLDER" in finding.advice


def states(findings: Iterator[Finding]) -> dict[str, State]:
    return {finding.name: finding.state for finding in findings}
