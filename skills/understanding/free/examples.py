"""What the free reader learns from, and where what it learned is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from skills.languages.model import LanguageModel
from skills.understanding.normalise import words_of

NONE = "none"
"""The label of what is meant for nobody here."""


@dataclass(frozen=True, slots=True)
class Example:
    """One sentence. way: its wording, the same for sentences that are worded alike."""

    sentence: str
    words: tuple[str, ...]
    label: str
    way: str


def examples(model: LanguageModel) -> tuple[Example, ...]:
    """Everything that there is to learn from."""
    return tuple(_examples(model))


def _examples(model: LanguageModel) -> Iterator[Example]:
    for intent in model.intents:
        for phrasing in intent.phrasings:
            for sentence in phrasing.sentences:
                yield Example(
                    sentence, words_of(sentence, model.language), intent.name, f"{intent.name}: {phrasing.way}"
                )
    for kind in model.talk:
        for sentence in kind.sentences:
            yield Example(sentence, words_of(sentence, model.language), NONE, kind.way)


def digest(known: Sequence[Example]) -> str:
    """Changes when any example does."""
    text = "\n".join(f"{example.label}\t{example.sentence}" for example in known)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def weights_file(language: str) -> Path:
    """Where a language's weights are kept."""
    return Path(__file__).parent / f"{language}.npz"
