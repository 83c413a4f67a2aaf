"""What goods are called, as ways through an automaton: names, synonyms and plurals, with a variant's own words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from skills.understanding.automaton import Builder, Tokens
from skills.understanding.context import SayableGroup, SayableProduct, ShopWords
from skills.understanding.joining import JoiningWords
from skills.understanding.normalise import words_of
from skills.understanding.sockets import names_socket

PLURAL = 0.8
"""Extra cost, in phonemes, of a name in the plural."""

Words: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Family:
    """Products that take the same option groups, and so share one piece of graph.

    names: words to the keys of the products that they may mean.
    """

    groups: tuple[SayableGroup, ...]
    products: tuple[SayableProduct, ...]
    names: Mapping[Words, tuple[str, ...]]

    @property
    def socket(self) -> str:
        """The name of the sockets for what these are called."""
        return names_socket(group.key for group in self.groups)


def families(words: ShopWords, language: str) -> tuple[Family, ...]:
    """The shop's products by the option groups that they take."""
    meant: dict[Words, dict[str, None]] = defaultdict(dict)
    for product in words.products:
        for name in product.spoken:
            meant[words_of(name, language)][product.key] = None
    groups = {group.key: group for group in words.groups}
    sorted_out: dict[tuple[str, ...], list[SayableProduct]] = defaultdict(list)
    for product in words.products:
        sorted_out[tuple(key for key in product.groups if key in groups)].append(product)
    return tuple(
        Family(
            tuple(groups[key] for key in keys),
            tuple(products),
            {
                name: tuple(meant[name])
                for product in products
                for name in (words_of(spoken, language) for spoken in product.spoken)
                if name
            },
        )
        for keys, products in sorted_out.items()
    )


class NamesGrammar:
    """Adds the names of goods to a builder."""

    def __init__(self, builder: Builder, joining: JoiningWords, language: str) -> None:
        self._to = builder
        self._joining = joining
        self._language = language

    def add(self, family: Family, start: int, end: int) -> None:
        """Ways from `start` to `end` that name one of the products."""
        forms: dict[Words, Tokens] = {
            name: (("product", " ".join(name), *keys),) for name, keys in family.names.items()
        }
        self._to.phrases(start, end, forms.items())
        plurals = {
            words_of(self._joining.plural(" ".join(name)), self._language): token for name, token in forms.items()
        }
        self._to.phrases(start, end, ((name, token) for name, token in plurals.items() if name not in forms), PLURAL)
        forms = {**plurals, **forms}
        for product in family.products:
            said = (
                (words_of(spoken, self._language), (("variant", variant.sku),))
                for variant in product.variants
                for spoken in variant.spoken
            )
            variants: list[tuple[Words, Tokens]] = [(words, tokens) for words, tokens in said if words]
            if variants:
                self._variants(product, variants, forms, start, end)

    def _variants(
        self,
        product: SayableProduct,
        variants: list[tuple[Words, Tokens]],
        forms: Mapping[Words, Tokens],
        start: int,
        end: int,
    ) -> None:
        """ "half litre sparkling water", "half litre of sparkling water", "sparkling water half litre"."""
        names = [(name, token) for name, token in forms.items() if product.key in token[0][2:]]
        described, named, joined = self._to.node(), self._to.node(), self._to.node()
        self._to.phrases(start, described, variants)
        for of in self._joining.of:
            self._to.phrase(described, joined, words_of(of, self._language))
        self._to.skip(described, joined)
        self._to.phrases(joined, end, names)
        self._to.phrases(start, named, names)
        self._to.phrases(named, end, variants)
