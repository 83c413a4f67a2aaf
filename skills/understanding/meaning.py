"""From the tokens along one way through the automaton to what the shopper means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from skills.contract import Item, OptionValue, SlotValue
from skills.understanding.automaton import Tokens
from skills.understanding.context import Context, SayableProduct
from skills.understanding.joining import JoiningWords

NOT_ANY = "no"
"""The amount of a choice that was refused ("no onions")."""

Meaning: TypeAlias = tuple[str, tuple[tuple[str, SlotValue], ...]]
"""An intent and its slots, sorted by name: equal meanings are equal values."""


@dataclass(slots=True)
class _Part:
    """Modifiers of `quantity` of an item; 0 stands for all that remain."""

    quantity: int
    options: list[tuple[str, str, str | None]] = field(default_factory=list)


@dataclass(slots=True)
class _Draft:
    quantity: int = 1
    name: str = ""
    products: tuple[str, ...] = ()
    sku: str | None = None
    options: list[tuple[str, str, str | None]] = field(default_factory=list)
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
        self._without = joining.without[0] if joining.without else joining.left_out[0]

    def meaning(self, tokens: Tokens) -> Meaning | None:
        """None when the tokens contradict themselves: a group used twice, an option that the product does not take."""
        intent = ""
        slots: dict[str, SlotValue] = {}
        drafts: dict[str, list[_Draft]] = {}
        items: list[_Draft] = []
        refused, amount = False, None
        for token in tokens:
            kind = token[0]
            if kind == "intent":
                intent = str(token[1])
            elif kind == "item":
                items = drafts.setdefault(str(token[1]), [])
                items.append(_Draft())
                refused, amount = False, None
            elif kind == "quantity":
                items[-1].quantity = int(token[1])
            elif kind == "product":
                items[-1].name, items[-1].products = str(token[1]), tuple(str(key) for key in token[2:])
            elif kind == "variant":
                items[-1].sku = str(token[1])
            elif kind == "part":
                items[-1].parts.append(_Part(int(token[1])))
            elif kind == "no":
                refused = True
            elif kind == "amount":
                amount = str(token[1])
            elif kind == "choice":
                options = items[-1].parts[-1].options if items[-1].parts else items[-1].options
                options.append((str(token[1]), str(token[2]), NOT_ANY if refused else amount))
                refused, amount = False, None
            elif kind == "left out":
                options = items[-1].parts[-1].options if items[-1].parts else items[-1].options
                options[-1] = (*options[-1][:2], NOT_ANY)
            else:
                _fill(slots, kind, token)
        for slot, wanted in drafts.items():
            made = tuple(item for draft in wanted for item in self._items(draft))
            if not made:
                return None
            slots[slot] = made
        return intent, tuple(sorted(slots.items()))

    def _items(self, draft: _Draft) -> tuple[Item, ...]:
        """Empty when the draft contradicts itself."""
        remaining = draft.quantity
        items: list[Item] = []
        for part in draft.parts:
            quantity = part.quantity or remaining
            if not 1 <= quantity <= remaining:
                return ()
            remaining -= quantity
            items.extend(self._item(draft, quantity, _overridden(draft.options, part.options)))
        if remaining:
            items.extend(self._item(draft, remaining, draft.options))
        wanted = len(draft.parts) + bool(remaining)
        return tuple(items) if len(items) == wanted else ()

    def _item(self, draft: _Draft, quantity: int, chosen: list[tuple[str, str, str | None]]) -> tuple[Item, ...]:
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

    def _may_stand_together(self, chosen: list[tuple[str, str, str | None]]) -> bool:
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


def _overridden(
    base: list[tuple[str, str, str | None]], part: list[tuple[str, str, str | None]]
) -> list[tuple[str, str, str | None]]:
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
