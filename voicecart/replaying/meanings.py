"""What a sentence should have been taken for, as it is written in YAML, and whether it was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict

from skills.contract import Item, NotUnderstood, Outcome, SlotValue, Understood, Unsure

Alternatives = str | list[str | None]
"""One value, or a list of which any is right; null in it allows the slot to be missing."""


class Strict(BaseModel):
    """Unknown fields and silent conversions are mistakes in the file."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class ExpectedOption(Strict):
    """A modifier of an item, by its keys."""

    group: str
    value: str
    amount: str | None = None


class ExpectedItem(Strict):
    """product: the key of the likeliest product, or keys of which any is right. sku: only where the words settle it."""

    product: str | list[str]
    quantity: int = 1
    sku: str | None = None
    options: list[ExpectedOption] = []


class ExpectedSlots(Strict):
    """Every slot that must be filled, and with what; a slot that is not here must be missing."""

    items: list[ExpectedItem] | None = None
    product: str | list[str] | None = None
    wrong: str | list[str] | None = None
    quantity: int | None = None
    count: int | None = None
    amount: int | None = None
    choice: int | None = None
    payee: Alternatives | None = None
    account: Alternatives | None = None
    order_number: str | None = None
    code: str | None = None


class ExpectedMeaning(Strict):
    """intent: one, or several of which any is right. With an intent the outcome must be "understood".

    slots: None when they may be anything.
    """

    outcome: Literal["understood", "unsure", "not_understood"] | None = None
    intent: str | list[str] | None = None
    slots: ExpectedSlots | None = None


def outcome_name(outcome: Outcome) -> str:
    """The outcome's name in JSON and in scenarios."""
    if isinstance(outcome, Understood):
        return "understood"
    return "unsure" if isinstance(outcome, Unsure) else "not_understood"


def differences(expected: ExpectedMeaning, outcome: Outcome, owners: Mapping[str, str]) -> list[str]:
    """What is not as expected, a clause each; empty when all is right. owners: SKU to product key."""
    if expected.outcome is not None and expected.outcome != outcome_name(outcome):
        return [f"expected {expected.outcome}, was {_described(outcome)}"]
    if expected.intent is None:
        return []
    intents = [expected.intent] if isinstance(expected.intent, str) else expected.intent
    if not isinstance(outcome, Understood) or outcome.intent not in intents:
        return [f"expected {' or '.join(intents)}, was {_described(outcome)}"]
    if expected.slots is None:
        return []
    return list(_slot_differences(expected.slots, outcome.slots, owners))


def _slot_differences(
    expected: ExpectedSlots, slots: Mapping[str, SlotValue], owners: Mapping[str, str]
) -> Iterator[str]:
    for name in sorted(set(ExpectedSlots.model_fields) | set(slots)):
        wanted, got = getattr(expected, name, None), slots.get(name)
        if isinstance(got, tuple) or name in ("items", "product", "wrong"):
            items = got if isinstance(got, tuple) else ()
            if not _same_items(_as_items(wanted), items, owners):
                yield f"{name}: expected {_items_described(_as_items(wanted))}, was {_goods_described(items)}"
        elif got not in (wanted if isinstance(wanted, list) else [wanted]):
            yield f"{name}: expected {wanted!r}, was {got!r}"


def _as_items(wanted: object) -> list[ExpectedItem]:
    if wanted is None:
        return []
    if isinstance(wanted, list) and wanted and isinstance(wanted[0], ExpectedItem):
        return wanted
    return [ExpectedItem(product=wanted if isinstance(wanted, str | list) else [])]


def _same_items(wanted: Sequence[ExpectedItem], got: Sequence[Item], owners: Mapping[str, str]) -> bool:
    """Whether each wanted item is there, in any order, and nothing else."""
    left = list(got)
    for item in wanted:
        found = next((other for other in left if _same_item(item, other, owners)), None)
        if found is None:
            return False
        left.remove(found)
    return not left


def _same_item(wanted: ExpectedItem, got: Item, owners: Mapping[str, str]) -> bool:
    products = [wanted.product] if isinstance(wanted.product, str) else wanted.product
    likeliest = owners.get(got.sku or "") or next(iter(got.products), None)
    options = {(option.group, option.value, option.amount) for option in got.options}
    return (
        likeliest in products
        and wanted.quantity == got.quantity
        and wanted.sku in (None, got.sku)
        and options == {(option.group, option.value, option.amount) for option in wanted.options}
    )


def _described(outcome: Outcome) -> str:
    if isinstance(outcome, Understood):
        return outcome.intent
    if isinstance(outcome, Unsure):
        return f"unsure between {', '.join(choice.spoken for choice in outcome.choices)}"
    assert isinstance(outcome, NotUnderstood)
    return f"not understood ({outcome.reason.value})"


def _items_described(items: Sequence[ExpectedItem]) -> str:
    names = (item.product if isinstance(item.product, str) else "/".join(item.product) for item in items)
    return _listed(
        f"{item.quantity} {name}" + _options([(option.amount, option.value) for option in item.options])
        for item, name in zip(items, names, strict=True)
    )


def _goods_described(items: Sequence[Item]) -> str:
    return _listed(
        f"{item.quantity} {item.sku or '/'.join(item.products) or item.name}"
        + _options([(option.amount, option.value) for option in item.options])
        for item in items
    )


def _options(options: Sequence[tuple[str | None, str]]) -> str:
    named = [f"{amount} {value}" if amount else value for amount, value in options]
    return f" [{', '.join(named)}]" if named else ""


def _listed(parts: Iterator[str]) -> str:
    return " + ".join(parts) or "nothing"
