"""From words to the products whose names are near: some hundreds out of a million, in milliseconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import tantivy

from skills.understanding.products.documents import NAME, SOUND, Schema
from skills.understanding.products.grams import grams, rarest
from skills.understanding.products.spelling import sounding

_FOUND = 100
"""Names taken from each of the two fields."""

_POSTINGS = 500_000
"""Names that the trigrams of one query may stand in, together. With a million names this still finds what more would
find (docs/benchmarks.md), in less time."""

_AT_LEAST = 6
_EXACT = 20
_FAVOURITES = 50


@dataclass(frozen=True, slots=True)
class Name:
    """A name that a product may be called by.

    sku: the variant that it means, None where it leaves that open. shown: as the shop writes it.
    spelling, sound: as names are compared.
    """

    product: str
    sku: str | None
    shown: str
    spelling: str
    sound: str


class Names:
    """The names in one sound index folder. Safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        schema = Schema()
        self._schema = schema.tantivy
        self._searcher = schema.open(folder).searcher()

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def called(self, spelling: str, favourites: Mapping[str, float]) -> list[str]:
        """Keys of the products of exactly this name; of very many some, the favourites among them first."""
        if not spelling or not self._searcher.doc_freq("exact", spelling):
            return []
        query = self._exactly(spelling)
        names = [*self._favourites(query, favourites), *self._search(query, _EXACT)]
        return list(dict.fromkeys(name.product for name in names))

    def near(self, spelling: str, favourites: Mapping[str, float]) -> list[Name]:
        """Names that are called exactly so, that share trigrams of spelling or sound, and the same among favourites.

        favourites: product keys to weights; the weightiest are searched by themselves, so that what a customer
        always buys is found among ten thousand products of the same name.
        """
        found: dict[Name, None] = dict.fromkeys(self._search(self._exactly(spelling), _EXACT))
        for field, text in ((NAME, spelling), (SOUND, sounding(spelling))):
            query = self._sharing(field, text)
            if query is None:
                continue
            found.update(dict.fromkeys(self._search(query, _FOUND)))
            found.update(dict.fromkeys(self._favourites(query, favourites)))
        return list(found)

    def _favourites(self, query: tantivy.Query, favourites: Mapping[str, float]) -> list[Name]:
        """What a query finds among the weightiest of these products."""
        liked = sorted(favourites, key=lambda key: -favourites[key])[:_FAVOURITES]
        if not liked:
            return []
        among = tantivy.Query.term_set_query(self._schema, "product", liked)
        both = [(tantivy.Occur.Must, query), (tantivy.Occur.Must, among)]
        return self._search(tantivy.Query.boolean_query(both), _EXACT)

    def _exactly(self, spelling: str) -> tantivy.Query:
        return tantivy.Query.term_query(self._schema, "exact", spelling, "basic")

    def _sharing(self, field: str, text: str) -> tantivy.Query | None:
        """Names with many of the rarest trigrams of a text; None when the index knows none of them."""
        wanted = rarest(grams(text), lambda gram: int(self._searcher.doc_freq(field, gram)), _POSTINGS, _AT_LEAST)
        if not wanted:
            return None
        terms = [(tantivy.Occur.Should, tantivy.Query.term_query(self._schema, field, gram, "freq")) for gram in wanted]
        return tantivy.Query.boolean_query(terms)

    def _search(self, query: tantivy.Query, limit: int) -> list[Name]:
        hits: Sequence[tuple[float, tantivy.DocAddress]] = self._searcher.search(query, limit, count=False).hits
        return [self._name(address) for _, address in hits]

    def _name(self, address: tantivy.DocAddress) -> Name:
        fields = self._searcher.doc(address).to_dict()
        return Name(
            product=fields["product"][0],
            sku=fields["sku"][0] or None,
            shown=fields["shown"][0],
            spelling=fields["name"][0].strip(),
            sound=fields["sound"][0].strip(),
        )
