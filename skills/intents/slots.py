"""Reading slots: a slot that is absent or of another kind is simply not there."""

from __future__ import annotations

from skills.contract import Item
from skills.intents.answer import Slots


def items_in(slots: Slots) -> tuple[Item, ...]:
    """The items that were named, whatever the slot is called."""
    for name in ("items", "product"):
        value = slots.get(name)
        if isinstance(value, tuple):
            return value
    return ()


def text_in(slots: Slots, name: str) -> str:
    """A key or digits; empty when not said."""
    value = slots.get(name)
    return value if isinstance(value, str) else ""


def number_in(slots: Slots, name: str) -> int | None:
    """A quantity or an amount in minor units."""
    value = slots.get(name)
    return value if isinstance(value, int) else None
