"""CanFulfillIntentRequest: whether the skill could do something, asked by Alexa about somebody who did not name it."""

from __future__ import annotations

from ask_sdk_model import Intent
from ask_sdk_model.canfulfill import (
    CanFulfillIntent,
    CanFulfillIntentValues,
    CanFulfillSlot,
    CanFulfillSlotValues,
    CanUnderstandSlotValues,
)

from skills.alexa.guests import Guests
from skills.alexa.sentences import sentence
from skills.contract import Heard, Hypothesis, Item, Understood

_LONGEST = 200


def can_fulfill(guests: Guests, kind: str, language: str, request_id: str, intent: Intent) -> CanFulfillIntent:
    """Yes when the words are understood and all products in them are sold. Nothing is done. kind: of the shop."""
    slots = {name: slot.value for name, slot in (intent.slots or {}).items() if slot is not None and slot.value}
    text = sentence(language, kind, intent.name or "", slots)[:_LONGEST]
    outcome = guests.understands(Heard(request_id, language, (Hypothesis(text),), spoken=True))
    if not isinstance(outcome, Understood):
        return _answer(slots, CanFulfillIntentValues.NO)
    items = [item for value in outcome.slots.values() if isinstance(value, tuple) for item in value]
    if all(_is_sold(item) for item in items):
        return _answer(slots, CanFulfillIntentValues.YES)
    return _answer(slots, CanFulfillIntentValues.MAYBE)


def _is_sold(item: Item) -> bool:
    return item.sku is not None or bool(item.products)


def _answer(slots: dict[str, str], answer: CanFulfillIntentValues) -> CanFulfillIntent:
    slot = CanFulfillSlot(
        can_understand=CanUnderstandSlotValues(answer.value), can_fulfill=CanFulfillSlotValues(_known(answer))
    )
    return CanFulfillIntent(can_fulfill=answer, slots=dict.fromkeys(slots, slot))


def _known(answer: CanFulfillIntentValues) -> str:
    """A slot can be filled or not; there is no perhaps."""
    return "YES" if answer is CanFulfillIntentValues.YES else "NO"
