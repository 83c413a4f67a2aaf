"""What the index keeps of a product: a document for every name, and for every name with what tells a variant apart."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any

import tantivy

from skills.understanding.context import SayableProduct
from skills.understanding.joining import joining_words
from skills.understanding.products.grams import SIZE, padded
from skills.understanding.products.spelling import sounding, spelled

NAME, SOUND = "name", "sound"
_TRIGRAMS = "trigrams"


class Schema:
    """The fields of the index.

    name, sound: padded spelling and sound, found by trigrams. exact: the spelling as a whole, singular and plural.
    product: the key. shown: the name as the shop writes it. sku: "" where the name leaves the variant open.
    """

    def __init__(self) -> None:
        builder = tantivy.SchemaBuilder()
        builder.add_text_field(NAME, stored=True, tokenizer_name=_TRIGRAMS, index_option="freq")
        builder.add_text_field(SOUND, stored=True, tokenizer_name=_TRIGRAMS, index_option="freq")
        builder.add_text_field("exact", tokenizer_name="raw", index_option="basic")
        builder.add_text_field("product", stored=True, tokenizer_name="raw", index_option="basic")
        builder.add_text_field("shown", stored=True, tokenizer_name="raw", index_option="basic")
        builder.add_text_field("sku", stored=True, tokenizer_name="raw", index_option="basic")
        self.tantivy = builder.build()

    def open(self, folder: Path) -> tantivy.Index:
        """The index in this folder, a new one if it is empty."""
        index = tantivy.Index(self.tantivy, path=str(folder))
        trigrams = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.ngram(SIZE, SIZE, False)).build()
        index.register_tokenizer(_TRIGRAMS, trigrams)
        return index


def documents(product: SayableProduct, language: str) -> Iterator[tantivy.Document]:
    """The documents of one product; none for a name without a letter or digit."""
    plural = joining_words(language).plural
    seen: set[tuple[str, str]] = set()
    for shown, sku in _names(product):
        spelling = spelled(shown, language)
        if not spelling or (spelling, sku) in seen:
            continue
        seen.add((spelling, sku))
        yield tantivy.Document(
            name=padded(spelling),
            sound=padded(sounding(spelling)),
            exact=[spelling, spelled(plural(shown), language)],
            product=product.key,
            shown=shown,
            sku=sku,
        )


def _names(product: SayableProduct) -> Iterator[tuple[str, str]]:
    """Each name with the SKU it stands for: "milk" with none, "half gallon milk" and "milk half gallon" with one."""
    only = product.variants[0].sku if len(product.variants) == 1 else ""
    for name in product.spoken:
        yield name, only
    if only or not product.spoken:
        return
    for variant in product.variants:
        for kind in variant.spoken:
            yield f"{kind} {product.spoken[0]}", variant.sku
            yield f"{product.spoken[0]} {kind}", variant.sku


def entry_digest(product: SayableProduct) -> str:
    """The same for products that are indexed alike."""
    entry: list[Any] = [product.spoken, [(variant.sku, variant.spoken) for variant in product.variants]]
    return blake2b(json.dumps(entry, ensure_ascii=False).encode(), digest_size=8).hexdigest()
