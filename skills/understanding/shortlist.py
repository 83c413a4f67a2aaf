"""Of a large catalogue, the few products that an utterance can be about: only they enter its graph.

Names that stand in the text word for word always do; the others are found by how well they fit somewhere in the text,
as letters and as sounds, whichever is better (a recogniser writes "see salt" or "C salt"). Some thousands of products
are looked through in memory; what is more is looked up in an index on disk.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from typing import Protocol

from skills.contract import Heard, Listener, Outcome, Understood
from skills.understanding.context import Context, SayableProduct
from skills.understanding.names import NamesInMemory, Words
from skills.understanding.phonemes import Lexicon
from skills.understanding.products.index import ProductIndex
from skills.understanding.products.mentions import NamesOnDisk
from skills.understanding.products.unknown import looked_up

SMALL = 60
"""A shop with so many products goes into the graph as a whole."""
LARGE = 3_000
"""A shop with more is looked up in an index on disk."""

_log = logging.getLogger(__name__)


class Names(Protocol):
    """What the products of one catalogue are called."""

    def contained(self, words: Words, priors: Mapping[str, float]) -> Sequence[str]:
        """Keys of the products that are named word for word."""
        ...

    def alike(self, words: Words, priors: Mapping[str, float]) -> Sequence[str]:
        """Keys of the products whose names fit best somewhere in the words, the best first."""
        ...


@dataclass(frozen=True, slots=True)
class _Catalogue:
    """index: of a large catalogue only. by_key: the products."""

    names: Names
    by_key: Mapping[str, SayableProduct]
    index: ProductIndex | None = None


class Shortlists:
    """Shortlists of the shops that were asked for last. Safe to share between threads.

    folder: where the indexes of large catalogues are kept; None looks all of them through in memory.
    """

    def __init__(self, lexicon: Lexicon, folder: Path | None = None, kept: int = 8) -> None:
        self._lexicon = lexicon
        self._folder = folder
        self._kept = kept
        self._catalogues: dict[tuple[str, str], tuple[str, _Catalogue]] = {}
        self._lock = Lock()

    def literal(self, context: Context, words: Words) -> Context:
        """The context with the products whose names stand in `words`."""
        if len(context.words.products) <= SMALL:
            return context
        catalogue = self._of(context)
        return _narrowed(context, catalogue.by_key, catalogue.names.contained(words, context.priors))

    def unnamed(self, context: Context) -> Context:
        """The context of an utterance that names no product. Opens no index."""
        if len(context.words.products) <= LARGE:
            return self.literal(context, ())
        return _narrowed(context, {}, ())

    def near(self, context: Context, texts: Iterable[Words]) -> Context:
        """The context with the products that any of several hypotheses may be about, and what is in the cart.

        Raises PhonemesMissing.
        """
        if len(context.words.products) <= SMALL:
            return context
        catalogue = self._of(context)
        found = dict.fromkeys(context.in_cart)
        for words in texts:
            found.update(dict.fromkeys(catalogue.names.contained(words, context.priors)))
            found.update(dict.fromkeys(catalogue.names.alike(words, context.priors)))
        return _narrowed(context, catalogue.by_key, found)

    def resolved(self, outcome: Outcome, heard: Heard, context: Context, listener: Listener | None) -> Outcome:
        """The outcome with what was named by words alone looked up in a large catalogue's index."""
        index = self._index(context)
        if index is None or not isinstance(outcome, Understood):
            return outcome
        return looked_up(outcome, index, heard, context.priors, listener)

    def looks_up(self, context: Context) -> bool:
        """Whether `resolved` can find products by names that nobody knows."""
        return self._index(context) is not None

    def _index(self, context: Context) -> ProductIndex | None:
        return self._of(context).index if len(context.words.products) > LARGE else None

    def _of(self, context: Context) -> _Catalogue:
        """The catalogue as it is now; the one before it is dropped."""
        key, version = (context.words.shop, context.language), context.words.version
        with self._lock:
            kept = self._catalogues.get(key)
            if kept is None or kept[0] != version:
                while len(self._catalogues) >= self._kept:
                    del self._catalogues[next(iter(self._catalogues))]
                kept = version, self._opened(context)
                self._catalogues[key] = kept
            return kept[1]

    def _opened(self, context: Context) -> _Catalogue:
        words, language = context.words, context.language
        by_key = {product.key: product for product in words.products}
        if self._folder is not None and len(words.products) > LARGE:
            try:
                index = ProductIndex.open(self._folder, words, language)
            except OSError as error:  # a full or read-only disk makes turns slower, and must not end them
                _log.warning("no product index in %s, names are looked through in memory: %s", self._folder, error)
            else:
                return _Catalogue(NamesOnDisk(index), by_key, index)
        return _Catalogue(NamesInMemory(words, language, self._lexicon), by_key)


def _narrowed(context: Context, by_key: Mapping[str, SayableProduct], keys: Iterable[str]) -> Context:
    """The context with only these products; its version names them, so that equal shortlists share a graph."""
    wanted = sorted(key for key in set(keys) if key in by_key)
    whole = context.words.version
    version = f"{whole}/{','.join(wanted)}"
    products = tuple(by_key[key] for key in wanted)
    return replace(context, words=replace(context.words, version=version, products=products, part_of=whole))
