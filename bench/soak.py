"""`voicecart bench soak`: a device that listens for hours. Nothing may grow, and no turn may be missed.

On the sound path it takes as long as it takes; hours of sound fed straight into the loop take minutes.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from os import getpid
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.device import CUSTOMER, KITCHEN, a_device
from bench.device_process import DeviceProcess, DeviceTrouble
from bench.device_talk import noise_below_speech, spoken
from bench.fed_device import FedDevice, a_fed_device, a_local_dialogue, of, quiet
from bench.measuring import memory_mb, own_memory_mb, threads_and_files
from bench.virtual_sound import VirtualSound
from voice.audio import Samples, read_recording
from voice.device_ports import Answered, Woken
from voicecart import console
from voicecart.assembly import Assembly
from voicecart.device.building import Wishes
from voicecart.settings import Settings

_ROUND_SECONDS = 60.0
_WARM_ROUNDS = 5
"""After them caches are filled, pools are started, and what only an unclear sentence needs is loaded: growth counts
from there."""
_MOST_GROWTH_MB = 15.0
_QUESTION = "what's in my cart"
_UNCLEAR = "have you got gluten free oat thingies"


@dataclass(frozen=True, slots=True)
class Footprint:
    """What a process and its children hold. own_mb: of it, what they share with nobody."""

    memory_mb: float
    own_mb: float
    threads: int
    files: int


@dataclass(slots=True)
class Tally:
    """What came of all rounds. first: after the warm ones. One question a round."""

    rounds: int = 0
    woken: int = 0
    answered: int = 0
    first: Footprint | None = None
    last: Footprint | None = None

    def look(self, pid: int) -> None:
        """A round is over."""
        self.rounds += 1
        self.last = Footprint(round(memory_mb(pid), 1), round(own_memory_mb(pid), 1), *threads_and_files(pid))
        if self.rounds <= _WARM_ROUNDS:
            self.first = self.last

    def show(self, kind: str, as_json: bool) -> int:
        """Print the row; 1 when something grew or was missed."""
        assert self.first is not None
        assert self.last is not None
        growth = self.last.own_mb - self.first.own_mb
        row = {
            "kind": kind,
            "rounds": self.rounds,
            "missed": 2 * self.rounds - self.woken - self.answered,
            "memory_mb": self.last.memory_mb,
            "memory_growth_mb": round(growth, 1),
            "thread_growth": self.last.threads - self.first.threads,
            "file_growth": self.last.files - self.first.files,
        }
        console.print_json(row) if as_json else console.table(tuple(row), [tuple(row.values())])
        grew = growth > _MOST_GROWTH_MB
        grew |= self.last.threads > self.first.threads or self.last.files > self.first.files
        return int(grew or self.woken + self.answered < 2 * self.rounds)


def run_fed(hours: float, as_json: bool) -> int:
    """Hours of sound, a question every minute, fed faster than real time."""
    tally = Tally()
    kitchen = noise_below_speech(read_recording(KITCHEN), 25.0, _ROUND_SECONDS)
    with TemporaryDirectory() as folder:
        assembly = Assembly(Settings(data_folder=Path(folder)))
        dialogue = a_local_dialogue(assembly, CUSTOMER)
        wishes = Wishes(wake_word="hey_jarvis", inline=True)
        with a_fed_device(assembly, dialogue, dialogue.ending, wishes) as device:
            for _ in range(max(1, round(hours * 3600 / _ROUND_SECONDS))):
                if tally.rounds < _WARM_ROUNDS:
                    _ask(device, _UNCLEAR, kitchen, Tally())
                _ask(device, _QUESTION, kitchen, tally)
                tally.look(getpid())
    return tally.show(f"fed {hours:g} h", as_json)


def _ask(device: FedDevice, question: str, kitchen: Samples, tally: Tally) -> None:
    """One minute: a question, its answer, and the noise of a kitchen for the rest."""
    told = device.hears(quiet(0.5), spoken("hey jarvis"), quiet(0.3), spoken(question), quiet(1.2))
    tally.woken += len(of(Woken, told))
    tally.answered += len(of(Answered, told))
    device.finishes_speaking()
    device.hears(kitchen)
    device.forget()


def run_path(minutes: float, as_json: bool) -> int:
    """A question every half minute on a virtual sound path. Raises NoVirtualSound."""
    tally, until = Tally(), time.monotonic() + 60 * minutes
    with VirtualSound() as room, TemporaryDirectory() as home, a_device(room, Path(home)) as device:
        device.wait_for("state", state="asleep")
        while time.monotonic() < until or tally.rounds <= _WARM_ROUNDS:
            if tally.rounds < _WARM_ROUNDS:
                _ask_aloud(room, device, _UNCLEAR, Tally())
            _ask_aloud(room, device, _QUESTION, tally)
            tally.look(device.pid)
    return tally.show(f"sound path {minutes:g} min", as_json)


def _ask_aloud(room: VirtualSound, device: DeviceProcess, question: str, tally: Tally) -> None:
    before = device.mark()
    room.play(spoken("hey jarvis")).wait()
    try:
        woken = device.wait_for("woken", before, within=5.0)
    except DeviceTrouble as trouble:  # then it sleeps on, and is asked again in the next round
        console.warn(str(trouble))
        return
    tally.woken += 1
    try:
        device.wait_until_it_listens(woken)
        room.play(spoken(question)).wait()
        device.wait_for("turn", before, within=20.0)
        tally.answered += 1
    except DeviceTrouble as trouble:
        console.warn(str(trouble))
    device.wait_until_it_sleeps()
