"""Which words of a sentence name goods: the products that the shop knows, and words that nothing else accounts for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from skills.understanding.joining import JoiningWords

_LINKS = frozenset(
    (
        "to", "for", "from", "on", "onto", "in", "into", "at", "by", "so", "but", "if", "because", "that", "which",
        "is", "are", "was", "than", "my", "your", "our", "this", "these", "please", "me", "us", "you", "i", "it",
        "do", "does", "can",
    )
)  # fmt: skip
"""English words that stand between a name and something else, never inside a name."""
_PURPOSE = frozenset(("for", "from", "to", "at", "by", "in", "into", "with"))
"""Behind these stands what the goods are for, or where they go."""


@dataclass(frozen=True, slots=True)
class Mention:
    """Words `start` to `end` name goods. known: some of them name a product; unknown: some of them name none."""

    start: int
    end: int
    known: bool
    unknown: bool


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is known of each word.

    known: it names a product that was found. taken: it fills any slot, that included. number: it says how many.
    around: it is said around goods ("add", "to my list").
    """

    words: Sequence[str]
    known: Sequence[bool]
    taken: Sequence[bool]
    number: Sequence[bool]
    around: Sequence[bool]


def mentions(sentence: Sentence, joining: JoiningWords) -> list[Mention]:
    """Everything that names goods, in its order."""
    known, unknown = sentence.known, _unknown(sentence, joining)
    named = [here or there for here, there in zip(known, unknown, strict=True)]
    found = []
    for is_named, run in groupby(range(len(named)), named.__getitem__):
        places = list(run)
        if is_named:
            start, end = places[0], places[-1] + 1
            found.append(Mention(start, end, any(known[start:end]), any(unknown[start:end])))
    return found


def one_more(number: int, mentioned: Sequence[Mention], words: Sequence[str], joining: JoiningWords) -> bool:
    """Whether a mention is joined to the one before or behind it: the duck of "milk, a rubber duck and eggs".

    What something is for is no item, though it stands beside one: "eggs for the cake and bread".
    """
    joins, mention = _joins(joining) | set(joining.articles), mentioned[number]
    if number and set(words[mentioned[number - 1].end : mention.start]) <= joins:
        return True
    before = [word for word in words[: mention.start] if word not in joining.articles]
    if number + 1 == len(mentioned) or (before[-1:] and before[-1] in _PURPOSE):
        return False
    return set(words[mention.end : mentioned[number + 1].start]) <= joins


def _unknown(sentence: Sentence, joining: JoiningWords) -> list[bool]:
    """The words that mean nothing here, with what belongs to them.

    A number in front ("two unicorns"), and a single other word between two of them: "cut" in "barley moon center cut
    pork", "of" in "bags of quinoa".
    """
    free = [not taken for taken in sentence.taken]
    unknown = [
        is_free and not around and not number
        for is_free, around, number in zip(free, sentence.around, sentence.number, strict=True)
    ]
    outside = _joins(joining) | set(joining.articles) | _LINKS
    inside = [
        place
        for place in range(1, len(free) - 1)
        if unknown[place - 1] and free[place] and unknown[place + 1] and sentence.words[place] not in outside
    ]
    for place in inside:
        unknown[place] = True
    for place in range(len(free) - 2, -1, -1):
        unknown[place] = unknown[place] or (free[place] and sentence.number[place] and unknown[place + 1])
    return unknown


def _joins(joining: JoiningWords) -> frozenset[str]:
    """Single words that join one item to the next."""
    return frozenset(word for phrase in joining.items for word in phrase.split())
