"""A generated catalogue of any size: names in the manner of a large grocery's, none of them real.

`python -m bench.products_catalogue FILE.csv --count 1000000 [--seed 1]`
"""

from __future__ import annotations

import argparse
import csv
import random
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

_WORDS = Path(__file__).with_name("products_words.yaml")
_BRANDED, _QUALIFIED, _KIND, _FLAVOUR, _SECOND_FLAVOUR, _ENDING, _SIZED = 0.45, 0.4, 0.55, 0.75, 0.12, 0.08, 0.04
"""How often a name has each part: the mean name then has about five words."""


class _Names:
    """Makes names. Words are drawn with Zipf's weights, so that some are in thousands of names and some in a few."""

    def __init__(self, words: Mapping[str, Any], rng: random.Random) -> None:
        self._words = words
        self._rng = rng
        self._departments = list(words["departments"].values())
        self._weights: dict[int, list[float]] = {}

    def name(self) -> str:
        """One name, such as "Maple Row Organic Vanilla Almond Milk"."""
        department = self._rng.choice(self._departments)
        parts: list[str] = []
        if self._chance(_BRANDED):
            parts.append(self._draw(self._words["brands"]))
        if self._chance(_QUALIFIED):
            parts.append(self._draw(self._words["quality"]))
        described = [self._draw(department["kinds"])] if self._chance(_KIND) else []
        if self._chance(_FLAVOUR):
            described.append(self._draw(department["flavours"]))
            if self._chance(_SECOND_FLAVOUR):
                described.append(self._draw(department["flavours"]))
        self._rng.shuffle(described)
        parts += described
        parts.append(self._rng.choice(department["nouns"]))
        if self._chance(_ENDING):
            parts.append(self._draw(self._words["endings"]))
        if self._chance(_SIZED):
            parts.append(self._draw(self._words["sizes"]))
        return " ".join(_without_repeats(parts))

    def _chance(self, probability: float) -> bool:
        return self._rng.random() < probability

    def _draw(self, words: list[str]) -> str:
        weights = self._weights.setdefault(len(words), [1.0 / (rank + 5) for rank in range(len(words))])
        return self._rng.choices(words, weights)[0]


def _without_repeats(parts: list[str]) -> list[str]:
    """Drops what a name says twice in a row ("Garlic Garlic Bread")."""
    words: list[str] = []
    for part in parts:
        for word in part.split():
            if not words or words[-1] != word:
                words.append(word)
    return words


def names(count: int, seed: int = 1) -> Iterator[str]:
    """`count` different names; the same for the same seed."""
    rng = random.Random(seed)
    maker = _Names(yaml.safe_load(_WORDS.read_text(encoding="utf-8")), rng)
    made: set[str] = set()
    while len(made) < count:
        name = maker.name()
        if name not in made:
            made.add(name)
            yield name


def write_catalogue(path: Path, count: int, seed: int = 1) -> None:
    """Writes columns sku,name."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("sku", "name"))
        for number, name in enumerate(names(count, seed)):
            rows.writerow((f"P{number:07d}", name))


def main() -> None:
    """Writes a catalogue."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    write_catalogue(arguments.file, arguments.count, arguments.seed)


if __name__ == "__main__":
    main()
