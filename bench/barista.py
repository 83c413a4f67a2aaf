"""`voicecart bench barista`: real coffee orders over kitchen noise, through the assistant's own ears and understanding.

The data has the layout of Picovoice's speech-to-intent-benchmark (speech/clean/*.wav, label/label.json,
noise/kitchen.wav) and is mixed as that benchmark does it: the noise is scaled so that the ratio of the highest energies
of 2048 samples gives the signal-to-noise ratio, then the peak is set to one half. The menu is the sample cafe's;
nothing here reads an order.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field
from enum import Enum
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import soundfile
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from bench.measuring import BenchmarkProblem, percentile
from commerce.clock import SystemClock
from commerce.importing import import_shop
from commerce.payments.trial_gateway import TrialGateway
from commerce.shop import Shop
from commerce.storage.database import Database
from skills.contract import Item, Outcome, Understood, Unsure
from skills.intents.shelf import shelf_of
from skills.understanding import Understanding
from skills.understanding.context import Context
from skills.understanding.phonemes import Lexicon
from voice.audio import SAMPLE_RATE, Samples
from voice.recognition.engine import Recogniser
from voice.recognition.opening import EngineChoice, open_recogniser

CLEAN = "clean"
ALL_SNRS = (CLEAN, "24", "21", "18", "15", "12", "9", "6")
_FRAME = 2048
_PEAK = 0.5
_SLOTS = {
    "size": "size",
    "roast": "roast",
    "shots": "numberOfShots",
    "milk": "milkAmount",
    "sweetener": "sugarAmount",
}
"""The cafe's option groups, as the labels call them."""

Sound = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Recording:
    """One order. slots: what the label says of it, trimmed."""

    name: str
    sound: Sound
    slots: dict[str, str]


@dataclass(slots=True)
class Row:
    """What came of all recordings at one signal-to-noise ratio.

    acceptance: the share that was right. wrong_accepted: how many were taken for something else. asked: how many led to
    a question. seconds: from sound to meaning.
    """

    snr: str
    n: int = 0
    right: int = 0
    wrong_accepted: int = 0
    asked: int = 0
    seconds: list[float] = field(default_factory=list)

    def figures(self) -> dict[str, str | int | float]:
        """The row as it is written."""
        kept = {key: value for key, value in asdict(self).items() if key != "seconds"}
        return {
            **kept,
            "snr": self.snr if self.snr == CLEAN else int(self.snr),
            "acceptance": round(self.right / self.n, 4),
            "seconds_mean": round(sum(self.seconds) / self.n, 3),
            "seconds_p50": round(percentile(self.seconds, 0.5), 3),
            "seconds_p95": round(percentile(self.seconds, 0.95), 3),
        }


class Fold(Enum):
    """Halves for cross-validation that share neither a recording nor a moment of the noise.

    Every other recording over the first half of the noise file, and the others over its second half.
    """

    FIRST = "first"
    SECOND = "second"

    def of(self, recordings: Sequence[Recording], noise: Sound) -> tuple[list[Recording], Sound]:
        """This half of both."""
        middle = len(noise) // 2
        if self is Fold.FIRST:
            return list(recordings[::2]), noise[:middle]
        return list(recordings[1::2]), noise[middle:]


class BadData(BenchmarkProblem):
    """The data folder does not have the benchmark's layout; str() says what is missing."""


def run(
    data: Path,
    snrs: Sequence[str] = ALL_SNRS,
    limit: int | None = None,
    engine: EngineChoice = "whisper",
    model: str | None = None,
    second_listening: bool = True,
    as_json: bool = False,
    second_model: str | None = None,
    fold: Fold | None = None,
) -> int:
    """Prints a row for each ratio.

    second_model: a larger one that listens again. fold: takes one half of the recordings and of the noise.
    Raises BadData, and what the recogniser raises when it can't be opened.
    """
    recordings, noise = orders_and_noise(data, limit)
    if fold is not None:
        recordings, noise = fold.of(recordings, noise)
    context = cafe()
    rows: list[Row] = []
    opened = open_recogniser(engine, context.language, whisper_model=model, second_model=second_model)
    with closing(opened) as recogniser, Lexicon() as lexicon:
        understanding = Understanding(lexicon=lexicon)
        _warm(recogniser, understanding, context, recordings[0])
        for snr in snrs:
            row = Row(snr)
            for recording in recordings:
                samples = mixed(recording, noise, snr)
                began = time.perf_counter()
                heard = recogniser.hear(samples, f"{recording.name}/{snr}", context.language)
                listener = recogniser if second_listening else None
                outcome = understanding.understand(heard, context, listener)
                row.seconds.append(time.perf_counter() - began)
                _count(row, outcome, recording)
            rows.append(row)
            if as_json:
                sys.stdout.write(json.dumps(row.figures()) + "\n")
                sys.stdout.flush()
    if not as_json:
        _print(rows)
    return 0


