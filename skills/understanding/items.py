"""How goods are ordered, as ways through an automaton: modifiers before and after the name, several items in one order.

What the goods are called is put in later, where the sockets are: it is all that differs from one shortlist to the next.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from skills.understanding.automaton import Builder, Tokens
from skills.understanding.context import SayableGroup, ShopWords
from skills.understanding.joining import JoiningWords
from skills.understanding.naming import Words
from skills.understanding.normalise import is_written, number_words, words_of
from skills.understanding.sockets import names_socket

LARGEST_QUANTITY = 99
SEVERAL = 0.8
MANY = 1.6
"""Extra cost, in phonemes, of a quantity above one, and above twenty: few people order so many."""
A_CHOICE = 0.05
"""Extra cost, in phonemes, of any choice: "pepperoni pizza" is the one of that name, and no pizza with pepperoni."""
REFUSAL = 0.6
"""Extra cost, in phonemes, of leaving something out."""
CLOSING = 0.6
"""Extra cost, in phonemes, of words behind an item that mean nothing here."""
ANOTHER_ITEM = 0.6
"""Extra cost, in phonemes, of one more item: where "and" may join a modifier or an item, the modifier is likelier."""


@dataclass(frozen=True, slots=True)
class Kind:
    """Goods that are ordered alike, whatever they are called.

    groups: keys of the option groups that they take. units: by which they may be counted.
    """

    groups: tuple[str, ...]
    units: tuple[str, ...]


def kinds(words: ShopWords) -> tuple[Kind, ...]:
    """The kinds of a shop's goods: of some thousand products in a grocery, one."""
    known = {group.key for group in words.groups}
    units: dict[tuple[str, ...], set[str]] = defaultdict(lambda: set(words.units))
    for product in words.products:
        of_its_kind = units[tuple(key for key in product.groups if key in known)]
        if product.unit:
            of_its_kind.add(product.unit)
    return tuple(Kind(groups, tuple(sorted(units[groups]))) for groups in sorted(units))


