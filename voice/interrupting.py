"""What a shopper may say while the assistant speaks: stop, wait, repeat, slower. Nothing else is taken."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import Enum

from rapidfuzz import fuzz

from skills.contract import Heard, Listener

_ALIKE = 60.0
_NATS_LESS = 3.0
"""Chosen on 42 phrases and 64 other short sayings, many of them nearly the same word, by eight voices: of 336 phrases
309 are obeyed (word for word 276), of 512 other sayings 32 (18), nearly all "weight", "wade" and "pardon me"."""


class Interruption(Enum):
    """What was asked for."""

    STOP = "stop"
    WAIT = "wait"
    REPEAT = "repeat"
    SLOWER = "slower"


Interruptions = Mapping[Interruption, Sequence[str]]
"""The phrases that ask for each, in lower case and without punctuation."""


def interruption(heard: Heard, phrases: Interruptions, speaking: str, listener: Listener) -> Interruption | None:
    """Which of them was said; repeating one ("stop stop") is the same.

    A word by itself is easily misheard ("step"), so the phrases that look like the best hypothesis are scored against
    the sound. One counts when it is hardly less likely than what was heard freely.

    speaking: what the assistant itself is saying. Words of its own are taken for an echo and never obeyed.
    Raises ListeningFailed.
    """
    if not heard.hypotheses:
        return None
    said = _once(_plain(heard.hypotheses[0].text))
    own = f" {_plain(speaking)} "
    if f" {said} " in own:
        return None
    meanings = {phrase: meaning for meaning, wordings in phrases.items() for phrase in wordings}
    if said in meanings:
        return meanings[said]
    alike = [one for one in meanings if f" {one} " not in own and fuzz.ratio(one, said) >= _ALIKE]
    if not alike:
        return None
    freely, *scores = listener.rescore(heard.turn_id, [said, *alike])
    score, phrase = max(zip(scores, alike, strict=True))
    return meanings[phrase] if score >= freely - _NATS_LESS else None


def _once(text: str) -> str:
    """What is said again and again, once: shoppers do that, and Whisper writes one short word so."""
    words = text.split()
    for period in range(1, len(words) // 2 + 1):
        if words == words[:period] * (len(words) // period):
            return " ".join(words[:period])
    return text


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w' ]", " ", text.lower().replace("’", "'")).split())