def orders_and_noise(data: Path, limit: int | None = None) -> tuple[list[Recording], Sound]:
    """The recordings in the order of their names, and the whole noise. Raises BadData."""
    return list(_recordings(data, limit)), _sound(data / "noise" / "kitchen.wav")


def mixed(recording: Recording, noise: Sound, snr: str) -> Samples:
    """The recording over a stretch of the noise that its name and the ratio choose."""
    sound = recording.sound
    if snr != CLEAN:
        seed = int.from_bytes(sha256(f"{recording.name}/{snr}".encode()).digest()[:4])
        start = int(np.random.default_rng(seed).integers(0, len(noise) - len(sound) + 1))
        stretch = noise[start : start + len(sound)]
        wanted = _highest_energy(sound) / 10 ** (float(snr) / 10)
        sound = sound + stretch * np.float32(np.sqrt(wanted / _highest_energy(stretch)))
    scaled = sound * (_PEAK / np.abs(sound).max())
    samples: Samples = np.round(scaled * 32767).astype(np.int16)
    return samples


def slots_of(outcome: Outcome) -> dict[str, str] | None:
    """An understood order in the labels' words; None for anything that is no single drink."""
    items = outcome.slots.get("items") if isinstance(outcome, Understood) and outcome.intent == "AddToCart" else None
    if not isinstance(items, tuple) or len(items) != 1:
        return None
    return _labelled(items[0])


def _labelled(item: Item) -> dict[str, str] | None:
    if item.quantity != 1 or any(option.group not in _SLOTS for option in item.options):
        return None
    return {"coffeeDrink": item.name.lower(), **{_SLOTS[option.group]: option.spoken for option in item.options}}


def _count(row: Row, outcome: Outcome, recording: Recording) -> None:
    right = slots_of(outcome) == recording.slots
    row.n += 1
    row.right += right
    row.wrong_accepted += isinstance(outcome, Understood) and not right
    row.asked += isinstance(outcome, Unsure)


def _highest_energy(sound: Sound) -> float:
    whole = sound[: max(1, len(sound) // _FRAME) * _FRAME].astype(np.float64)
    return float((whole.reshape(-1, min(_FRAME, len(whole))) ** 2).sum(axis=1).max())


def _recordings(data: Path, limit: int | None) -> Iterator[Recording]:
    try:
        labels = json.loads((data / "label" / "label.json").read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise BadData(f"{error.filename} is missing") from error
    for name in sorted(labels)[:limit]:
        slots = {slot: str(value).strip() for slot, value in labels[name]["slots"].items()}
        yield Recording(name, _sound(data / "speech" / "clean" / name), slots)


def _sound(file: Path) -> Sound:
    if not file.is_file():
        raise BadData(f"{file} is missing")
    sound, rate = soundfile.read(file, dtype="float32")
    if rate != SAMPLE_RATE or sound.ndim != 1:
        raise BadData(f"{file} is not mono at {SAMPLE_RATE} Hz")
    return np.asarray(sound, dtype=np.float32)


def cafe() -> Context:
    """What can be said in the sample cafe."""
    folder = Path(__file__).parents[1] / "commerce" / "samples" / "coffee"
    clock = SystemClock()
    with TemporaryDirectory() as scratch:
        database = Database.open(f"sqlite:///{scratch}/shop.sqlite3")
        database.upgrade()
        shop = Shop.open(database, import_shop(database, folder, clock).key, clock, TrialGateway())
        shelf = shelf_of(shop.info.key, shop.info.kind, shop.catalogue.version(), shop.catalogue.products())
        database.close()
    return Context("en", shelf.words)


def _warm(recogniser: Recogniser, understanding: Understanding, context: Context, recording: Recording) -> None:
    """Models are loaded and the graph is compiled before anything is timed."""
    heard = recogniser.hear(mixed(recording, recording.sound, CLEAN), "warm-up", context.language)
    understanding.understand(heard, context, recogniser)


def _print(rows: Sequence[Row]) -> None:
    table = Table(title="orders understood")
    figures = [row.figures() for row in rows]
    for column in figures[0]:
        table.add_column(column)
    for line in figures:
        table.add_row(*(str(value) for value in line.values()))
    Console().print(table)
