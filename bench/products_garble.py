"""Typed queries for `bench products`: names of a catalogue with letters misheard, lost and added.

`python -m bench.products_garble CATALOGUE.csv QUERIES.jsonl [--count 500] [--rate 0.15] [--seed 1]`
"""

from __future__ import annotations

import argparse
import csv
import json
import random
from pathlib import Path

_ALIKE = {
    "a": "eou", "b": "pd", "c": "ks", "d": "tb", "e": "ia", "f": "vt", "g": "kd", "h": "", "i": "ey", "j": "gz",
    "k": "gt", "l": "rw", "m": "n", "n": "m", "o": "ua", "p": "bt", "q": "k", "r": "lw", "s": "zf", "t": "dk",
    "u": "oa", "v": "fb", "w": "vl", "x": "s", "y": "i", "z": "sj",
}  # fmt: skip
"""Letters that are misheard for each other; an empty string for what is not heard at all."""

_MISHEARD, _LOST = 0.6, 0.25
"""Of all errors; the rest are letters and word ends that nobody said."""


def garbled(name: str, rate: float, rng: random.Random) -> str:
    """A name in lower case, with an error in about one of 1/rate letters."""
    heard: list[str] = []
    for letter in name.replace("&", "and").lower():
        if letter not in _ALIKE or rng.random() >= rate:
            heard.append(letter)
            continue
        kind = rng.random()
        if kind < _MISHEARD:
            heard.append(rng.choice(_ALIKE[letter] or " "))
        elif kind >= _MISHEARD + _LOST:
            heard.append(letter + rng.choice("aeiour "))
    return " ".join("".join(heard).split())


def write_queries(catalogue: Path, queries: Path, *, count: int, rate: float, seed: int = 1) -> None:
    """Garbles `count` names drawn from the catalogue."""
    rng = random.Random(seed)
    with catalogue.open(encoding="utf-8", newline="") as file:
        products = rng.sample(list(csv.DictReader(file)), count)
    with queries.open("w", encoding="utf-8") as lines:
        for product in products:
            query = {"text": garbled(product["name"], rate, rng), "sku": product["sku"]}
            lines.write(json.dumps(query) + "\n")


def main() -> None:
    """Writes typed queries."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("catalogue", type=Path)
    parser.add_argument("queries", type=Path)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--rate", type=float, default=0.15)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    write_queries(
        arguments.catalogue, arguments.queries, count=arguments.count, rate=arguments.rate, seed=arguments.seed
    )


if __name__ == "__main__":
    main()
