"""`voicecart bench products`: names that were typed or said badly, among many products.

The catalogue is a CSV with the columns sku and name; the queries are JSON lines with text and sku, or audio and sku (a
WAV's path relative to the file), which go the whole way from sound. Beside the index, in the same run and on the same
words, stands a scan of all names by rapidfuzz's `ratio`.
"""

from __future__ import annotations

import csv
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import soundfile
from rapidfuzz import fuzz, process
from rich.console import Console
from rich.table import Table

from bench.measuring import BenchmarkProblem, percentile
from skills.contract import Heard, Hypothesis
from skills.understanding.context import SayableProduct, SayableVariant
from skills.understanding.products.index import ProductIndex
from skills.understanding.products.resolution import Accepted, Again
from skills.understanding.products.spelling import spelled
from skills.understanding.products.store import Edition
from voice.recognition.engine import Recogniser, RecognitionError

_LANGUAGE = "en"
_WARM_UP = 5

OpenRecogniser = Callable[[], Recogniser]


class NoRecogniser(BenchmarkProblem):
    """The queries are recordings, and nothing was given to hear them with."""

    def __init__(self) -> None:
        super().__init__("these queries are recordings: choose a recogniser (--engine)")


@dataclass(frozen=True, slots=True)
class Query:
    """One line of the queries: either text, or audio with the WAV's path."""

    sku: str
    text: str | None
    audio: Path | None


@dataclass(slots=True)
class Tally:
    """What came of one method's answers."""

    method: str
    first: int = 0
    among_three: int = 0
    accepted: int = 0
    accepted_right: int = 0
    seconds: list[float] = field(default_factory=list)

    def count(self, sku: str, found: Sequence[str], accepted: bool, seconds: float) -> None:
        """Adds one answer. found: SKUs, best first."""
        right = found[:1] == [sku]
        self.first += right
        self.among_three += sku in found[:3]
        self.accepted += accepted
        self.accepted_right += accepted and right
        self.seconds.append(seconds)

    def row(self, index_mb: float, build_s: float) -> dict[str, str | float]:
        """The figures. precision: of what was accepted without reading it back; coverage: how much that is."""
        n = len(self.seconds)
        return {
            "method": self.method,
            "n": n,
            "hit@1": round(self.first / n, 4),
            "hit@3": round(self.among_three / n, 4),
            "precision": round(self.accepted_right / self.accepted, 4) if self.accepted else 0.0,
            "coverage": round(self.accepted / n, 4),
            "ms_p50": round(percentile(self.seconds, 0.5) * 1000, 1),
            "ms_p95": round(percentile(self.seconds, 0.95) * 1000, 1),
            "index_mb": round(index_mb, 1),
            "build_s": round(build_s, 1),
        }


def run(catalogue: Path, queries: Path, as_json: bool, open_recogniser: OpenRecogniser | None = None) -> int:
    """Prints a row for the index and one for the scan; returns the exit code.

    open_recogniser: for recordings. Raises OSError, KeyError and ValueError for files that are missing or wrong, and
    NoRecogniser.
    """
    asked = list(_queries(queries))
    if not asked:
        raise ValueError(f"{queries} holds no queries")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        started = time.perf_counter()
        index = ProductIndex.build(folder, Edition("bench", catalogue.name, _LANGUAGE), _products(catalogue))
        build_s = time.perf_counter() - started
        index_mb = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
        recogniser = None
        if any(query.audio for query in asked):
            if open_recogniser is None:
                raise NoRecogniser
            recogniser = stack.enter_context(closing(open_recogniser()))
        ours, scan = _measure(asked, index, _Scan(catalogue), recogniser)
    _print([ours.row(index_mb, build_s), scan.row(0.0, 0.0)], as_json)
    return 0


class _Scan:
    """The baseline: every name compared with the words, by rapidfuzz's ratio."""

    def __init__(self, catalogue: Path) -> None:
        rows = [(row["sku"], spelled(row["name"], _LANGUAGE)) for row in _rows(catalogue)]
        self._skus = [sku for sku, _ in rows]
        self._names = [name for _, name in rows]

    def nearest(self, text: str) -> list[str]:
        found = process.extract(spelled(text, _LANGUAGE), self._names, scorer=fuzz.ratio, limit=3)
        return [self._skus[place] for _, _, place in found]


def _measure(
    asked: Sequence[Query], index: ProductIndex, scan: _Scan, recogniser: Recogniser | None
) -> tuple[Tally, Tally]:
    ours, scanned = Tally("index"), Tally("rapidfuzz ratio")
    for query in asked[:_WARM_UP]:
        _answer(query, index, recogniser, "warming-up")
    for number, query in enumerate(asked):
        started = time.perf_counter()
        heard, found, accepted = _answer(query, index, recogniser, f"query-{number}")
        ours.count(query.sku, found, accepted, time.perf_counter() - started)
        hearing = heard.seconds
        started = time.perf_counter()
        nearest = scan.nearest(heard.words) if heard.words else []
        scanned.count(query.sku, nearest, accepted=False, seconds=hearing + time.perf_counter() - started)
    return ours, scanned


@dataclass(frozen=True, slots=True)
class _Words:
    """The best hypothesis, and how long it took to hear."""

    words: str
    seconds: float


def _answer(
    query: Query, index: ProductIndex, recogniser: Recogniser | None, turn: str
) -> tuple[_Words, list[str], bool]:
    """What was heard, the SKUs that it may mean, best first, and whether the first was accepted without question."""
    started = time.perf_counter()
    heard, again = _heard(query, recogniser, turn, index.hint())
    seconds = time.perf_counter() - started
    texts = [hypothesis.text for hypothesis in heard.hypotheses]
    resolution = index.resolve(texts, {}, again)
    found = [match.sku or match.product_key for match in resolution.matches]
    accepted = isinstance(resolution, Accepted) and not resolution.read_back
    return _Words(texts[0] if texts else "", seconds), found, accepted


def _heard(query: Query, recogniser: Recogniser | None, turn: str, hint: str) -> tuple[Heard, Again | None]:
    if query.audio is None or recogniser is None:
        return Heard(turn, _LANGUAGE, (Hypothesis(query.text or ""),), spoken=False), None
    samples, _ = soundfile.read(query.audio, dtype="int16")
    try:
        return recogniser.hear(samples, turn, _LANGUAGE, hint), Again(recogniser, turn)
    except RecognitionError as error:
        sys.stderr.write(f"{query.audio.name}: {error}\n")
        return Heard(turn, _LANGUAGE, (), spoken=True), None


def _rows(catalogue: Path) -> Iterator[dict[str, str]]:
    with catalogue.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _products(catalogue: Path) -> Iterator[SayableProduct]:
    for row in _rows(catalogue):
        yield SayableProduct(row["sku"], (row["name"],), (SayableVariant(row["sku"]),))


def _queries(path: Path) -> Iterator[Query]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                content = json.loads(line)
                audio = path.parent / content["audio"] if "audio" in content else None
                yield Query(content["sku"], content.get("text"), audio)


def _print(rows: Sequence[dict[str, str | float]], as_json: bool) -> None:
    if as_json:
        for row in rows:
            sys.stdout.write(json.dumps(row) + "\n")
        return
    table = Table(*rows[0])
    for row in rows:
        table.add_row(*map(str, row.values()))
    Console().print(table)
