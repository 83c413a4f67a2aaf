"""What the first process makes before it forks the workers."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NoReturn

import pytest

from tests.voicecart.alexa.requests import SKILL
from tests.voicecart.alexa.speaker import Speaker, a_skill, speech
from tests.voicecart.service.conftest import shop_database
from voicecart.service.preparing import prepared_understanding
from voicecart.settings import Settings

PROC = Path("/proc/self")


def held() -> tuple[set[str], set[str], set[str]]:
    """Threads, child programs and open files of this process."""
    threads = set(os.listdir(PROC / "task"))
    children = {child for thread in threads for child in (PROC / "task" / thread / "children").read_text().split()}
    numbers = (PROC / "fd" / number for number in os.listdir(PROC / "fd"))
    return threads, children, {os.readlink(number) for number in numbers if number.exists()}


def test_nothing_is_left_open_at_the_fork(tmp_path: Path) -> None:
    """No thread, no child program and no file of the database: two processes would use them, or none."""
    settings = Settings(
        database=shop_database(tmp_path),
        data_folder=tmp_path / "data",
        cache_folder=tmp_path / "cache",
        alexa_skill_id=SKILL,
    )
    before = held()
    prepared_understanding(settings)
    for now, was in zip(held(), before, strict=True):  # what earlier tests left behind may end meanwhile
        assert now <= was


def test_a_first_turn_compiles_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that just started answers its first customer out of what was made before it was there."""
    skill = a_skill(tmp_path)
    skill.assembly.understanding = prepared_understanding(skill.assembly.settings)
    monkeypatch.setattr("skills.understanding.graphs.sayable", _refuse)
    speaker = Speaker(skill, skill.link())
    assert "dollars" in speech(speaker.says("CheckBalance"))
    speaker.says("AddToCart", product="rye bread")
    assert "Your cart" in speech(speaker.says("ClearCart"))


def _refuse(*_: object) -> NoReturn:
    raise AssertionError("compiled in a turn")
