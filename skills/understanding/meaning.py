"""From the tokens along one way through the automaton to what the shopper means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from typing import TypeAlias

from commerce.cart_items import NOT_ANY
from skills.contract import Item, OptionValue, SlotValue
from skills.understanding.automaton import Tokens
from skills.understanding.context import Context, SayableProduct
from skills.understanding.joining import JoiningWords

Meaning: TypeAlias = tuple[str, tuple[tuple[str, SlotValue], ...]]
"""An intent and its slots, sorted by name: equal meanings are equal values."""

_Options: TypeAlias = list[tuple[str, str, str | None]]
"""Group, choice and amount."""


@dataclass(slots=True)
class _Part:
    """Modifiers of `quantity` of an item; 0 stands for all that remain.

    further: or of so many more, if one was ordered. more: of so many more in any case ("and a large one").
    """

    quantity: int
    further: bool
    more: bool
    options: _Options = field(default_factory=list)


@dataclass(slots=True)
class _Draft:
    quantity: int = 1
    name: str = ""
    products: tuple[str, ...] = ()
    sku: str | None = None
    options: _Options = field(default_factory=list)
    parts: list[_Part] = field(default_factory=list)


class Interpreter:
    """Reads tokens with one shop's words and one customer's priors."""

    def __init__(self, context: Context, joining: JoiningWords) -> None:
        self._products = {product.key: product for product in context.words.products}
        self._groups = {group.key: group for group in context.words.groups}
        self._choices = {
            (group.key, choice.key): choice.spoken[0] for group in context.words.groups for choice in group.choices
        }
        self._priors = context.priors
        self._shop_units = context.words.units
        self._joining = joining
        self._without = joining.without[0] if joining.without else joining.left_out[0]

    def meaning(self, tokens: Tokens) -> Meaning | None:
        """None when the tokens contradict themselves: a group used twice, an option that the product does not take."""
        intent = ""
        slots: dict[str, SlotValue] = {}
        drafts: dict[str, list[_Draft]] = {}
        items: list[_Draft] = []
        modified: Sequence[_Draft | _Part] = ()
        refused, amount = False, None
        for token in tokens:
            kind = token[0]
            if kind == "intent":
                intent = str(token[1])
            elif kind == "item":
                items = drafts.setdefault(str(token[1]), [])
                items.append(_Draft())
                modified, refused, amount = items[-1:], False, None
            elif kind == "quantity":
                items[-1].quantity = int(token[1])
            elif kind == "product":
                items[-1].name, items[-1].products = str(token[1]), tuple(str(key) for key in token[2:])
            elif kind == "variant":
                items[-1].sku = str(token[1])
            elif kind == "part":
                part = _Part(int(token[1]), further="further" in token[2:], more="more" in token[2:])
                items[-1].parts.append(part)
                modified = items[-1].parts[-1:]
            elif kind == "alike":
                modified = _alike(items, int(token[1]))
            elif kind == "no":
                refused = True
            elif kind == "amount":
                amount = str(token[1])
            elif kind == "choice":
                for draft in modified:
                    draft.options.append((str(token[1]), str(token[2]), NOT_ANY if refused else amount))
                refused, amount = False, None
            elif kind == "left out":
                for draft in modified:
                    draft.options[-1] = (*draft.options[-1][:2], NOT_ANY)
            else:
                _fill(slots, kind, token)
        for slot, wanted in drafts.items():
            made = tuple(item for draft in wanted for item in self._items(draft))
            if not made:
                return None
            slots[slot] = made
        return intent, tuple(sorted(slots.items()))

    def counts_oddly(self, words: Sequence[str], meaning: Meaning) -> bool:
        """Whether goods are counted by a word by which none of them is sold: "two cartons of oatmeal".

        Some people say so, of a bottle's jar; a recogniser more often, of oat milk.
        """
        said = {self._units[word] for word, of in pairwise(words) if of in self._joining.of and word in self._units}
        if not said:
            return False
        keys = [key for _, value in meaning[1] if isinstance(value, tuple) for item in value for key in item.products]
        sold = {self._products[key].unit for key in keys}
        return bool(keys) and None not in sold and not said <= sold

    @cached_property
    def _units(self) -> dict[str, str]:
        """Most sentences count nothing by a unit: only those that do need these."""
        return self._joining.forms(self._shop_units)

    def _items(self, draft: _Draft) -> tuple[Item, ...]:
        """Empty when the draft contradicts itself."""
        more = [part for part in draft.parts if part.more or (part.further and draft.quantity == 1)]
        shares = _shares(draft, [part for part in draft.parts if part not in more])
        if not shares:
            return ()
        shares += [(part.quantity, part.options) for part in more]
        items = [item for quantity, options in shares for item in self._item(draft, quantity, options)]
        return tuple(items) if len(items) == len(shares) else ()

    def _item(self, draft: _Draft, quantity: int, chosen: _Options) -> tuple[Item, ...]:
        if not self._may_stand_together(chosen):
            return ()
        groups = {group for group, _, _ in chosen}
        products = [self._products[key] for key in draft.products if groups <= set(self._products[key].groups)]
        if draft.sku is not None:
            products = [item for item in products if any(variant.sku == draft.sku for variant in item.variants)]
        if not products:
            return ()
        products.sort(key=lambda product: -self._priors.get(product.key, 0.0))
        options = tuple(self._option(*option) for option in sorted(set(chosen), key=chosen.index))
        return (
            Item(
                sku=draft.sku or _only_sku(products),
                name=products[0].spoken[0] if len(products) == 1 else draft.name,
                quantity=quantity,
                options=tuple(sorted(options, key=self._rank)),
                products=tuple(product.key for product in products),
            ),
        )

    def _may_stand_together(self, chosen: _Options) -> bool:
        taken = set(chosen)
        if len({(group, choice) for group, choice, _ in taken}) != len(taken):
            return False
        for key in {group for group, _, _ in taken}:
            count = sum(1 for group, _, amount in taken if group == key and amount != NOT_ANY)
            if count > self._groups[key].maximum:
                return False
        return True

    def _rank(self, option: OptionValue) -> tuple[int, str]:
        return list(self._groups).index(option.group), option.value

    def _option(self, group: str, value: str, amount: str | None) -> OptionValue:
        name = self._choices[group, value]
        said = f"{self._without} {name}" if amount == NOT_ANY else f"{amount} {name}" if amount else name
        return OptionValue(group, value, amount, said)


def _fill(slots: dict[str, SlotValue], kind: str | int, token: tuple[str | int, ...]) -> None:
    slot, value = str(token[1]), token[2]
    if kind == "key":
        slots[slot] = str(value)
    elif kind == "number":
        slots[slot] = int(value)
    elif kind == "digits":
        slots[slot] = f"{slots.get(slot, '')}{value}"
    elif kind == "units":
        slots[slot] = _whole(slots.get(slot)) + int(value) * 100
    elif kind == "hundredths":
        slots[slot] = _whole(slots.get(slot)) + int(value)


def _whole(value: SlotValue | None) -> int:
    return value if isinstance(value, int) else 0


def _alike(items: Sequence[_Draft], together: int) -> Sequence[_Draft]:
    """What "both large" is said of: several of one item, or the last items."""
    if items[-1].quantity > 1:
        return items[-1:]
    return items[-together:]


def _shares(draft: _Draft, parts: Sequence[_Part]) -> list[tuple[int, _Options]]:
    """How many of an item have which options; empty when there are more parts than items."""
    remaining = draft.quantity
    shares: list[tuple[int, _Options]] = []
    for number, part in enumerate(parts, start=1):
        quantity = part.quantity or (remaining if number == len(parts) else 1)
        if not 1 <= quantity <= remaining:
            return []
        remaining -= quantity
        shares.append((quantity, _overridden(draft.options, part.options)))
    return [*shares, (remaining, draft.options)] if remaining else shares


def _overridden(base: _Options, part: _Options) -> _Options:
    said = {(group, choice) for group, choice, _ in part}
    return [option for option in base if option[:2] not in said] + part


def _only_sku(products: list[SayableProduct]) -> str | None:
    if len(products) == 1 and len(products[0].variants) == 1:
        return products[0].variants[0].sku
    return None


def with_slots(meaning: Meaning) -> tuple[str, Mapping[str, SlotValue]]:
    """The intent and its slots as a mapping."""
    return meaning[0], dict(meaning[1])


def without_quantity(item: Item) -> Item:
    """The same item once."""
    return replace(item, quantity=1)
