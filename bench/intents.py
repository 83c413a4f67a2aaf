"""`voicecart bench intents`: whether typed sentences are understood as the right intent.

The tests are JSON lines with `text` and `accept`, a list of the intents that count as right. Each goes through the
whole understanding, in a moment in which every intent can be said (a line may name another `shop`): the assistant has
just asked a question of yes or no, and the customer has accounts and bills beside the shop.
"""

from __future__ import annotations

import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from bench.measuring import BenchmarkProblem, percentile
from bench.moments import LANGUAGE, context_of, everything_sayable, sample_shops
from skills.contract import Expectation, Heard, Hypothesis, Outcome, Understood, Unsure
from skills.understanding.context import Context

_ASKED = Expectation.YES_OR_NO
_WARM_UP = 5
NOTHING, QUESTION = "(not understood)", "(asks)"


class BadTests(BenchmarkProblem):
    """A line of the tests can't be used. str() names the file and the line."""


@dataclass(frozen=True, slots=True)
class Test:
    """One sentence. accept: the intents that count as right; shop: None for the moment in which all can be said."""

    text: str
    accept: tuple[str, ...]
    shop: str | None


@dataclass(slots=True)
class Row:
    """What came of the sentences of one intent. taken: what they were understood as, when wrong."""

    n: int = 0
    right: int = 0
    wrong: list[tuple[str, str]] = field(default_factory=list)


def run(tests: Path, verbose: bool = False, as_json: bool = False) -> int:
    """Prints n, right, accuracy and ms_p50; with `verbose` a line an intent and what went wrong. Raises BadTests."""
    lines = list(_read(tests))
    rows: dict[str, Row] = defaultdict(Row)
    seconds: list[float] = []
    with TemporaryDirectory() as folder:
        assembly = sample_shops(Path(folder))
        contexts: dict[str | None, Context] = {None: everything_sayable(assembly, _ASKED)}
        contexts |= {shop: context_of(assembly, shop, _ASKED) for shop in {line.shop for line in lines} if shop}
        for number, line in enumerate([*lines[:_WARM_UP], *lines]):
            heard = Heard(f"bench-{number}", LANGUAGE, (Hypothesis(line.text),), spoken=False)
            began = time.perf_counter()
            outcome = assembly.understanding.understand(heard, contexts[line.shop])
            if number >= len(lines[:_WARM_UP]):
                seconds.append(time.perf_counter() - began)
                _count(rows, line, outcome)
    _report(rows, seconds, verbose, as_json)
    return 0


def _count(rows: dict[str, Row], line: Test, outcome: Outcome) -> None:
    row = rows[line.accept[0]]
    row.n += 1
    intent = intent_of(outcome)
    if intent in line.accept:
        row.right += 1
    else:
        row.wrong.append((line.text, intent))


def intent_of(outcome: Outcome) -> str:
    """The intent that was understood, also when only the product is asked about."""
    if isinstance(outcome, Understood):
        return outcome.intent
    if isinstance(outcome, Unsure):
        intents = {choice.meaning.intent for choice in outcome.choices}
        return intents.pop() if len(intents) == 1 else QUESTION
    return NOTHING


def _read(tests: Path) -> Iterator[Test]:
    for number, raw in enumerate(tests.read_text(encoding="utf-8").splitlines(), start=1):
        if not raw.strip():
            continue
        try:
            line = json.loads(raw)
            accept = tuple(str(intent) for intent in line["accept"])
            yield Test(str(line["text"]), accept, line.get("shop"))
        except (ValueError, KeyError, TypeError) as error:
            raise BadTests(f"{tests}, line {number}: text and a list `accept` are needed") from error
        if not accept:
            raise BadTests(f"{tests}, line {number}: `accept` is empty")


def _report(rows: dict[str, Row], seconds: list[float], verbose: bool, as_json: bool) -> None:
    n, right = sum(row.n for row in rows.values()), sum(row.right for row in rows.values())
    total = {
        "n": n,
        "right": right,
        "accuracy": round(right / max(n, 1), 4),
        "ms_p50": round(percentile(seconds, 0.5) * 1000, 1) if seconds else 0.0,
    }
    if as_json:
        if verbose:
            for intent, row in sorted(rows.items()):
                wrong = [{"text": text, "understood": taken} for text, taken in row.wrong]
                line = {"intent": intent, "n": row.n, "right": row.right, "accuracy": round(row.right / row.n, 4)}
                sys.stdout.write(json.dumps({**line, "wrong": wrong}) + "\n")
        sys.stdout.write(json.dumps(total) + "\n")
        return
    _print(rows if verbose else {}, total)


def _print(rows: dict[str, Row], total: dict[str, float]) -> None:
    table = Table("intent", "n", "right", "accuracy")
    for intent, row in sorted(rows.items()):
        table.add_row(intent, str(row.n), str(row.right), f"{row.right / row.n:.3f}")
    table.add_row("all", str(total["n"]), str(total["right"]), f"{total['accuracy']:.3f}")
    console = Console()
    for intent, row in sorted(rows.items()):
        for text, taken in row.wrong:
            console.print(f"{intent}: {text!r} was taken for {taken}", markup=False, highlight=False)
    console.print(table)
    console.print(f"{total['ms_p50']} ms a sentence (median)")
