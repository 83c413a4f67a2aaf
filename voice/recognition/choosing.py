"""The sayable sentences that a sound speaks for: a search that can write nothing else.

A sentence counts by how much likelier the sound makes it than silence does. By likelihood alone the shortest
wins: a mumbled order is less likely than "yes", of which there is not a trace in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from voice.recognition.spelling import Spelling, State
from voice.recognition.whisper_decoder import Beginnings, Floats

SILENCE_COUNTS = 0.6
"""What a nat of likelihood in silence takes. Of 35 sentences of a set of our own, among the ten that were found for
them: right are 28 at .4, 32 at .5, 34 at .6, 33 at .7 and .8."""
_WIDTH = 40
_BEHIND = 14.0
_BEHIND_WHOLE = 8.0
"""Nats by which a beginning may stand behind the best of its length, and behind the best whole sentence so far."""
_MOST = 12


class Decoder(Protocol):
    """See WhisperDecoder."""

    def begin(self, prompt: list[int], outputs: Sequence[Floats]) -> tuple[Floats, Beginnings]: ...

    def longer(self, texts: Beginnings, parents: list[int], tokens: list[int]) -> tuple[Floats, Beginnings]: ...


@dataclass(frozen=True, slots=True)
class Chosen:
    """One sentence. evidence: natural log of what the sound has made it likelier, silence counted in part."""

    tokens: tuple[int, ...]
    evidence: float


@dataclass(frozen=True, slots=True)
class _Beginning:
    tokens: tuple[int, ...]
    evidence: float
    state: State


def chosen(
    decoder: Decoder, outputs: Sequence[Floats], spelling: Spelling, prompt: list[int], end: int, longest: int
) -> list[Chosen]:
    """The best sentences, best first; none when nothing sayable is short enough.

    outputs: the encoder's, of the sound and of silence. end: the token that ends a text.
    longest: tokens that a sentence may have.
    """
    scores, texts = decoder.begin(prompt, outputs)
    beginnings, found = [_Beginning((), 0.0, spelling.start)], list[Chosen]()
    for _ in range(longest):
        evidence = scores[0] - np.float32(SILENCE_COUNTS) * scores[1]
        found += [
            Chosen(one.tokens, one.evidence + float(row[end]))
            for one, row in zip(beginnings, evidence, strict=True)
            if spelling.may_end(one.state)
        ]
        longer = sorted(_longer(beginnings, evidence, spelling), key=lambda pair: -pair[1].evidence)[:_WIDTH]
        whole = max((one.evidence for one in found), default=-np.inf)
        longer = [
            pair for pair in longer if pair[1].evidence > max(longer[0][1].evidence - _BEHIND, whole - _BEHIND_WHOLE)
        ]
        if not longer:
            break
        beginnings = [one for _, one in longer]
        parents, tokens = [parent for parent, _ in longer], [one.tokens[-1] for one in beginnings]
        scores, texts = decoder.longer(texts, parents, tokens)
    return sorted(found, key=lambda one: -one.evidence)[:_MOST]


def _longer(beginnings: list[_Beginning], evidence: Floats, spelling: Spelling) -> list[tuple[int, _Beginning]]:
    """Each beginning with one more token, and the beginning's place in the list."""
    return [
        (number, _Beginning((*one.tokens, token), one.evidence + float(evidence[number, token]), state))
        for number, one in enumerate(beginnings)
        for token, state in spelling.following(one.state).items()
    ]
