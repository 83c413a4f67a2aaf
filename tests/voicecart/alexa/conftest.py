"""A skill for each test, and one for those that leave nothing behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.voicecart.alexa.speaker import Skill, a_skill


@pytest.fixture
def skill(tmp_path: Path) -> Skill:
    """A fresh one."""
    return a_skill(tmp_path)


@pytest.fixture(scope="module")
def standing_skill(tmp_path_factory: pytest.TempPathFactory) -> Skill:
    """One for a whole file of tests that change nothing."""
    return a_skill(tmp_path_factory.mktemp("skill"))
