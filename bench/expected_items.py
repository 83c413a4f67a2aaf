"""Whether the items that were understood are the items that were expected.

An expected item is {"sku", "name", "quantity", "options": [{"group", "value", "amount", "spoken"}]}. What it leaves out
is not compared, but for three things: no quantity means one, no options mean none, and an option without an amount is
one that was wanted. Names, groups and choices may be given by their keys or by any words that the shop has for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from commerce.cart_items import NOT_ANY
from commerce.catalogue.products import Product
from skills.contract import Item, OptionValue
from skills.intents.shelf import Shelf
from skills.understanding.normalise import words_of

Expected = Mapping[str, Any]


def same_items(understood: Iterable[Item], expected: Sequence[Expected], shelf: Shelf, language: str) -> bool:
    """Whether each expected item is one that was understood, in any order, and nothing else was understood.

    Two times one coffee are two coffees. Raises KeyError, TypeError and ValueError for what is no expected item.
    """
    judge = _Judge(shelf, language)
    items, wanted = _added_up(understood), _expected_added_up(expected)
    return len(items) == len(wanted) and _all_paired(items, wanted, judge)


def _all_paired(items: Sequence[Item], wanted: Sequence[Expected], judge: _Judge) -> bool:
    """Whether the two can be paired without a rest; orders are short enough to try."""
    if not wanted:
        return True
    first, *rest = wanted
    return any(
        judge.is_item(item, first) and _all_paired([*items[:number], *items[number + 1 :]], rest, judge)
        for number, item in enumerate(items)
    )


def _added_up(items: Iterable[Item]) -> list[Item]:
    quantities: dict[Item, int] = {}
    for item in items:
        alike = replace(item, quantity=1)
        quantities[alike] = quantities.get(alike, 0) + item.quantity
    return [replace(item, quantity=quantity) for item, quantity in quantities.items()]


def _expected_added_up(expected: Iterable[Expected]) -> list[Expected]:
    added: list[dict[str, Any]] = []
    for item in expected:
        alike = {**item, "quantity": 0}
        counted = next((one for one in added if {**one, "quantity": 0} == alike), None)
        if counted is None:
            added.append({**item, "quantity": int(item.get("quantity", 1))})
        else:
            counted["quantity"] += int(item.get("quantity", 1))
    return list(added)


class _Judge:
    """Compares with what the shop calls its goods."""

    def __init__(self, shelf: Shelf, language: str) -> None:
        self._shelf = shelf
        self._language = language

    def is_item(self, item: Item, expected: Expected) -> bool:
        if item.quantity != expected["quantity"] or ("sku" in expected and item.sku != expected["sku"]):
            return False
        products = [self._shelf.products[key] for key in item.products]
        if "name" in expected and not self._is_called(expected["name"], self._names(item, products)):
            return False
        return self._are_options(item.options, expected.get("options") or (), products)

    def _names(self, item: Item, products: Iterable[Product]) -> Iterable[str]:
        yield item.name
        for product in products:
            yield product.key
            yield from product.names
        if item.sku is not None and item.sku in self._shelf.variants:
            yield self._shelf.variants[item.sku].name

    def _are_options(
        self, options: Sequence[OptionValue], expected: Sequence[Expected], products: Sequence[Product]
    ) -> bool:
        left = list(options)
        for wanted in expected:
            same = next((option for option in left if self._is_option(option, wanted, products)), None)
            if same is None:
                return False
            left.remove(same)
        return not left

    def _is_option(self, option: OptionValue, expected: Expected, products: Sequence[Product]) -> bool:
        if "spoken" in expected and not self._is_called(expected["spoken"], (option.spoken,)):
            return False
        if expected["amount"] != option.amount if "amount" in expected else option.amount == NOT_ANY:
            return False
        group = next((g for product in products for g in product.option_groups if g.key == option.group), None)
        choice = group.choice(option.value) if group else None
        groups = (option.group, *((group.name,) if group else ()))
        return self._is_called(expected["group"], groups) and self._is_called(
            expected["value"], (option.value, *(choice.names if choice else ()))
        )

    def _is_called(self, said: str, names: Iterable[str]) -> bool:
        """Whether one of the names is meant; keys have hyphens where names have spaces."""
        words = words_of(str(said).replace("-", " "), self._language)
        return any(words == words_of(name.replace("-", " "), self._language) for name in names)
