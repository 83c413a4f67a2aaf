"""What the sentence calls by a name that no graph holds is looked up in the index: taken, or given back as a choice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from skills.contract import Heard, Item, Listener, SlotValue, Understood
from skills.understanding.products.index import ProductIndex
from skills.understanding.products.resolution import Accepted, Again, NotFound


def looked_up(
    outcome: Understood, index: ProductIndex, heard: Heard, priors: Mapping[str, float], listener: Listener | None
) -> Understood:
    """The outcome with its unknown items resolved: to one product, or to two or three that the dialogue asks between.

    An item that is like nothing on sale stays as it is.
    """
    slots: dict[str, SlotValue] = {
        name: tuple(_known(item, index, heard, priors, listener) for item in value)
        if isinstance(value, tuple)
        else value
        for name, value in outcome.slots.items()
    }
    return replace(outcome, slots=slots)


def _known(
    item: Item, index: ProductIndex, heard: Heard, priors: Mapping[str, float], listener: Listener | None
) -> Item:
    if item.sku is not None or item.products:
        return item
    found = index.resolve([item.name], priors, _again(item.name, heard, listener))
    if isinstance(found, NotFound):
        return item
    if isinstance(found, Accepted):
        return replace(item, sku=found.match.sku, name=found.match.name, products=(found.match.product_key,))
    if len(found.matches) == 1:
        return item  # likely, but not enough to put it into a cart, and there is nothing to choose from
    return replace(item, products=tuple(match.product_key for match in found.matches))


def _again(name: str, heard: Heard, listener: Listener | None) -> Again | None:
    """How to listen again to these words of the sentence; None where they are not as they were heard, or were typed."""
    text = heard.hypotheses[0].text.casefold().rstrip(".?!")
    if listener is None or not heard.spoken or name not in text:
        return None
    before, _, after = text.partition(name)
    return Again(listener, heard.turn_id, before.strip(), after.strip())