class ItemsGrammar:
    """Adds items to a builder, with sockets for their names.

    `many`: with quantities and several in a row; otherwise one product without a quantity.
    """

    def __init__(self, builder: Builder, words: ShopWords, joining: JoiningWords, language: str) -> None:
        self._to = builder
        self._joining = joining
        self._language = language
        self._kinds = kinds(words)
        self._groups = {group.key: group for group in words.groups}

    def add(self, start: int, end: int, slot: str, *, many: bool, counted: bool = False) -> None:
        """Ways from `start` to `end` that fill `slot`. counted: the first item begins with a quantity or an article."""
        ends = self._to.node()
        self._item(start, ends, slot, many=many, bare=not counted)
        self._to.skip(ends, end)
        if many and not is_written(self._language):  # who is led by sound alone fills every mumble with more goods
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
        for kind in self._kinds:
            after = self._to.node()
            self._goods(kind, counted, after, parts=many)
            if many and self._joining.quantity_follows:
                number = self._to.node()
                self._quantity(after, number)
                self._to.phrases(number, end, ((words, ()) for words in self._said(self._joining.counters)))
                self._quantities(after, end, self._joining.uncounted)
            self._to.skip(after, end)

    def _quantity(self, start: int, end: int) -> None:
        if not is_written(self._language):  # goods are counted with what the language lists, not with these
            self._numerals(start, end)
        self._quantities(start, end, self._joining.quantities)

    def _quantities(self, start: int, end: int, phrases: Mapping[str, int]) -> None:
        said = ((words_of(phrase, self._language), (("quantity", number),)) for phrase, number in phrases.items())
        self._to.phrases(start, end, said, SEVERAL)

    def _numerals(self, start: int, end: int) -> None:
        self._to.phrase(start, end, number_words(1, self._language), (("quantity", 1),))
        for numbers, cost in ((range(2, 21), SEVERAL), (range(21, LARGEST_QUANTITY + 1), MANY)):
            said = ((number_words(number, self._language), (("quantity", number),)) for number in numbers)
            self._to.phrases(start, end, said, cost)

    def _goods(self, kind: Kind, start: int, end: int, *, parts: bool) -> None:
        """Two nodes, before and behind the name; that no group is used twice is checked where ways are read."""
        groups = [self._groups[key] for key in kind.groups]
        before, after = self._to.node(), self._to.node()
        self._units(kind.units, start, before)
        self._to.skip(start, before)
        self._to.word(before, after, names_socket(kind.groups))
        for group in groups:
            self._choice(group, before, before, amounts=False)
        self._modifiers(groups, after, after)
        self._to.phrases(after, after, ((words, ()) for words in self._said(self._joining.closings)), CLOSING)
        self._to.skip(after, end)
        if parts and groups and self._joining.parts:
            self._modified(groups, start, before)
            self._parts(groups, after, end)

    def _modifiers(
        self, groups: Sequence[SayableGroup], start: int, end: int, *, wish: float = 0.0, refusal: float = REFUSAL
    ) -> None:
        """One modifier behind the name: "with a bit of soy milk", "large", "no onions".

        wish, refusal: extra costs of what is wanted, and of what is left out.
        """
        if not groups:
            return
        joined, refused = self._to.node(), self._to.node()
        self._to.skip(start, joined, weight=wish)
        self._to.phrases(start, joined, ((words, ()) for words in self._said(self._joining.modifiers)), wish)
        refusals = [(words, (("no",),)) for words in self._said(self._joining.without)]
        self._to.phrases(start, refused, refusals, refusal)
        for group in groups:
            self._choice(group, joined, end, amounts=True)
            self._choice(group, refused, end, amounts=False)

    def _modified(self, groups: Sequence[SayableGroup], start: int, end: int) -> None:
        """Modifiers in front of what they belong to: "no onions on my", "extra cheese and ham on a".

        Here a refusal is likelier than "no" to what was said before, and a wish.
        """
        said = self._to.node()
        self._modifiers(groups, start, said, wish=REFUSAL, refusal=0.0)
        self._modifiers(groups, said, said)
        self._to.phrases(said, end, ((words, ()) for words in self._said(self._joining.on)))

    def _units(self, units: Iterable[str], start: int, end: int) -> None:
        """ "cartons of": any of the shop's units before any of its products."""
        for of in self._said(self._joining.of):
            forms = self._joining.forms((*units, *self._joining.servings))
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

    def _parts(self, groups: Sequence[SayableGroup], start: int, end: int) -> None:
        """ "one with ham and no onions, the other with mushrooms": modifiers of some of several, or of one more.

        "Both large": of all of them.
        """
        opened, alike, such, further = self._to.node(), self._to.node(), self._to.node(), self._to.node()
        parts = self._counted(self._joining.parts, "part")
        more = self._counted(self._joining.further, "part", "further")
        self._to.phrases(start, opened, [*parts, *more], ANOTHER_ITEM)
        self._to.phrases(further, opened, [*parts, *more])
        self._modifiers(groups, opened, further)
        self._modifiers(groups, further, further)
        self._to.phrases(start, alike, self._counted(self._joining.alike, "alike"), ANOTHER_ITEM)
        self._modifiers(groups, alike, further)
        self._such(groups, start, such)
        self._to.skip(such, further)
        self._to.skip(further, end)

    def _such(self, groups: Sequence[SayableGroup], start: int, end: int) -> None:
        """ "and a large one": one more of what was just ordered."""
        opened, described = self._to.node(), self._to.node()
        joins, articles = self._said(self._joining.items), self._said(self._joining.articles)
        one_more = [((*join, *article), (("part", 1, "more"),)) for join in joins for article in articles]
        self._to.phrases(start, opened, one_more, ANOTHER_ITEM)
        for group in groups:
            self._choice(group, opened, described, amounts=False)
            self._choice(group, described, described, amounts=False)
        self._to.phrases(described, end, ((words, ()) for words in self._said(self._joining.such)))

    def _counted(self, phrases: Mapping[str, int], *token: str) -> list[tuple[Words, Tokens]]:
        kind, *more = token
        return [(words_of(phrase, self._language), ((kind, number, *more),)) for phrase, number in phrases.items()]
