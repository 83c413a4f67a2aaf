"""Scenario files and the list of what recordings mean: their formats, read with the line of every mistake."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self, TypeVar

from pydantic import BaseModel, Field, RootModel, model_validator

from commerce.importing.reading import Source, read
from commerce.payments.trial_gateway import Behaviour
from skills.contract import Expectation
from voicecart.replaying.meanings import ExpectedMeaning, ExpectedSlots, Strict
from voicecart.replaying.states import ExpectedState

MANIFEST = "expected.yaml"
Model = TypeVar("Model", bound=BaseModel)


class ReplayProblem(Exception):
    """What was asked to be replayed can't be; str() is one line a mistake, with file and line where there are any."""


class Advance(Strict):
    """Time that passes before a turn."""

    days: int = 0
    hours: int = 0
    minutes: int = 0
    seconds: int = 0


class ScenarioTurn(ExpectedMeaning):
    """One thing said, and what must come of it; what is not named may be anything.

    types: typed text; hears: a recording, its path relative to the file. Exactly one of them.
    by, device: who speaks, and where, when it is not the scenario's customer at the usual device.
    advance: time that passes before. set_stock: what a count of the shelf comes to before, by SKU.
    says, never_says: parts of the spoken answer, in any case. expects: what the assistant waits for then.
    choices: how many choices are offered. done: business events, the beginnings of their lines.
    shop: the state afterwards. unchanged: nothing in the shop may differ from before the turn.
    """

    types: str | None = None
    hears: str | None = None
    by: str | None = None
    device: str = "here"
    advance: Advance | None = None
    set_stock: dict[str, int] = Field(default_factory=dict)
    says: str | list[str] = Field(default_factory=list)
    never_says: str | list[str] = Field(default_factory=list)
    expects: str | None = None
    choices: int | None = None
    ends: bool | None = None
    done: list[str] | None = None
    shop: ExpectedState | None = None
    unchanged: bool = False

    @model_validator(mode="after")
    def _one_utterance(self) -> Self:
        if (self.types is None) == (self.hears is None):
            raise ValueError("needs exactly one of types and hears")
        if self.expects is not None and self.expects not in {expectation.value for expectation in Expectation}:
            known = ", ".join(expectation.value for expectation in Expectation)
            raise ValueError(f"expects {self.expects!r}, which is none of {known}")
        return self


class Scenario(Strict):
    """A conversation. payments: what becomes of every charge (accepts, declines, slow, lost, late, late-decline)."""

    title: str
    shop: str
    customer: str
    language: str | None = None
    payments: Literal["accepts", "declines", "slow", "lost", "late", "late-decline"] = "accepts"
    turns: list[ScenarioTurn]

    @property
    def behaviour(self) -> Behaviour:
        """What the payment provider does with every charge."""
        return Behaviour(f"card-{self.payments}")


class ExpectedRecording(ExpectedMeaning):
    """What one recording means. says: the words, for people. after: what was typed before it, so that it makes sense.

    slots: every one that it fills, and no other.
    changes: "nothing" for what must change nothing, whatever is heard. unreadable: no recording at all.
    """

    slots: ExpectedSlots | None = Field(default_factory=ExpectedSlots)
    says: str = ""
    shop: str
    customer: str
    after: list[str] = Field(default_factory=list)
    changes: Literal["nothing"] | None = None
    unreadable: bool = False

    @model_validator(mode="after")
    def _one_expectation(self) -> Self:
        if (self.intent is None) == (self.changes is None):
            raise ValueError("needs exactly one of intent and changes")
        return self

    @property
    def in_domain(self) -> bool:
        """Whether it means something to the shop."""
        return self.intent is not None


class Manifest(RootModel[dict[str, ExpectedRecording]]):
    """Every recording of a folder, by its path relative to the folder."""


@dataclass(frozen=True, slots=True)
class ScenarioFile:
    """A scenario with the line on which each turn begins."""

    path: Path
    scenario: Scenario
    lines: tuple[int, ...]


def load_scenario(path: Path) -> ScenarioFile:
    """Read a scenario file. Raises ReplayProblem with every mistake in it."""
    source = read(path, Scenario)
    scenario = _content(source)
    for number, turn in enumerate(scenario.turns):
        if turn.hears is not None and not (path.parent / turn.hears).is_file():
            raise ReplayProblem(str(source.problem(("turns", number, "hears"), f"there is no file {turn.hears}")))
    return ScenarioFile(path, scenario, tuple(source.lines["turns", number] for number in range(len(scenario.turns))))


def load_manifest(path: Path) -> Mapping[str, ExpectedRecording]:
    """Read the list of what recordings mean. Raises ReplayProblem with every mistake in it."""
    return _content(read(path, Manifest)).root


def _content(source: Source[Model]) -> Model:
    if source.content is None:
        raise ReplayProblem("\n".join(map(str, source.problems)))
    return source.content
