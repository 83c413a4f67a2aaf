"""The interaction model as data: one folder a language. `load` reads one."""

from __future__ import annotations

from skills.languages.model import IntentModel, LanguageModel, Phrasing, SlotModel, SlotType, When
from skills.languages.reading import languages, load
from skills.languages.source import LanguageError

__all__ = [
    "IntentModel",
    "LanguageError",
    "LanguageModel",
    "Phrasing",
    "SlotModel",
    "SlotType",
    "When",
    "languages",
    "load",
]
