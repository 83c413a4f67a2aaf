"""The index of a shop's products: the shortlist for a phrase, and the decision which product was meant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self

from rapidfuzz import fuzz

from skills.contract import ListeningFailed, SoundGone
from skills.understanding.context import SayableProduct, ShopWords
from skills.understanding.normalise import number_words
from skills.understanding.products import store
from skills.understanding.products.decision import NO_DOUBT, decide
from skills.understanding.products.listening import listened
from skills.understanding.products.quantities import Wanted, wanted
from skills.understanding.products.ranking import Readings, ranked
from skills.understanding.products.resolution import Accepted, Again, ProductMatch, Resolution
from skills.understanding.products.retrieval import Name, Names
from skills.understanding.products.spelling import spelled

_MOST_TEXTS = 8
_LONGEST_TEXT = 400
"""Letters of a phrase that are looked at."""


class ProductIndex:
    """Finds products by garbled names. The catalogue stays on disk; safe to share between threads."""

    def __init__(self, folder: Path, language: str, units: Iterable[str] = ()) -> None:
        self._names = Names(folder)
        self._sample = store.sample(folder)
        self._language = language
        self._units = frozenset(units)

    @classmethod
    def open(cls, folder: Path, words: ShopWords, language: str = "en") -> Self:
        """The index of a shop's words, kept in `folder` under their version: made, updated or repaired as needed.

        Raises OSError when the folder can't be written.
        """
        edition = store.Edition(words.shop, words.version, language)
        units = {product.unit for product in words.products if product.unit}
        return cls(store.ensure(folder, edition, words.products), language, units)

    @classmethod
    def build(
        cls, folder: Path, edition: store.Edition, products: Iterable[SayableProduct], units: Iterable[str] = ()
    ) -> Self:
        """The same for a catalogue that does not fit in memory: `products` is read once, and only when needed."""
        return cls(store.ensure(folder, edition, products, large=True), edition.language, units)

    def __len__(self) -> int:
        """How many names can be found."""
        return len(self._names)

    def hint(self) -> str:
        """Two dozen of the names, for a recogniser that hears better when it knows what may be said."""
        return ", ".join(name.replace("&", "and").casefold() for name in self._sample)

    def called(self, name: str, priors: Mapping[str, float]) -> list[str]:
        """Keys of the products of exactly this name, in singular or plural; of very many those with the best priors."""
        return self._names.called(self.spelled(name), priors)

    def around(self, text: str, priors: Mapping[str, float]) -> list[Name]:
        """The names that share most with a text, which may say more than a name."""
        return self._names.near(self.spelled(text), priors)

    def spelled(self, text: str) -> str:
        """A text as names are compared."""
        return spelled(text, self._language)

    def shortlist(self, texts: Sequence[str], priors: Mapping[str, float], limit: int = 20) -> tuple[ProductMatch, ...]:
        """The products nearest to any of several hypotheses of one phrase, nearest first, each once.

        priors: product key to a weight in 0..1, from the customer's purchases and the shop's popularity.
        """
        return self._near(self._heard(texts), priors)[:limit]

    def resolve(
        self, heard_texts: Sequence[str], priors: Mapping[str, float], again: Again | None = None
    ) -> Resolution:
        """Which product a phrase means. heard_texts: hypotheses of the phrase, best first.

        again: the sound, for the second listening. Where the words alone leave hardly a doubt, the sound is gone or the
            recogniser fails, they decide.
        """
        heard = self._heard(heard_texts)
        matches = self._near(heard, priors)
        asked = self._wanted(heard_texts[0], matches) if heard_texts else Wanted("")
        by_words = decide(matches, asked, heard_again=False)
        no_doubt = isinstance(by_words, Accepted) and not by_words.read_back and by_words.certainty >= NO_DOUBT
        if again is not None and matches and not no_doubt:

            def neighbours(match: ProductMatch) -> Sequence[ProductMatch]:
                return ranked(heard, self._names.near(spelled(match.name, self._language), {}), priors)

            with suppress(SoundGone, ListeningFailed):  # then the words alone decide
                return decide(listened(matches, again, neighbours, self._language), asked, heard_again=True)
        return by_words

    def _wanted(self, text: str, matches: Sequence[ProductMatch]) -> Wanted:
        """What was asked for. A number that makes the phrase more like the product found belongs to its name."""
        asked = wanted(text[:_LONGEST_TEXT], self._language, self._units)
        if matches and asked.said:
            name = spelled(matches[0].name, self._language)
            whole, left = (spelled(words, self._language) for words in (text[:_LONGEST_TEXT], asked.product))
            if fuzz.ratio(name, whole) > fuzz.ratio(name, left):
                return Wanted(whole)
        return asked

    def _near(self, heard: Sequence[Readings], priors: Mapping[str, float]) -> tuple[ProductMatch, ...]:
        found: dict[Name, None] = {}
        for spelling in dict.fromkeys(spelling for readings in heard for spelling in readings):
            found.update(dict.fromkeys(self._names.near(spelling, priors)))
        return ranked(heard, list(found), priors)

    def _heard(self, texts: Sequence[str]) -> list[Readings]:
        """Each hypothesis that has words, in its readings."""
        return [readings for text in texts[:_MOST_TEXTS] if (readings := self._readings(text[:_LONGEST_TEXT]))]

    def _readings(self, text: str) -> Readings:
        """The phrase as it was heard, without quantity and size, and with the size before the name.

        A number may belong to a name ("seven grain bread") or not, so both are looked up.
        """
        found = wanted(text, self._language, self._units)
        packs = [" ".join((*number_words(found.pack, self._language), "pack"))] if found.pack else []
        sized = " ".join((*found.sizes, *packs, found.product))
        spellings = (spelled(reading, self._language) for reading in (text, found.product, sized))
        return tuple(dict.fromkeys(filter(None, spellings)))
