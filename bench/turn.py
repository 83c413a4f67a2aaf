"""`voicecart bench turn`: how long a turn takes, typed and spoken, and how much memory all of it needs."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from itertools import chain, repeat
from pathlib import Path
from uuid import uuid4

from bench.measuring import machine, memory_mb, percentile
from skills.contract import Heard, Hypothesis, Listener
from skills.dialogue import SessionKey
from voice.audio import SAMPLE_RATE, Samples, read_recording, speech_span
from voice.recognition.engine import Recogniser
from voicecart import console
from voicecart.assembly import Assembly
from voicecart.replaying.files import ExpectedRecording, load_manifest
from voicecart.replaying.worlds import World, Worlds

RECORDINGS = Path(__file__).parents[1] / "audio_fixtures"
ENDPOINT_WAIT = 0.25
"""Seconds of silence after which an utterance is taken to have ended; they count as waiting."""

TYPED: Mapping[str, Sequence[str]] = {
    "home": (
        "add a jar of honey",
        "put two bottles of ketchup in my cart",
        "how much is the olive oil",
        "no, I said three",
        "what's in my cart",
        "where is my order",
        "remove the honey",
        "undo that",
        "what's my store credit",
        "empty my cart",
        "yes",
    ),
    "coffee": (
        "a large double shot latte with a bit of soy milk and brown sugar",
        "two small iced coffees",
        "how much is a mocha",
        "what's in my cart",
        "remove the latte",
        "never mind",
        "empty my cart",
        "yes",
    ),
    "bank": (
        "what's my checking balance",
        "show me my last five transactions",
        "what bills do I have coming up",
        "pay my phone bill",
        "no",
    ),
    "pizza": (
        "a medium margherita with extra basil",
        "two large pizzas one with ham and no onions and three cokes",
        "what's in my cart",
        "empty my cart",
        "yes",
    ),
    "home-ko": ("우유 두 개 담아 주세요", "잔고 알려 주세요", "주문 어디까지 왔어요"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. ms: milliseconds. memory_mb: of all processes, after this row's turns."""

    kind: str
    shop: str
    turns: int
    ms_p50: float
    ms_p95: float
    ms_max: float
    memory_mb: float


def run(assembly: Assembly, rounds: int, limit: int | None, as_json: bool) -> int:
    """Print a row a shop and kind.

    rounds: how often each typed conversation is held (one more before that, not counted). limit: of recordings.
    Raises CommerceError, RecognitionError.
    """
    rows = []
    with Worlds(assembly) as worlds:
        for shop, sentences in TYPED.items():
            with worlds.fresh(shop) as world:
                rows.append(_row("typed", shop, _typed(world, sentences, rounds)))
                _show(rows[-1], as_json)
        for language in ("en", "ko"):
            rows.append(_row("spoken", language, _spoken(assembly, worlds, language, limit)))
            _show(rows[-1], as_json)
    if not as_json:
        console.table(tuple(Row.__slots__), [tuple(asdict(row).values()) for row in rows])
        console.say(f"{machine()}; spoken: from the last speech sample, {ENDPOINT_WAIT} s of it waiting for more")
    return 0


def _typed(world: World, sentences: Sequence[str], rounds: int) -> list[float]:
    session = SessionKey(world.shop.customers.first().key)
    language = world.shop.info.language
    seconds = []
    for sentence in chain.from_iterable(repeat(sentences, rounds + 1)):
        heard = Heard(uuid4().hex, language, (Hypothesis(sentence),), spoken=False)
        start = time.perf_counter()
        world.assistant.hears(heard, session=session)
        seconds.append(time.perf_counter() - start)
    return seconds[len(sentences) :]


def _spoken(assembly: Assembly, worlds: Worlds, language: str, limit: int | None) -> list[float]:
    recordings = list(_recordings(language))[:limit]
    seconds = []
    with ExitStack() as stack:
        recogniser = assembly.recogniser(language)
        stack.callback(recogniser.close)
        open_worlds: dict[str, World] = {}
        for number, (path, expected) in enumerate([*recordings[:3], *recordings]):
            if expected.shop not in open_worlds:
                open_worlds[expected.shop] = stack.enter_context(worlds.fresh(expected.shop))
            took = _one(open_worlds[expected.shop], recogniser, path, expected, language)
            if number >= 3:  # the first ones load models and compile graphs
                seconds.append(took)
    return seconds


def _one(world: World, recogniser: Recogniser, path: Path, expected: ExpectedRecording, language: str) -> float:
    samples = _until_endpoint(read_recording(path))
    turn = uuid4().hex
    listener: Listener = recogniser
    start = time.perf_counter()
    heard = recogniser.hear(samples, turn, language)
    world.assistant.hears(heard, listener, session=SessionKey(expected.customer, path.stem))
    return ENDPOINT_WAIT + time.perf_counter() - start


def _until_endpoint(samples: Samples) -> Samples:
    span = speech_span(samples)
    return samples if span is None else samples[: int((span.end + ENDPOINT_WAIT) * SAMPLE_RATE)]


def _recordings(language: str) -> Iterator[tuple[Path, ExpectedRecording]]:
    for name, expected in load_manifest(RECORDINGS / "expected.yaml").items():
        if expected.in_domain and name.startswith(f"{language}/"):
            yield RECORDINGS / name, expected


def _row(kind: str, shop: str, seconds: Sequence[float]) -> Row:
    ms = [1000 * one for one in seconds]
    figures = (percentile(ms, 0.5), percentile(ms, 0.95), max(ms), memory_mb())
    return Row(kind, shop, len(ms), *(round(figure, 1) for figure in figures))


def _show(row: Row, as_json: bool) -> None:
    if as_json:
        console.print_json(asdict(row))
