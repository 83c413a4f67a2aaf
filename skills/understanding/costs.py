"""What it costs to hear one phoneme for another."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from skills.understanding.phonemes import Phonemes

_TABLE = Path(__file__).with_name("phoneme_costs.json")


@dataclass(frozen=True, slots=True)
class PhonemeCosts:
    """Costs of an alignment; hearing a phoneme as itself costs nothing.

    letters: the known phonemes; one more row and column stand for every other.
    substitution: float32, shape (n + 1, n + 1): said (row), heard (column).
    deletion: float32, shape (n + 1,): said and not heard. insertion: the same for heard and not said.
    """

    letters: str
    substitution: NDArray[np.float32]
    deletion: NDArray[np.float32]
    insertion: NDArray[np.float32]

    def indexes(self, phonemes: Iterable[str]) -> NDArray[np.intp]:
        """Row numbers of phonemes."""
        return np.array([self._index(letter) for letter in phonemes], dtype=np.intp)

    def _index(self, letter: str) -> int:
        found = self.letters.find(letter)
        return found if found >= 0 else len(self.letters)

    def padded(self, words: Sequence[Phonemes]) -> NDArray[np.intp]:
        """Rows of several words, shape (words, longest); -1 behind the end of a word."""
        longest = max((len(word) for word in words), default=0)
        rows = np.full((len(words), longest), -1, dtype=np.intp)
        for row, word in zip(rows, words, strict=True):
            row[: len(word)] = self.indexes(word)
        return rows


@lru_cache
def phoneme_costs(path: Path = _TABLE) -> PhonemeCosts:
    """The table that `bench/phoneme_costs.py` made."""
    table = json.loads(path.read_text(encoding="utf-8"))
    return PhonemeCosts(
        table["letters"],
        np.array(table["substitution"], dtype=np.float32),
        np.array(table["deletion"], dtype=np.float32),
        np.array(table["insertion"], dtype=np.float32),
    )
