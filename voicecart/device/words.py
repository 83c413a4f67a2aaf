"""The device's own words, read from words.yaml: its lines, what interrupts it, and how sentences end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from skills.contract import Expectation
from voice.device_ports import Finish, Lines
from voice.interrupting import Interruption, Interruptions

_ANSWERED = (Expectation.YES_OR_NO, Expectation.CONFIRM_QUOTE)
_OPEN_SLOT = (Expectation.SLOT, Expectation.CHOICE)


@dataclass(frozen=True, slots=True)
class Later:
    """How a sentence begins or ends that only adds to the cart, and words with which it may mean something else."""

    begins: tuple[str, ...]
    ends: tuple[str, ...]
    never: frozenset[str]


@dataclass(frozen=True, slots=True)
class DeviceWords:
    """The words of one language.

    lines: for the loop; said: every line by its key. answers: short answers to a question of yes or no.
    unfinished: words after which a sentence goes on. later: what may be sent to the shop later on.
    """

    lines: Lines
    said: Mapping[str, str]
    interruptions: Interruptions
    answers: frozenset[str]
    unfinished: frozenset[str]
    later: Later

    def finish(self, text: str, expects: Expectation) -> Finish:
        """Whether `text` sounds finished, by its words alone."""
        words = _plain(text)
        if not words:
            return Finish.UNKNOWN
        if expects is Expectation.CODE:
            return Finish.UNFINISHED  # digits come one by one
        if expects in _ANSWERED and " ".join(words) in self.answers:
            return Finish.COMPLETE
        if words[-1] in self.unfinished and expects not in _OPEN_SLOT:
            return Finish.UNFINISHED
        return Finish.UNKNOWN

    def may_wait(self, text: str) -> bool:
        """Whether `text` does nothing but add to the cart, whenever it arrives."""
        words = _plain(text)
        said = " ".join(words)
        adds = any(said.startswith(f"{one} ") for one in self.later.begins) or any(
            said.endswith(f" {one}") for one in self.later.ends
        )
        return adds and not self.later.never.intersection(words)


def _plain(text: str) -> list[str]:
    return "".join(c for c in text.lower().replace("’", "'") if c.isalnum() or c in " '").split()


@cache
def device_words(language: str) -> DeviceWords:
    """The words of a language (BCP 47); English where it has none of its own."""
    file = files("voicecart.device").joinpath("words.yaml").read_text("utf-8")
    # it makes every scalar text: a bare yes is a word here, and no truth value
    all_words: dict[str, Any] = yaml.load(file, Loader=yaml.BaseLoader)  # noqa: S506
    words = all_words.get(language.split("-")[0], all_words["en"])
    lines = words["lines"]
    return DeviceWords(
        Lines(**{field.name: lines[field.name] for field in fields(Lines)}),
        lines,
        {meaning: tuple(words["interruptions"][meaning.value]) for meaning in Interruption},
        frozenset(words["answers"]),
        frozenset(words["unfinished"]),
        Later(tuple(words["later"]["begins"]), tuple(words["later"]["ends"]), frozenset(words["later"]["never"])),
    )
