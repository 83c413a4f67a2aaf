"""Every scenario that comes with the recordings goes as it says, with the real engines, from sound to the database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.assembled import an_assembly
from voice.replay import Ears
from voicecart.assembly import Assembly
from voicecart.replaying.files import load_scenario
from voicecart.replaying.running import play_scenario
from voicecart.replaying.worlds import Worlds

SCENARIOS = sorted((Path(__file__).parents[1] / "audio_fixtures" / "scenarios").glob("*.yaml"))


@pytest.fixture(scope="session")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assembly]:
    """Shared by all scenarios, so that each shop's words are compiled once."""
    with an_assembly(tmp_path_factory.mktemp("data")) as made:
        yield made


@pytest.fixture(scope="session")
def worlds(assembly: Assembly) -> Iterator[Worlds]:
    with Worlds(assembly) as made:
        yield made


@pytest.fixture(scope="session")
def ears(assembly: Assembly) -> Iterator[Ears]:
    opened = Ears(assembly.recogniser)
    yield opened
    opened.close()


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_a_scenario_goes_as_it_says(path: Path, worlds: Worlds, ears: Ears) -> None:
    """Each turn is heard, understood and answered as the file says, and the shop is in the state that it says."""
    went_wrong = [
        f"{path.name}, line {turn.line} ({turn.said!r}, heard {turn.heard!r}): {problem}"
        for turn in play_scenario(load_scenario(path), worlds, ears)
        for problem in turn.problems
    ]
    assert went_wrong == []


def test_the_scenarios_cover_what_can_happen() -> None:
    """All five sample shops, spoken and typed turns, passing time, payments that are declined or answer too late."""
    scenarios = [load_scenario(path).scenario for path in SCENARIOS]
    turns = [turn for scenario in scenarios for turn in scenario.turns]
    assert len(scenarios) >= 15
    assert {scenario.shop for scenario in scenarios} == {"home", "coffee", "bank", "pizza", "home-ko"}
    assert {"accepts", "declines", "slow"} <= {scenario.payments for scenario in scenarios}
    assert sum(turn.hears is not None for turn in turns) >= 15
    assert any(turn.advance is not None for turn in turns)
