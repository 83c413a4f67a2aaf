"""The skill's own words, by language: wording.yaml."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_FILE = Path(__file__).with_name("wording.yaml")


@dataclass(frozen=True, slots=True)
class Words:
    """What the skill says and hears in one language beside its replies and sentences.

    builtins: Amazon's intents to the words that they stand for. unheard: words that mean nothing.
    carriers: samples of the catch-all intent. accounts, payees, addresses, coupons, choices: usual
    values of such slots.
    """

    language: str
    locales: tuple[str, ...]
    builtins: Mapping[str, str]
    unheard: str
    says: Mapping[str, str | Sequence[str]]
    carriers: tuple[str, ...]
    amount: str
    accounts: tuple[str, ...]
    payees: tuple[str, ...]
    addresses: tuple[str, ...]
    coupons: tuple[str, ...]
    choices: tuple[str, ...]
    prompts: Mapping[str, str]
    publishing: Mapping[str, Any]

    def say(self, key: str, turn: int = 0, **values: str) -> str:
        """A sentence. turn: wordings take turns by it. values: plain text, put in as it is."""
        wordings = self.says[key]
        wording = wordings if isinstance(wordings, str) else wordings[turn % len(wordings)]
        return wording.format(**values)


@cache
def all_words() -> Mapping[str, Words]:
    """Every language that is both ours and Alexa's."""
    languages: dict[str, dict[str, Any]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return {language: Words(language=language, **_frozen(entry)) for language, entry in languages.items()}


def _frozen(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in entry.items()}


def words_for(locale: str) -> Words:
    """The words for a locale such as "en-GB"; English for one that is not there."""
    known = all_words()
    return known.get(locale.split("-")[0].lower(), known["en"])
