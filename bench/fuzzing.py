"""Random sentences for the understanding, for as long as one likes: no crash, no endless turn.

    python -m bench.fuzzing --minutes 10 --seed 1

Words of the shop, of examples and of nobody, in any order and script, with repetitions, digits and control characters.
Every text must get an outcome; the slowest ones' processor time is shown, since a busy machine stretches any other.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import Counter

from bench.barista import cafe
from skills.contract import Heard, Hypothesis
from skills.languages import load
from skills.understanding import Understanding
from skills.understanding.context import Context

_ODD = (
    "😀",
    "\x00",
    "\u202e",
    "中文",
    "우유",
    "ñandú",
    "½",
    "$20",
    "12,5",
    "1e9",
    "'",
    "-",
    "…",
    "\n",
    "%",
    "a" * 400,
    "42" * 30,
)
_SLOWEST = 5


def run(minutes: float, seed: int) -> int:
    """Prints one JSON line: how many texts, their outcomes, the slowest in seconds of processor time."""
    chance = random.Random(seed)
    context, understanding = cafe(), Understanding()
    words = _words(context)
    outcomes: Counter[str] = Counter()
    slowest: list[tuple[float, str]] = []
    understanding.understand(_typed("check out"), context)
    end = time.monotonic() + 60 * minutes
    while time.monotonic() < end:
        text = _text(chance, words)
        began = time.process_time()
        outcome = understanding.understand(_typed(text), context)
        slowest = sorted([*slowest, (time.process_time() - began, text)], reverse=True)[:_SLOWEST]
        outcomes[type(outcome).__name__] += 1
    figures = {"texts": outcomes.total(), **outcomes, "slowest_cpu_s": [round(seconds, 2) for seconds, _ in slowest]}
    sys.stdout.write(json.dumps(figures) + "\n")
    return 0


def _words(context: Context) -> list[str]:
    said = [name for product in context.words.products for name in product.spoken]
    said += [name for group in context.words.groups for choice in group.choices for name in choice.spoken]
    said += [amount for group in context.words.groups for amount in group.amounts]
    examples = [example for intent in load(context.language).intents for example in intent.examples]
    return [*said, *(word for example in examples for word in example.split())]


def _text(chance: random.Random, words: list[str]) -> str:
    length = chance.choice((1, 2, 4, 8, 12, 20, 60, 100))
    picked = [chance.choice(_ODD) if chance.random() < 0.05 else chance.choice(words) for _ in range(length)]
    if chance.random() < 0.2:
        picked = picked[:3] * 8
    text = " ".join(picked)
    if chance.random() < 0.3:
        place = chance.randrange(len(text) + 1)
        text = text[:place] + chance.choice(text or " ") + text[place + 1 :]
    return text


def _typed(text: str) -> Heard:
    return Heard("fuzz", "en", (Hypothesis(text),), spoken=False)


def main() -> int:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    return run(arguments.minutes, arguments.seed)


if __name__ == "__main__":
    sys.exit(main())
