"""What a shop sells, as ways through an automaton: modifiers before and after the name, several items in one order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from skills.understanding.automaton import Builder, Tokens
from skills.understanding.context import SayableGroup, SayableProduct, ShopWords
from skills.understanding.joining import JoiningWords
from skills.understanding.normalise import number_words, words_of

LARGEST_QUANTITY = 99
SEVERAL = 0.8
MANY = 1.6
"""Extra cost, in phonemes, of a quantity above one, and above twenty: few people order so many."""
PLURAL = 0.8
"""Extra cost, in phonemes, of a name in the plural."""
A_CHOICE = 0.05
"""Extra cost, in phonemes, of any choice: "pepperoni pizza" is the one of that name, and no pizza with pepperoni."""
REFUSAL = 0.6
"""Extra cost, in phonemes, of leaving something out."""
CLOSING = 0.6
"""Extra cost, in phonemes, of words behind an item that mean nothing here."""
ANOTHER_ITEM = 0.6
"""Extra cost, in phonemes, of one more item: where "and" may join a modifier or an item, the modifier is likelier."""

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Family:
    """Products that take the same option groups, and so share one piece of graph.

    names: words to the keys of the products that they may mean.
    """

    groups: tuple[SayableGroup, ...]
    products: tuple[SayableProduct, ...]
    names: Mapping[Words, tuple[str, ...]]


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


class ItemsGrammar:
    """Adds items to a builder.

    `many`: with quantities and several in a row; otherwise one product without a quantity.
    """

    def __init__(self, builder: Builder, words: ShopWords, joining: JoiningWords, language: str) -> None:
        self._to = builder
        self._joining = joining
        self._language = language
        self._families = families(words, language)
        self._units_said = words.units

    def add(self, start: int, end: int, slot: str, *, many: bool, counted: bool = False) -> None:
        """Ways from `start` to `end` that fill `slot`. counted: the first item begins with a quantity or an article."""
        ends = self._to.node()
        self._item(start, ends, slot, many=many, bare=not counted)
        self._to.skip(ends, end)
        if many:
            following, without_and = self._to.node(), self._to.node()
            self._to.phrases(ends, following, ((words, ()) for words in self._said(self._joining.items)), ANOTHER_ITEM)
            self._item(following, ends, slot, many=True, bare=True)
            self._to.skip(ends, without_and, weight=ANOTHER_ITEM)
            self._item(without_and, ends, slot, many=True, bare=self._joining.quantity_follows)

    def _said(self, phrases: Iterable[str]) -> list[Words]:
        return [words for words in (words_of(phrase, self._language) for phrase in phrases) if words]

    def _sayable(self, named: Iterable[tuple[str, Tokens]]) -> list[tuple[Words, Tokens]]:
        """What is said of a shop's names. One without a word, such as "...", would be said silently again and again."""
        said = [(words_of(name, self._language), tokens) for name, tokens in named]
        return [(words, tokens) for words, tokens in said if words]

    def _item(self, start: int, end: int, slot: str, *, many: bool, bare: bool) -> None:
        """One item. bare: it may begin without an article or a quantity."""
        opened, counted = self._to.node(), self._to.node()
        self._to.skip(start, opened, (("item", slot),))
        if bare:
            self._to.skip(opened, counted)
        self._to.phrases(opened, counted, ((words, ()) for words in self._said(self._joining.articles)))
        if many and not self._joining.quantity_follows:
            self._quantity(opened, counted)
        for family in self._families:
            after = self._to.node()
            self._family(family, counted, after, parts=many)
            if many and self._joining.quantity_follows:
                number = self._to.node()
                self._quantity(after, number)
                self._to.phrases(number, end, ((words, ()) for words in self._said(self._joining.counters)))
            self._to.skip(after, end)

    def _quantity(self, start: int, end: int) -> None:
        self._to.phrase(start, end, number_words(1, self._language), (("quantity", 1),))
        for numbers, cost in ((range(2, 21), SEVERAL), (range(21, LARGEST_QUANTITY + 1), MANY)):
            said = ((number_words(number, self._language), (("quantity", number),)) for number in numbers)
            self._to.phrases(start, end, said, cost)
        phrases = self._joining.quantities.items()
        said = ((words_of(phrase, self._language), (("quantity", number),)) for phrase, number in phrases)
        self._to.phrases(start, end, said, SEVERAL)

    def _family(self, family: Family, start: int, end: int, *, parts: bool) -> None:
        """Two nodes, before and behind the name; that no group is used twice is checked where ways are read."""
        before, after = self._to.node(), self._to.node()
        self._units(family, start, before)
        self._to.skip(start, before)
        self._names(family, before, after)
        for group in family.groups:
            self._choice(group, before, before, amounts=False)
        self._modifiers(family, after, after)
        self._to.phrases(after, after, ((words, ()) for words in self._said(self._joining.closings)), CLOSING)
        self._to.skip(after, end)
        if parts and family.groups and self._joining.parts:
            self._modified(family, start, before)
            self._parts(family, after, end)

    def _modifiers(self, family: Family, start: int, end: int, *, wish: float = 0.0, refusal: float = REFUSAL) -> None:
        """One modifier behind the name: "with a bit of soy milk", "large", "no onions".

        wish, refusal: extra costs of what is wanted, and of what is left out.
        """
        if not family.groups:
            return
        joined, refused = self._to.node(), self._to.node()
        self._to.skip(start, joined, weight=wish)
        self._to.phrases(start, joined, ((words, ()) for words in self._said(self._joining.modifiers)), wish)
        refusals = [(words, (("no",),)) for words in self._said(self._joining.without)]
        self._to.phrases(start, refused, refusals, refusal)
        for group in family.groups:
            self._choice(group, joined, end, amounts=True)
            self._choice(group, refused, end, amounts=False)

    def _modified(self, family: Family, start: int, end: int) -> None:
        """Modifiers in front of what they belong to: "no onions on my", "extra cheese and ham on a".

        Here a refusal is likelier than "no" to what was said before, and a wish.
        """
        said = self._to.node()
        self._modifiers(family, start, said, wish=REFUSAL, refusal=0.0)
        self._modifiers(family, said, said)
        self._to.phrases(said, end, ((words, ()) for words in self._said(self._joining.on)))

    def _units(self, family: Family, start: int, end: int) -> None:
        """ "cartons of": any of the shop's units before any of its products."""
        units = {
            *self._units_said,
            *self._joining.servings,
            *(product.unit for product in family.products if product.unit),
        }
        for of in self._said(self._joining.of):
            forms = {form for unit in units for form in (unit, self._joining.plural(unit))}
            self._to.phrases(start, end, (((*words, *of), ()) for words in self._said(sorted(forms))))

    def _choice(self, group: SayableGroup, start: int, end: int, *, amounts: bool) -> None:
        chosen = start
        if amounts and group.amounts:
            chosen = self._to.node()
            self._to.skip(start, chosen)
            self._to.phrases(
                start,
                chosen,
                self._sayable((amount, (("amount", amount),)) for amount in group.amounts),
            )
        plain = self._sayable(
            (spoken, (("choice", group.key, choice.key),)) for choice in group.choices for spoken in choice.spoken
        )
        if self._joining.left_out:
            left = self._to.node()
            self._to.phrases(chosen, left, plain)
            self._to.phrases(left, end, ((words, (("left out",),)) for words in self._said(self._joining.left_out)))
        self._to.phrases(chosen, end, plain, A_CHOICE)

    def _names(self, family: Family, start: int, end: int) -> None:
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
            variants = self._sayable(
                (spoken, (("variant", variant.sku),)) for variant in product.variants for spoken in variant.spoken
            )
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
        for of in self._said(self._joining.of):
            self._to.phrase(described, joined, of)
        self._to.skip(described, joined)
        self._to.phrases(joined, end, names)
        self._to.phrases(start, named, names)
        self._to.phrases(named, end, variants)

    def _parts(self, family: Family, start: int, end: int) -> None:
        """ "one with ham and no onions, the other with mushrooms": modifiers of some of several, or of one more.

        "Both large": of all of them.
        """
        opened, alike, such, further = self._to.node(), self._to.node(), self._to.node(), self._to.node()
        parts = self._counted(self._joining.parts, "part")
        more = self._counted(self._joining.further, "part", "further")
        self._to.phrases(start, opened, [*parts, *more], ANOTHER_ITEM)
        self._to.phrases(further, opened, [*parts, *more])
        self._modifiers(family, opened, further)
        self._modifiers(family, further, further)
        self._to.phrases(start, alike, self._counted(self._joining.alike, "alike"), ANOTHER_ITEM)
        self._modifiers(family, alike, further)
        self._such(family, start, such)
        self._to.skip(such, further)
        self._to.skip(further, end)

    def _such(self, family: Family, start: int, end: int) -> None:
        """ "and a large one": one more of what was just ordered."""
        opened, described = self._to.node(), self._to.node()
        joins, articles = self._said(self._joining.items), self._said(self._joining.articles)
        one_more = [((*join, *article), (("part", 1, "more"),)) for join in joins for article in articles]
        self._to.phrases(start, opened, one_more, ANOTHER_ITEM)
        for group in family.groups:
            self._choice(group, opened, described, amounts=False)
            self._choice(group, described, described, amounts=False)
        self._to.phrases(described, end, ((words, ()) for words in self._said(self._joining.such)))

    def _counted(self, phrases: Mapping[str, int], *token: str) -> list[tuple[Words, Tokens]]:
        kind, *more = token
        return [(words_of(phrase, self._language), ((kind, number, *more),)) for phrase, number in phrases.items()]
