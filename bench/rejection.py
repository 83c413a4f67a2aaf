"""`voicecart bench rejection`: what happens to talk that is meant for nobody here.

Texts (a line each) or recordings (every WAV and FLAC of a folder) go through the whole assistant of the household shop,
each in a conversation of its own. `taken` counts what was understood as a command, `asked` what led to a question,
`changed` how often the cart was another one afterwards, `orders` what was bought.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from bench.measuring import BenchmarkProblem
from bench.moments import LANGUAGE, sample_shops
from skills.contract import Heard, Hypothesis, Understood, Unsure
from skills.dialogue import SessionKey
from voice.audio import read_recording
from voicecart.assembly import Assembly

_SHOP = "home"
_RECORDINGS = frozenset({".wav", ".flac"})


class NothingToHear(BenchmarkProblem):
    """Neither texts nor recordings were given, or there are none."""


@dataclass(slots=True)
class Tally:
    """What came of everything that was said."""

    n: int = 0
    taken: int = 0
    asked: int = 0
    changed: int = 0
    orders: int = 0
    examples: list[tuple[str, str]] = field(default_factory=list)

    def figures(self) -> dict[str, int]:
        """The row as it is written."""
        return {
            "n": self.n,
            "taken": self.taken,
            "asked": self.asked,
            "changed": self.changed,
            "orders": self.orders,
        }


def run(texts: Path | None = None, audio: Path | None = None, as_json: bool = False) -> int:
    """Prints n, taken, asked, changed and orders. Raises NothingToHear, and what hearing raises."""
    tally = Tally()
    with TemporaryDirectory() as folder:
        assembly = sample_shops(Path(folder))
        for heard in _heard(assembly, texts, audio):
            _count(tally, assembly, heard)
    if not tally.n:
        raise NothingToHear("there is nothing to hear: give texts (a line each) or a folder with recordings")
    if as_json:
        sys.stdout.write(json.dumps(tally.figures()) + "\n")
        return 0
    console = Console()
    for text, intent in tally.examples:
        console.print(f"{text!r} was taken for {intent}", markup=False, highlight=False)
    console.print(", ".join(f"{name} {value}" for name, value in tally.figures().items()))
    return 0


def _count(tally: Tally, assembly: Assembly, heard: Heard) -> None:
    shop = assembly.shop(_SHOP)
    customer = shop.customers.first().key
    cart, orders = shop.carts.get(customer), _orders(assembly, customer)
    turn = assembly.assistant(_SHOP).hears(heard, session=SessionKey(customer, heard.turn_id))
    tally.n += 1
    if isinstance(turn.outcome, Understood):
        tally.taken += 1
        tally.examples.append((turn.heard_text, turn.outcome.intent))
    tally.asked += isinstance(turn.outcome, Unsure)
    tally.changed += shop.carts.get(customer).lines != cart.lines
    tally.orders += _orders(assembly, customer) - orders


def _orders(assembly: Assembly, customer: str) -> int:
    return len(assembly.shop(_SHOP).orders.list(customer, 1000))


def _heard(assembly: Assembly, texts: Path | None, audio: Path | None) -> Iterator[Heard]:
    if texts is not None:
        lines = [line.strip() for line in texts.read_text(encoding="utf-8").splitlines()]
        for number, line in enumerate(line for line in lines if line):
            yield Heard(f"text-{number}", LANGUAGE, (Hypothesis(line),), spoken=False)
    if audio is not None:
        files = sorted(file for file in audio.rglob("*") if file.suffix.lower() in _RECORDINGS)
        with closing(assembly.recogniser(LANGUAGE)) as recogniser:
            for file in files:
                yield recogniser.hear(read_recording(file), f"audio-{file.name}", LANGUAGE)
