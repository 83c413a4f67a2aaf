"""The names of a catalogue that fits in memory: which of them stand in a sentence, and which are like a part of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from skills.understanding.context import ShopWords
from skills.understanding.joining import joining_words
from skills.understanding.normalise import words_of
from skills.understanding.phonemes import Lexicon

NEAR = 16
"""So many names that are not there word for word are taken up."""
LEAST_ALIKE = 60.0
TRUSTED_LENGTH = 6
"""Letters from which a good fit is no accident; "tea" fits into "steak"."""
_KEPT = 64
"""So many texts are remembered with the names that they are like: most hypotheses are looked up a second time."""

Words = tuple[str, ...]


class NamesInMemory:
    """Every name in a shop, with the products that it may mean."""

    def __init__(self, words: ShopWords, language: str, lexicon: Lexicon) -> None:
        plural = joining_words(language).plural
        self._language = language
        self._lexicon = lexicon
        self._meant: dict[Words, dict[str, None]] = defaultdict(dict)
        for product in words.products:
            for name in product.spoken:
                for form in (name, plural(name)):
                    self._meant[words_of(form, language)][product.key] = None
        self._meant.pop((), None)
        self._longest = max(map(len, self._meant), default=0)
        self._names = list(self._meant)
        self._spoken: list[str] | None = None
        self._looked_through = lru_cache(_KEPT)(self._alike)

    def contained(self, words: Words, priors: Mapping[str, float]) -> list[str]:  # noqa: ARG002
        """See Names."""
        spans = (
            words[first:last]
            for first in range(len(words))
            for last in range(first + 1, min(len(words), first + self._longest) + 1)
        )
        return [key for span in spans for key in self._meant.get(span, ())]

    def alike(self, words: Words, priors: Mapping[str, float]) -> list[str]:  # noqa: ARG002
        """See Names. Raises PhonemesMissing."""
        return self._looked_through(words)

    def _alike(self, words: Words) -> list[str]:
        sounds = _written(word for sound in self._lexicon.phonemes(words, self._language) for word in sound)
        scores = np.maximum(_fit(self._letters, " ".join(words)), _fit(self._sounds(), sounds))
        trust = np.minimum(self._lengths / TRUSTED_LENGTH, 1.0)
        best = np.argsort(-scores * trust, kind="stable")[:NEAR]
        return [key for index in best if scores[index] >= LEAST_ALIKE for key in self._meant[self._names[index]]]

    @cached_property
    def _letters(self) -> list[str]:
        return [" ".join(name) for name in self._names]

    @cached_property
    def _lengths(self) -> NDArray[np.float64]:
        return np.array([len(name) for name in self._letters], dtype=np.float64)

    def _sounds(self) -> list[str]:
        if self._spoken is None:
            words = sorted({word for name in self._names for word in name})
            said = dict(zip(words, self._lexicon.phonemes(words, self._language), strict=True))
            self._spoken = [_written(letter for word in name for letter in said[word]) for name in self._names]
        return self._spoken


def _written(phonemes: Iterable[str]) -> str:
    return "".join(letter[0] for letter in phonemes)


def _fit(names: Sequence[str], text: str) -> NDArray[np.float64]:
    """0 to 100: how well each name fits into its best place in the text."""
    scores: NDArray[np.float64] = process.cdist(names, [text], scorer=fuzz.partial_ratio, dtype=np.float64)[:, 0]
    return scores
