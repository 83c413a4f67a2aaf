"""Of a large catalogue, the few products that an utterance can be about: only they enter its graph.

Names that stand in the text word for word always do; the others are found by how well they fit somewhere in the text,
as letters and as sounds, whichever is better (a recogniser writes "see salt" or "C salt").
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from skills.understanding.context import Context, SayableProduct, ShopWords
from skills.understanding.joining import joining_words
from skills.understanding.normalise import words_of
from skills.understanding.phonemes import Lexicon

SMALL = 60
"""A shop with so many products goes into the graph as a whole."""
NEAR = 16
"""So many names that are not there word for word are taken up."""
_LEAST_ALIKE = 60.0
_TRUSTED_LENGTH = 6
"""Letters from which a good fit is no accident; "tea" fits into "steak"."""

Words = tuple[str, ...]


class Shortlists:
    """Shortlists of the shops that were asked for last. Safe to share between threads."""

    def __init__(self, lexicon: Lexicon, kept: int = 8) -> None:
        self._lexicon = lexicon
        self._kept = kept
        self._names: dict[tuple[str, str, str], _Names] = {}
        self._lock = Lock()

    def literal(self, context: Context, words: Words) -> Context:
        """The context with the products whose names stand in `words`."""
        if len(context.words.products) <= SMALL:
            return context
        return _narrowed(context, self._of(context).contained(words))

    def near(self, context: Context, texts: Iterable[Words]) -> Context:
        """The context with the products that any of several hypotheses may be about, and what is in the cart.

        Raises PhonemesMissing.
        """
        if len(context.words.products) <= SMALL:
            return context
        names = self._of(context)
        found = dict.fromkeys(context.in_cart)
        for words in texts:
            found.update(dict.fromkeys(names.contained(words)))
            found.update(dict.fromkeys(names.alike(words, self._lexicon)))
        return _narrowed(context, found)

    def _of(self, context: Context) -> _Names:
        key = (context.words.shop, context.words.version, context.language)
        with self._lock:
            if key not in self._names:
                while len(self._names) >= self._kept:
                    del self._names[next(iter(self._names))]
                self._names[key] = _Names(context.words, context.language)
            return self._names[key]


class _Names:
    """Every name in a shop, with the products that it may mean."""

    def __init__(self, words: ShopWords, language: str) -> None:
        plural = joining_words(language).plural
        self._language = language
        self._meant: dict[Words, dict[str, None]] = defaultdict(dict)
        for product in words.products:
            for name in product.spoken:
                for form in (name, plural(name)):
                    self._meant[words_of(form, language)][product.key] = None
        self._meant.pop((), None)
        self._longest = max(map(len, self._meant), default=0)
        self._names = list(self._meant)
        self._spoken: list[str] | None = None

    def contained(self, words: Words) -> list[str]:
        """Keys of the products that are named word for word."""
        spans = (
            words[first:last]
            for first in range(len(words))
            for last in range(first + 1, min(len(words), first + self._longest) + 1)
        )
        return [key for span in spans for key in self._meant.get(span, ())]

    def alike(self, words: Words, lexicon: Lexicon) -> list[str]:
        """Keys of the products whose names fit best somewhere in the text, the best first."""
        sounds = _written(word for sound in lexicon.phonemes(words, self._language) for word in sound)
        scores = np.maximum(_fit(self._letters, " ".join(words)), _fit(self._sounds(lexicon), sounds))
        trust = np.minimum(self._lengths / _TRUSTED_LENGTH, 1.0)
        best = np.argsort(-scores * trust, kind="stable")[:NEAR]
        return [key for index in best if scores[index] >= _LEAST_ALIKE for key in self._meant[self._names[index]]]

    @cached_property
    def _letters(self) -> list[str]:
        return [" ".join(name) for name in self._names]

    @cached_property
    def _lengths(self) -> NDArray[np.float64]:
        return np.array([len(name) for name in self._letters], dtype=np.float64)

    def _sounds(self, lexicon: Lexicon) -> list[str]:
        if self._spoken is None:
            words = sorted({word for name in self._names for word in name})
            said = dict(zip(words, lexicon.phonemes(words, self._language), strict=True))
            self._spoken = [_written(letter for word in name for letter in said[word]) for name in self._names]
        return self._spoken


def _written(phonemes: Iterable[str]) -> str:
    return "".join(letter[0] for letter in phonemes)


def _fit(names: Sequence[str], text: str) -> NDArray[np.float64]:
    """0 to 100: how well each name fits into its best place in the text."""
    scores: NDArray[np.float64] = process.cdist(names, [text], scorer=fuzz.partial_ratio, dtype=np.float64)[:, 0]
    return scores


def _narrowed(context: Context, keys: Iterable[str]) -> Context:
    """The context with only these products; its version names them, so that equal shortlists share a graph."""
    wanted = frozenset(keys)
    products: tuple[SayableProduct, ...] = tuple(one for one in context.words.products if one.key in wanted)
    version = f"{context.words.version}/{','.join(sorted(wanted))}"
    return replace(context, words=replace(context.words, version=version, products=products))
