"""Which products of an index a whole sentence may name, somewhere in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from skills.understanding.names import LEAST_ALIKE, NEAR, TRUSTED_LENGTH, Words
from skills.understanding.products.index import ProductIndex
from skills.understanding.products.ranking import PRIOR_POINTS
from skills.understanding.products.retrieval import Name
from skills.understanding.products.spelling import sounding

LONGEST_NAME = 12
"""Words. A longer name is found by what it is like."""

_WINDOW, _STEP = 8, 4
"""Words that are looked up together, and how far the next ones begin: or the rarest trigrams of a long sentence would
all come from one of its products."""


class NamesOnDisk:
    """The names in an index (skills.understanding.shortlist.Names). Safe to share between threads."""

    def __init__(self, index: ProductIndex) -> None:
        self._index = index

    def contained(self, words: Words, priors: Mapping[str, float]) -> list[str]:
        """Keys of the products that are named word for word; of very many with one name, those with the best priors."""
        found: dict[str, None] = {}
        for first in range(len(words)):
            for last in range(first + 1, min(len(words), first + LONGEST_NAME) + 1):
                found.update(dict.fromkeys(self._index.called(" ".join(words[first:last]), priors)))
        return list(found)

    def alike(self, words: Words, priors: Mapping[str, float]) -> list[str]:
        """Keys of the products whose names fit best somewhere in the words, the best first."""
        names = list({name: None for text in _windows(words) for name in self._index.around(text, priors)})
        if not names:
            return []
        scores = _fit(names, self._index.spelled(" ".join(words)))
        raised = scores + PRIOR_POINTS * np.array([priors.get(name.product, 0.0) for name in names])
        ranked = [names[place].product for place in np.argsort(-raised, kind="stable") if scores[place] >= LEAST_ALIKE]
        return list(dict.fromkeys(ranked))[:NEAR]


def _windows(words: Words) -> Iterator[str]:
    for start in range(0, max(1, len(words) - _WINDOW + _STEP), _STEP):
        yield " ".join(words[start : start + _WINDOW])


def _fit(names: Sequence[Name], text: str) -> NDArray[np.float64]:
    """0 to 100: how well each name fits into its best place in the text. A short one fits anywhere and counts less."""
    spellings = [name.spelling for name in names]
    by_letters = process.cdist(spellings, [text], scorer=fuzz.partial_ratio)[:, 0]
    by_sound = process.cdist([name.sound for name in names], [sounding(text)], scorer=fuzz.partial_ratio)[:, 0]
    trust = np.minimum(np.array([len(spelling) for spelling in spellings]) / TRUSTED_LENGTH, 1.0)
    return np.asarray(np.maximum(by_letters, by_sound) * trust, dtype=np.float64)
