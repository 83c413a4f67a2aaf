"""Where meanings differ, in words that can be put into a question ("soy milk, or some milk?")."""

from __future__ import annotations

from collections.abc import Sequence

from skills.contract import Item, OptionValue, SlotValue
from skills.understanding.meaning import Meaning


def doubtful_parts(meanings: Sequence[Meaning]) -> tuple[str, ...] | None:
    """What tells each meaning from the others; None when they differ in more than one place or in what has no words."""
    if len({intent for intent, _ in meanings}) > 1:
        return None
    slots = [dict(slots) for _, slots in meanings]
    names = {name for values in slots for name in values}
    differing = [name for name in sorted(names) if len({repr(values.get(name)) for values in slots}) > 1]
    if len(differing) != 1:
        return None
    values = [value.get(differing[0]) for value in slots]
    parts = [_part(value, values) for value in values]
    spoken = tuple(part for part in parts if part)
    return spoken if len(set(spoken)) == len(meanings) else None


def _part(value: SlotValue | None, among: Sequence[SlotValue | None]) -> str | None:
    if isinstance(value, tuple):
        return _item_part(value, [other for other in among if isinstance(other, tuple)], len(among))
    return str(value) if value is not None else None


def _item_part(items: tuple[Item, ...], among: Sequence[tuple[Item, ...]], expected: int) -> str | None:
    if len(among) != expected or len({len(other) for other in among}) != 1:
        return None
    places = [place for place in range(len(items)) if len({other[place] for other in among}) > 1]
    if len(places) != 1:
        return None
    place = places[0]
    item, others = items[place], [other[place] for other in among]
    if len({other.products for other in others}) > 1:
        return item.name if len({(other.quantity, other.options) for other in others}) == 1 else None
    if len({other.quantity for other in others}) > 1:
        return str(item.quantity) if len({other.options for other in others}) == 1 else None
    return _option_part(item, others)


def _option_part(item: Item, others: Sequence[Item]) -> str | None:
    by_group = [{option.group: option for option in other.options} for other in others]
    groups = {group for options in by_group for group in options}
    differing = [group for group in sorted(groups) if len({options.get(group) for options in by_group}) > 1]
    if len(differing) != 1:
        return None
    mine: OptionValue | None = {option.group: option for option in item.options}.get(differing[0])
    return mine.spoken if mine is not None else None
