"""Which words, pairs of words and parts of words a sentence has, hashed into a fixed number of columns."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

COLUMNS = 1 << 15
_WORDS = (1, 2, 3)
_LETTERS = (2, 3, 4, 5)


def grams(words: Sequence[str]) -> Iterator[str]:
    """One to three words in a row; two to five letters in a row, with a space at both ends of a word."""
    for length in _WORDS:
        for start in range(len(words) - length + 1):
            yield "w " + " ".join(words[start : start + length])
    for word in words:
        padded = f" {word} "
        for length in _LETTERS:
            for start in range(max(1, len(padded) - length + 1)):
                yield "l" + padded[start : start + length]


def features(words: Sequence[str]) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Columns that are not zero, and their values: 1 + log of the count, scaled to length 1."""
    counts = Counter(zlib.crc32(gram.encode()) % COLUMNS for gram in grams(words))
    columns = np.fromiter(counts.keys(), dtype=np.intp, count=len(counts))
    values = 1 + np.log(np.fromiter(counts.values(), dtype=np.float32, count=len(counts)))
    return columns, np.asarray(values / max(float(np.linalg.norm(values)), 1e-9), dtype=np.float32)
