"""How near names are to what was heard, by spelling, by sound and by what this customer buys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from skills.understanding.products.resolution import ProductMatch
from skills.understanding.products.retrieval import Name
from skills.understanding.products.spelling import sounding

Scores = NDArray[np.float32]
"""Similarities from 0 to 100."""

PRIOR_POINTS = 15.0
"""What a prior of 1 adds to a similarity: it decides between equal names, and does not outweigh a clear word."""

_SPELLING, _JOINED, _WORDS, _SOUND, _PART_OF_SOUND = 0.60, 0.15, 0.05, 0.15, 0.05
_BEST_HYPOTHESIS = 0.5
"""Fitted on generated queries (docs/benchmarks.md, Products): what each similarity counts, and how much the hypothesis
that is nearest to a name counts against the mean of all, of which the right name is near to most."""

Readings = tuple[str, ...]
"""The spellings of one hypothesis: with what was taken for a quantity, and without."""


def ranked(heard: Sequence[Readings], names: Sequence[Name], priors: Mapping[str, float]) -> tuple[ProductMatch, ...]:
    """The products of these names, nearest first, each by its nearest name; a name with a SKU wins a tie."""
    if not heard or not names:
        return ()
    best: dict[str, ProductMatch] = {}
    for name, similarity in zip(names, similarities(heard, names).tolist(), strict=True):
        score = similarity + PRIOR_POINTS * priors.get(name.product, 0.0)
        match = ProductMatch(name.product, name.sku, name.shown, score, similarity)
        before = best.get(name.product)
        if before is None or (score, name.sku is not None) > (before.score, before.sku is not None):
            best[name.product] = match
    return tuple(sorted(best.values(), key=lambda match: -match.score))


def similarities(heard: Sequence[Readings], names: Sequence[Name]) -> Scores:
    """Shape (len(names),): how near each name is to what was heard, by the best reading of each hypothesis."""
    texts = list(dict.fromkeys(text for readings in heard for text in readings))
    by_text = _each(texts, names)
    by_hypothesis = np.stack([by_text[[texts.index(text) for text in readings]].max(axis=0) for readings in heard])
    nearest, mean = by_hypothesis.max(axis=0), by_hypothesis.mean(axis=0)
    return np.asarray(_BEST_HYPOTHESIS * nearest + (1 - _BEST_HYPOTHESIS) * mean, dtype=np.float32)


def _each(texts: Sequence[str], names: Sequence[Name]) -> Scores:
    """Shape (len(texts), len(names))."""
    spellings = [name.spelling for name in names]
    sounds = [name.sound for name in names]
    heard_sounds = [sounding(text) for text in texts]
    joined, heard_joined = [text.replace(" ", "") for text in spellings], [text.replace(" ", "") for text in texts]
    return np.asarray(
        _SPELLING * process.cdist(texts, spellings, scorer=fuzz.ratio)
        + _JOINED * process.cdist(heard_joined, joined, scorer=fuzz.ratio)
        + _WORDS * process.cdist(texts, spellings, scorer=fuzz.token_set_ratio)
        + _SOUND * process.cdist(heard_sounds, sounds, scorer=fuzz.ratio)
        + _PART_OF_SOUND * process.cdist(heard_sounds, sounds, scorer=fuzz.partial_ratio)
    )
