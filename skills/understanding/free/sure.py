"""When the free reader is so sure that nothing else needs to be looked at."""

from __future__ import annotations

from collections.abc import Sequence

from skills.contract import NotUnderstood, Outcome, Reason, Understood
from skills.languages.model import LanguageModel
from skills.understanding.free.examples import NONE
from skills.understanding.free.reader import FreeReading

SURE = 0.9
SURELY_NOTHING = 0.98


def sure_outcome(readings: Sequence[FreeReading], language: LanguageModel, text: str) -> Outcome | None:
    """What a typed sentence means beyond doubt; None when it must be compared with what can be said.

    A sentence that lacks what its intent needs, or names a product that the shop does not know by these words or by
    all of them, may have been misspelt: it is compared.
    """
    if not readings:
        return None
    best = readings[0]
    if best.intent == NONE:
        return NotUnderstood(Reason.OUT_OF_DOMAIN) if best.probability >= SURELY_NOTHING else None
    if best.probability < SURE or not _is_complete(best, language):
        return None
    return Understood(best.intent, best.slots, text=text)


def _is_complete(reading: FreeReading, language: LanguageModel) -> bool:
    required = [slot.name for slot in language.intent(reading.intent).slots if slot.required]
    items = [item for value in reading.slots.values() if isinstance(value, tuple) for item in value]
    return reading.whole and all(name in reading.slots for name in required) and all(item.products for item in items)
