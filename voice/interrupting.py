"""What a shopper may say while the assistant speaks: stop, wait, repeat, slower. Nothing else is taken."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import Enum

from skills.contract import Heard


class Interruption(Enum):
    """What was asked for."""

    STOP = "stop"
    WAIT = "wait"
    REPEAT = "repeat"
    SLOWER = "slower"


Interruptions = Mapping[Interruption, Sequence[str]]
"""The phrases that ask for each, in lower case and without punctuation."""


def interruption(heard: Heard, phrases: Interruptions, speaking: str) -> Interruption | None:
    """Which of them the best hypothesis is, word for word; repeating one ("stop stop") is the same.

    speaking: what the assistant itself is saying. Words of its own are taken for an echo and never obeyed.
    """
    if not heard.hypotheses:
        return None
    said = _plain(heard.hypotheses[0].text)
    own = f" {_plain(speaking)} "
    for meaning, wordings in phrases.items():
        for phrase in wordings:
            if re.fullmatch(rf"{re.escape(phrase)}( {re.escape(phrase)})*", said) and f" {said} " not in own:
                return meaning
    return None


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w' ]", " ", text.lower().replace("’", "'")).split())
