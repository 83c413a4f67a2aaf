"""The second listening: the names that the words suggest are compared with the sound itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from skills.contract import SoundGone
from skills.understanding.normalise import words_of
from skills.understanding.products.resolution import Again, ProductMatch

FIRST_ROUND, NEXT_ROUND, ROUNDS = 16, 8, 2

POINTS_PER_NAT = 0.25
"""What a nat of likelihood counts in points of similarity; fitted (docs/benchmarks.md, Products)."""

Neighbours = Callable[[ProductMatch], Sequence[ProductMatch]]
"""The products named most like one, with their scores for what was heard."""


def listened(
    matches: Sequence[ProductMatch], again: Again, neighbours: Neighbours, language: str
) -> tuple[ProductMatch, ...]:
    """The best of `matches` by words and sound together.

    Once the sound has chosen, the names like the chosen one are tried as well, which the words alone had not suggested.
    Raises SoundGone when it is gone before anything was listened for.
    """
    heard: dict[str, ProductMatch] = {}
    coming = list(matches[:FIRST_ROUND])
    for _ in range(ROUNDS):
        if not coming:
            break
        try:
            scored = _scored(coming, again, language)
        except SoundGone:
            if heard:  # a device far away answers once: what was listened for decides
                break
            raise
        heard.update((match.product_key, match) for match in scored)
        best = max(heard.values(), key=lambda match: match.score)
        coming = [match for match in neighbours(best) if match.product_key not in heard][:NEXT_ROUND]
    return tuple(sorted(heard.values(), key=lambda match: -match.score))


def _scored(matches: Sequence[ProductMatch], again: Again, language: str) -> list[ProductMatch]:
    wordings = [_wordings(match.name, language) for match in matches]
    likelihoods = iter(again.likelihoods([text for texts in wordings for text in texts]))
    found = []
    for match, texts in zip(matches, wordings, strict=True):
        likelihood = max(next(likelihoods) for _ in texts)
        score = match.score + POINTS_PER_NAT * likelihood
        found.append(replace(match, score=score, likelihood=likelihood))
    return found


def _wordings(name: str, language: str) -> tuple[str, ...]:
    """How a recogniser may write a name down: with its numbers as words, and as the shop writes them."""
    plain = name.replace("&", "and").casefold()
    if language.split("-")[0] == "ko":
        return (plain,)
    return tuple(dict.fromkeys((" ".join(words_of(name, language)), plain)))
