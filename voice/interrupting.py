"""What a shopper may say while the assistant speaks: stop, wait, repeat, slower. Nothing else is taken."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import Enum

from rapidfuzz import fuzz

from skills.contract import Heard, Listener

_ALIKE = 60.0
_LONGEST_REST = 4  # letters; "don't stop" is none
_NATS_LESS = 1.5
"""Chosen on 42 phrases and 62 other short sayings, many of them nearly the same word, by four voices, scored by the
larger model: of 168 phrases 156 are obeyed (with 3 nats 157), of 248 other sayings 20 (27); over a kitchen 20 dB below
136 and 29. Where the small model scores it is 150 and 15 (with 3 nats 154 and 20)."""

_NATS_MORE = 2.5
_FEW_WORDS = 2
"""Over a fan "stop" becomes "start", which is not alike: the first word of all is scored whatever few words were heard,
and counts when it is much likelier than they. Of the same phrases by four voices it is one more at 20 dB and at 10 dB
each, of 142 other sayings one more and two."""


class Interruption(Enum):
    """What was asked for."""

    STOP = "stop"
    WAIT = "wait"
    REPEAT = "repeat"
    SLOWER = "slower"


Interruptions = Mapping[Interruption, Sequence[str]]
"""The phrases that ask for each, in lower case and without punctuation."""


def said_literally(heard: Heard, phrases: Interruptions, speaking: str) -> Interruption | None:
    """Which of them was heard word for word; repeating one ("stop stop") is the same.

    speaking: what the assistant itself is saying. Words of its own are taken for an echo and never obeyed.
    """
    said = _best(heard)
    return None if _is_part(said, speaking) else _meanings(phrases).get(said)


def said_after_a_rest(heard: Heard, phrases: Interruptions, speaking: str) -> Interruption | None:
    """Which of them was heard word for word behind one short word ("so hold on").

    The microphone hears so what is left of the assistant's own last word.
    """
    before, _, said = _best(heard).partition(" ")
    if len(before) > _LONGEST_REST or _is_part(said, speaking):
        return None
    return _meanings(phrases).get(_once(said))


def said_alike(heard: Heard, phrases: Interruptions, speaking: str, listener: Listener) -> Interruption | None:
    """Which of them was said, if what was heard is like one, or sounds like the word that matters most.

    A word by itself is easily misheard ("step"), so the phrases that look like the best hypothesis are scored against
    the sound. One counts when it is hardly less likely than what was heard freely. Raises ListeningFailed.
    """
    said, meanings = _best(heard), _meanings(phrases)
    if not said or _is_part(said, speaking):
        return None
    enough = {one: -_NATS_LESS for one in meanings if fuzz.ratio(one, said) >= _ALIKE}
    if len(said.split()) <= _FEW_WORDS:
        enough.setdefault(phrases[Interruption.STOP][0], _NATS_MORE)
    asked = [one for one in enough if not _is_part(one, speaking)]
    if not asked:
        return None
    freely, *scores = listener.rescore(heard.turn_id, [said, *asked])
    taken = [(score, one) for score, one in zip(scores, asked, strict=True) if score >= freely + enough[one]]
    return meanings[max(taken)[1]] if taken else None


def is_echo(heard: Heard, speaking: str) -> bool:
    """Whether half of the words that were heard, or more, are the assistant's own."""
    said = _best(heard).split()
    own = set(_plain(speaking).split())
    return bool(said) and 2 * sum(word in own for word in said) >= len(said)


def _best(heard: Heard) -> str:
    return _once(_plain(heard.hypotheses[0].text)) if heard.hypotheses else ""


def _meanings(phrases: Interruptions) -> dict[str, Interruption]:
    return {phrase: meaning for meaning, wordings in phrases.items() for phrase in wordings}


def _is_part(said: str, speaking: str) -> bool:
    return f" {said} " in f" {_plain(speaking)} "


def _once(text: str) -> str:
    """What is said again and again, once: shoppers do that, and Whisper writes a few short words so.

    The last time may be cut off, once it was said twice ("slow down slow down slow").
    """
    words = text.split()
    for period in range(1, len(words) // 2 + 1):
        if all(word == words[at % period] for at, word in enumerate(words)):
            return " ".join(words[:period])
    return text


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w' ]", " ", text.lower().replace("’", "'")).split())
