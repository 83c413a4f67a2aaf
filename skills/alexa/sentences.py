"""From an intent of Alexa's back to a sentence, so that one understanding reads what is said here and elsewhere.

Alexa tells the intent and what was said in its slots, not the sentence. The plainest sample with the same slots stands
for it; the slots are put in as they were heard. Alexa's own guess at what they mean is not looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from skills.alexa.samples import SAY, sampled_intents, slots_in
from skills.alexa.wording import words_for
from skills.languages import SlotType, load

_LONGEST = 500  # characters of one slot; longer ones are cut


def sentence(language: str, kind: str, intent: str, slots: Mapping[str, str]) -> str:
    """What was probably said. kind: of the shop. slots: those that were filled. Words without meaning for what can't be
    said in such a shop.
    """
    words = words_for(language)
    if intent in words.builtins:
        return words.builtins[intent]
    if intent == SAY:
        return slots.get("words", words.unheard)[:_LONGEST]
    plainest = _plainest(language, kind).get(intent)
    if plainest is None:
        return words.unheard
    filled = frozenset(slots)
    best = max(plainest, key=lambda names: (names <= filled, len(names & filled), -len(names)))
    spelled = _spelled(language, intent)
    values = {name: " ".join(value) if name in spelled else value for name, value in slots.items()}
    return _put(plainest[best], {name: value[:_LONGEST] for name, value in values.items()})


def _put(sample: str, values: Mapping[str, str]) -> str:
    for name in slots_in(sample):
        sample = sample.replace(f"{{{name}}}", values.get(name, "").replace("{", "").replace("}", ""))
    return " ".join(sample.split())


@cache
def _spelled(language: str, intent: str) -> frozenset[str]:
    """Slots of an intent whose digits are said one by one: Alexa writes an order's number as if it were a quantity."""
    slots = (slot for model in load(language).intents if model.name == intent for slot in model.slots)
    return frozenset(slot.name for slot in slots if slot.type in (SlotType.ORDER_NUMBER, SlotType.CODE))


@cache
def _plainest(language: str, kind: str) -> Mapping[str, Mapping[frozenset[str], str]]:
    """Of each intent and each set of slots, the first sample."""
    found: dict[str, dict[frozenset[str], str]] = {}
    for intent in sampled_intents(language, kind):
        ways = found.setdefault(intent.name, {})
        for sample in intent.samples:
            ways.setdefault(frozenset(slots_in(sample)), sample)
    return found
