"""`voicecart bench overhearing`: talk and music meant for nobody, fed to a device that may buy. Orders must be 0.

The talk is synthetic: everyday sentences and some that a shop would understand ("check out please", "yes"), by several
voices, with a tune and kitchen noise between. A folder of one's own recordings takes its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.device import CUSTOMER, KITCHEN, allow_buying
from bench.device_talk import spoken
from bench.fed_device import a_fed_device, a_local_dialogue, of, quiet
from bench.measuring import BenchmarkProblem
from voice.audio import SAMPLE_RATE, Samples, read_recording
from voice.device_ports import Answered, Woken
from voicecart import console
from voicecart.assembly import Assembly
from voicecart.device.building import Wishes
from voicecart.settings import Settings

_TALK = Path(__file__).parent / "sentences" / "talk.txt"
_TUNE = KITCHEN.with_name("a-tune.wav")
_SHOP_TALK = ("add two cartons of oat milk", "check out please", "yes", "place my order", "yes go ahead", "stop")
_VOICES = ("rms", "slt", "awb")
_EVERY = 5  # one in so many sentences is one that a shop would understand


def run(minutes: float, own: Path | None, always: bool, as_json: bool) -> int:
    """Print wakes, turns and orders; 1 when something was ordered.

    always: a device without wake word, which takes every sentence for its own: only its purchase switch keeps a
    television from buying there. Raises BenchmarkProblem, AudioError.
    """
    wakes = turns = fed = 0
    with TemporaryDirectory() as folder:
        assembly = Assembly(Settings(data_folder=Path(folder)))
        allow_buying(assembly, CUSTOMER)
        speaker = assembly.access().own_machines.speaker(CUSTOMER, assembly.settings.device)
        dialogue = a_local_dialogue(assembly, CUSTOMER, speaker)
        had = len(assembly.shop().orders.list(CUSTOMER, 1000))
        wishes = Wishes(wake_word=None if always else "hey_jarvis", always=always, inline=True)
        with a_fed_device(assembly, dialogue, dialogue.ending, wishes) as device:
            for sound in _own(own) if own is not None else _synthetic():
                told = device.hears(sound, quiet(0.4))
                wakes += len(of(Woken, told))
                turns += len(of(Answered, told))
                device.forget()
                fed += len(sound)
                if fed >= minutes * 60 * SAMPLE_RATE:
                    break
        orders = len(assembly.shop().orders.list(CUSTOMER, 1000)) - had
    hours = fed / SAMPLE_RATE / 3600
    row = {
        "sound": "synthetic" if own is None else str(own),
        "device": "always listening" if always else "hey_jarvis",
        "hours": round(hours, 2),
        "false_wakes_an_hour": round(wakes / hours, 2),
        "turns": turns,
        "orders": orders,
    }
    console.print_json(row) if as_json else console.table(tuple(row), [tuple(row.values())])
    return int(orders > 0)


def _synthetic() -> Iterator[Samples]:
    talk = cycle(line for line in _TALK.read_text(encoding="utf-8").splitlines() if line.strip())
    shop_talk, voices = cycle(_SHOP_TALK), cycle(_VOICES)
    between = cycle([read_recording(_TUNE), read_recording(KITCHEN)])
    number = 0
    while True:
        number += 1
        yield spoken(next(shop_talk if number % _EVERY == 0 else talk), next(voices))
        if number % (4 * _EVERY) == 0:
            yield next(between)


def _own(folder: Path) -> Iterator[Samples]:
    files = [path for path in sorted(folder.rglob("*")) if path.suffix.lower() in (".wav", ".flac", ".ogg")]
    if not files:
        raise BenchmarkProblem(f"{folder} holds no WAV, FLAC or Ogg file")
    for path in files:
        yield read_recording(path)
