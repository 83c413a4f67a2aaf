"""Which function answers which intent: read from intents.yaml, so a new intent is an entry there and a function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

import yaml

from skills.intents.answer import Answer, Slots
from skills.intents.moment import Moment

Handler: TypeAlias = Callable[[Moment, Slots], Answer]


@cache
def handlers() -> Mapping[str, Handler]:
    """Every intent's handler by the intent's name."""
    entries = yaml.safe_load((Path(__file__).parent / "intents.yaml").read_text(encoding="utf-8"))
    return MappingProxyType({intent: _function(place) for intent, place in entries.items()})


def _function(place: str) -> Handler:
    module, _, name = place.partition(":")
    function: Handler = getattr(import_module(f"skills.intents.{module}"), name)
    return function
