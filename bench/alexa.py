"""`voicecart bench alexa`: signed requests to the skill over loopback, beside the smallest skill on the same server.

Balance requests at a steady rate and at full speed, to the whole service and to the floor; before that the first turn
of each customer with the service, which counts apart. Then interleaved sessions over many connections, after which
every cart must hold what was said in its session and nothing else.
"""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.alexa_authority import SKILL, Signed, Signer
from bench.alexa_load import Sent, at_full_speed, at_rate
from bench.alexa_shop import GOODS, KEY, carts, open_alexa_shop
from bench.market import scratch_database
from bench.measuring import BenchmarkProblem, machine, percentile
from voicecart import console

WORKERS = 2
RATE = 20.0  # requests a second, open loop
CONNECTIONS = 8
SESSION_CONNECTIONS = 32
BATCH = 1_000  # requests that are signed at a time: they may not be older than two and a half minutes
WARM_UP = 200
TURNS = 4  # of each interleaved session
_STARTS_WITHIN = 120.0


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. ms: milliseconds, counted from when a request was due. wrong: carts that are not right."""

    database: str
    served: str
    load: str
    requests: int
    errors: int
    per_second: float
    ms_p50: float
    ms_p95: float
    ms_p99: float
    ms_max: float
    wrong: int = 0


def run(database: str | None, requests: int, sessions: int, as_json: bool) -> int:
    """Print a row for each load; 1 when a request failed or a cart is wrong.

    database: an empty one; None means an SQLite file. requests: at full speed, as many again at the steady rate up to
    a minute's worth. Raises NotForBenchmarks, StorageError, BenchmarkProblem.
    """
    with scratch_database(database) as (url, folder):
        kind = url.partition(":")[0].partition("+")[0]
        tokens = open_alexa_shop(url, folder, max(sessions, CONNECTIONS))
        signer = Signer(folder)
        rows = []
        for served in ("floor", "skill"):
            with _serving(served, url, folder, signer) as port:
                at_full_speed(port, [signer.intent(tokens[0], "CheckBalance") for _ in range(WARM_UP)], CONNECTIONS)
                if served == "skill":
                    rows.append(_row(kind, served, "first", _steadily(port, signer, tokens, len(tokens))))
                rows += [
                    _row(kind, served, "open", _steadily(port, signer, tokens, requests)),
                    _row(kind, served, "closed", _fast(port, signer, tokens, requests)),
                ]
                if served == "skill":
                    scripts = _scripts(sessions)
                    talked = _talked(port, signer, tokens[:sessions], scripts)
        # Only now, with the server ended, are turns over that went on after their deadline.
        rows.append(_row(kind, "skill", "sessions", talked, _wrong(url, scripts)))
        for row in rows:
            if as_json:
                console.print_json(asdict(row))
    if not as_json:
        console.table(tuple(Row.__slots__), [tuple(asdict(row).values()) for row in rows])
        console.say(f"{machine()}; {WORKERS} workers, {CONNECTIONS} connections, {RATE:g} a second in the open loop")
    return int(any(row.errors or row.wrong for row in rows))


def _steadily(port: int, signer: Signer, tokens: Sequence[str], requests: int) -> Sent:
    """At most a minute's worth: they are all signed beforehand."""
    return at_rate(port, _balances(signer, tokens, min(requests, int(60 * RATE))), RATE, CONNECTIONS)


def _fast(port: int, signer: Signer, tokens: Sequence[str], requests: int) -> Sent:
    total = Sent()
    for start in range(0, requests, BATCH):
        sent = at_full_speed(port, _balances(signer, tokens, min(BATCH, requests - start)), CONNECTIONS)
        total.seconds += sent.seconds
        total.errors += sent.errors
        total.took += sent.took
    return total


def _balances(signer: Signer, tokens: Sequence[str], requests: int) -> list[Signed]:
    return [signer.intent(tokens[number % len(tokens)], "CheckBalance") for number in range(requests)]


Script = list[tuple[str, int]]
"""What a customer puts into the cart, turn by turn: a product, and how many."""


def _scripts(sessions: int) -> list[Script]:
    chance = random.Random(6)
    return [[(chance.choice(list(GOODS)), chance.randint(1, 5)) for _ in range(TURNS)] for _ in range(sessions)]


def _talked(port: int, signer: Signer, tokens: Sequence[str], scripts: Sequence[Script]) -> Sent:
    """Every customer says a few things, all of them at once, in a different order each time."""
    chance = random.Random(7)
    total = Sent()
    for turn in range(TURNS):
        made = []
        for token, script in zip(tokens, scripts, strict=True):
            name, quantity = script[turn]
            made.append(signer.intent(token, "AddToCart", product=name, quantity=str(quantity)))
        chance.shuffle(made)
        sent = at_full_speed(port, made, SESSION_CONNECTIONS)
        total.seconds += sent.seconds
        total.errors += sent.errors
        total.took += sent.took
    return total


def _wrong(url: str, scripts: Sequence[Script]) -> int:
    """How many carts hold something else than what was said."""
    found = carts(url, len(scripts))
    return sum(cart != _total(script) for cart, script in zip(found, scripts, strict=True))


def _total(script: Script) -> dict[str, int]:
    cart: dict[str, int] = {}
    for name, quantity in script:
        cart[GOODS[name]] = cart.get(GOODS[name], 0) + quantity
    return cart


def _row(kind: str, served: str, load: str, sent: Sent, wrong: int = 0) -> Row:
    ms = [1000 * one for one in sent.seconds]
    p50, p95, p99 = (round(percentile(ms, share), 1) for share in (0.5, 0.95, 0.99))
    per_second = round(len(ms) / sent.took, 1)
    for error in sent.errors[:3]:
        console.complain(error)
    return Row(kind, served, load, len(ms), len(sent.errors), per_second, p50, p95, p99, round(max(ms), 1), wrong)


@contextmanager
def _serving(served: str, url: str, folder: Path, signer: Signer) -> Iterator[int]:
    """The service, or the floor, on a free port, ready."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    ours = {
        "DATABASE": url,
        "SHOP": KEY,
        "DATA_FOLDER": str(folder / "data"),
        "ALEXA_SKILL_ID": SKILL,
        "ALEXA_CERT_CACHE": str(signer.chains),
        "ALEXA_TRUST_ROOTS": str(signer.roots),
    }
    environment = os.environ | {f"VOICECART_{name}": value for name, value in ours.items()}
    floor = [sys.executable, "-m", "bench.alexa_floor", str(port), str(WORKERS)]
    skill = [str(Path(sys.executable).with_name("voicecart")), "serve", "--port", str(port), "--workers", str(WORKERS)]
    log = folder / f"{served}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(floor if served == "floor" else skill, env=environment, stdout=output, stderr=output)
    try:
        _wait_for(port, process, log)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _STARTS_WITHIN
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/ready", timeout=30):
                return
        except (urllib.error.URLError, OSError):
            if process.poll() is not None or time.monotonic() > deadline:
                raise BenchmarkProblem(f"the server did not start: {log.read_text()[-400:]}") from None
            time.sleep(0.2)
