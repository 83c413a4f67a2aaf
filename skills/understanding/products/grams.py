"""Trigrams of a spelling or a sound: what the index finds names by."""

from __future__ import annotations

from collections.abc import Callable, Iterable

SIZE = 3


def padded(text: str) -> str:
    """With a space at either end, so that the ends of a name count, and one of two letters still has trigrams."""
    return f" {text} "


def grams(text: str) -> set[str]:
    """All trigrams of a padded text."""
    whole = padded(text)
    return {whole[start : start + SIZE] for start in range(len(whole) - SIZE + 1)}


def rarest(found: Iterable[str], frequency: Callable[[str], int], postings: int, at_least: int) -> list[str]:
    """The rarest of these trigrams that the index has: as many as together stand in `postings` names, or `at_least`.

    A common trigram tells little and costs the most, so leaving it out bounds the time of a query in a large catalogue.
    """
    counted = sorted((count, gram) for gram in found if (count := frequency(gram)))
    taken: list[str] = []
    total = 0
    for count, gram in counted:
        total += count
        if total > postings and len(taken) >= at_least:
            break
        taken.append(gram)
    return taken
