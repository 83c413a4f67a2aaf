"""`voicecart bench understand`: whether whole orders are understood, item by item and option by option.

The tests are JSON lines with `text` and `items`, the items that must be understood (bench/expected_items.py). Each is
said at the beginning of a conversation. Right means these items in any order and nothing else; a question is wrong.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from rich.console import Console

from bench.expected_items import Expected, same_items
from bench.measuring import BenchmarkProblem, percentile
from skills.contract import Heard, Hypothesis, Item, Outcome, Understood
from skills.dialogue.shapes import outcome_json
from skills.dialogue.surroundings import Surroundings
from voicecart.assembly import Assembly

_WARM_UP = 3


class BadOrders(BenchmarkProblem):
    """A line of the tests can't be used. str() names the file and the line."""


@dataclass(frozen=True, slots=True)
class Order:
    """One sentence and what must be understood of it. line: in its file, from 1."""

    line: int
    text: str
    items: tuple[Expected, ...]


@dataclass(slots=True)
class Result:
    """What came of all orders. wrong: those that were not understood so, with the outcome as JSON."""

    n: int = 0
    seconds: list[float] = field(default_factory=list)
    wrong: list[tuple[Order, dict[str, Any]]] = field(default_factory=list)

    def figures(self) -> dict[str, float]:
        """The row as it is written."""
        right = self.n - len(self.wrong)
        return {
            "n": self.n,
            "right": right,
            "accuracy": round(right / self.n, 4),
            "ms_p50": round(percentile(self.seconds, 0.5) * 1000, 1),
            "ms_p95": round(percentile(self.seconds, 0.95) * 1000, 1),
        }


def run(assembly: Assembly, tests: Path, verbose: bool = False, as_json: bool = False) -> int:
    """Prints n, right, accuracy, ms_p50 and ms_p95 for the assembly's shop; with `verbose` what went wrong.

    Raises BadOrders.
    """
    orders = list(_read(tests))
    if not orders:
        raise BadOrders(f"{tests} has no orders")
    result = _result(assembly, tests, orders)
    if as_json:
        for order, outcome in result.wrong if verbose else ():
            sys.stdout.write(json.dumps({"text": order.text, "expected": order.items, **outcome}) + "\n")
        sys.stdout.write(json.dumps(result.figures()) + "\n")
        return 0
    console = Console()
    for order, outcome in result.wrong if verbose else ():
        console.print(f"line {order.line}: {order.text}", markup=False, highlight=False)
        console.print(f"    expected   {json.dumps(order.items)}", markup=False, highlight=False)
        console.print(f"    understood {json.dumps(outcome)}", markup=False, highlight=False)
    console.print(", ".join(f"{name} {value}" for name, value in result.figures().items()))
    return 0


def _result(assembly: Assembly, tests: Path, orders: Sequence[Order]) -> Result:
    shop, assistant = assembly.shop(), assembly.assistant()
    shelf, session = Surroundings(shop).shelf(), assembly.session(shop)
    result = Result()
    for number, order in enumerate([*orders[:_WARM_UP], *orders]):
        heard = Heard(uuid4().hex, shop.info.language, (Hypothesis(order.text),), spoken=False)
        began = time.perf_counter()
        outcome = assistant.understands(heard, session=session)
        if number < len(orders[:_WARM_UP]):
            continue
        result.n += 1
        result.seconds.append(time.perf_counter() - began)
        try:
            right = same_items(_items(outcome), order.items, shelf, shop.info.language)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BadOrders(f"{tests}, line {order.line}: an item can't be read") from error
        if not right:
            result.wrong.append((order, outcome_json(outcome)))
    return result


def _items(outcome: Outcome) -> tuple[Item, ...]:
    """The items of an order; of nothing else, so that "no milk" is no order for milk."""
    if not isinstance(outcome, Understood) or outcome.intent != "AddToCart":
        return ()
    items = outcome.slots.get("items", ())
    return items if isinstance(items, tuple) else ()


def _read(tests: Path) -> Iterator[Order]:
    for number, raw in enumerate(tests.read_text(encoding="utf-8").splitlines(), start=1):
        if not raw.strip():
            continue
        try:
            line = json.loads(raw)
            items = tuple(dict(item) for item in line["items"])
            yield Order(number, str(line["text"]), items)
        except (ValueError, KeyError, TypeError) as error:
            raise BadOrders(f"{tests}, line {number}: text and a list `items` are needed") from error
