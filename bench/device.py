"""`voicecart bench device`: whole conversations with `voicecart listen` on a virtual sound path.

Sentences are played into the room's air, over noise and with the assistant's own voice leaking back, and the
loudspeaker is recorded. End of speech is when the last sample of the sentence sounded, so that waiting counts.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.device_process import DeviceProcess, DeviceTrouble, Event, wake_once
from bench.device_talk import noise_below_speech, spoken
from bench.measuring import machine, memory_mb, percentile, processor_seconds
from bench.virtual_sound import Recording, VirtualSound
from voice.audio import read_recording
from voicecart import console
from voicecart.assembly import Assembly
from voicecart.settings import Settings

KITCHEN = Path(__file__).parents[1] / "audio_fixtures" / "sounds" / "kitchen.wav"
CUSTOMER = "carla"  # without a code: the code's turn would be typed
WISHES = (
    ("two packs of firm tofu", "FIRM-TOFU", 2),
    ("add two cartons of oat milk", "OAT-MILK", 2),
    ("put three bunches of bananas in my basket", "BANANAS", 3),
)
_NOISE_SECONDS = 600.0
_WAKE_TRIES = 3
_IDLE_SECONDS = 30.0
_PATIENCE = 3  # times that a shopper says something


@dataclass(frozen=True, slots=True)
class Conditions:
    """noise: dB below speech, None for silence. leak: dB of the own voice at the microphone, None for none."""

    noise: float | None = None
    leak: float | None = None


@dataclass(slots=True)
class Tally:
    """What came of all conversations under one set of conditions. Seconds."""

    wake_words: int = 0
    wakes: int = 0
    conversations: int = 0
    carts_right: int = 0
    orders_right: int = 0
    said_again: int = 0
    turns_said: int = 0
    turns_taken: int = 0
    unasked: int = 0
    first_sounds: list[float] = field(default_factory=list)
    stops: list[float] = field(default_factory=list)
    stops_said: int = 0
    memory_mb: float = 0.0

    def figures(self, conditions: Conditions) -> dict[str, object]:
        """A row.

        carts_right: at the first saying. orders_right: placed in the end, with the right cart. said_again: how often
        something else came of a sentence, or nothing. self_triggers: turns that nobody said, and commands that nobody
        gave.
        """
        return asdict(conditions) | {
            "wake_rate": round(self.wakes / max(1, self.wake_words), 3),
            "conversations": self.conversations,
            "carts_right": self.carts_right,
            "orders_right": self.orders_right,
            "said_again": self.said_again,
            "first_sound_p50": _rounded(self.first_sounds, 0.5),
            "first_sound_p95": _rounded(self.first_sounds, 0.95),
            "stops": f"{len(self.stops)} of {self.stops_said}",
            "stop_p50": _rounded(self.stops, 0.5),
            "stop_max": _rounded(self.stops, 1.0),
            "self_triggers": self.unasked + max(0, self.turns_taken - self.turns_said),
            "memory_mb": round(self.memory_mb),
        }


def run(cells: Sequence[Conditions], rounds: int, noise: Path | None, as_json: bool) -> int:
    """A row for each of the conditions. noise: a recording of it. Raises NoVirtualSound, AudioError."""
    rows = []
    for cell in cells:
        with a_counter(cell, noise or KITCHEN) as counter:
            for number in range(rounds):
                counter.converse(*WISHES[number % len(WISHES)])
            rows.append(counter.tally.figures(cell))
        if as_json:
            console.print_json(rows[-1])
    if not as_json:
        console.table(tuple(rows[0]), [tuple(row.values()) for row in rows])
        console.say(machine())
    return 0


def run_idle(as_json: bool) -> int:
    """Memory, and the share of one core that a device uses while it waits for its wake word."""
    with VirtualSound() as room, TemporaryDirectory() as home, a_device(room, Path(home)) as device:
        device.wait_for("state", state="asleep")
        before = processor_seconds(device.pid)
        time.sleep(_IDLE_SECONDS)
        used = (processor_seconds(device.pid) - before) / _IDLE_SECONDS
        row = {"idle_core_share": round(used, 3), "memory_mb": round(memory_mb(device.pid))}
    console.print_json(row) if as_json else console.table(tuple(row), [tuple(row.values())])
    return 0


class Counter:
    """A device in a room, and somebody who talks to it."""

    def __init__(
        self, room: VirtualSound, device: DeviceProcess, loudspeaker: Recording, lag: tuple[float, float]
    ) -> None:
        self.tally = Tally()
        self._room = room
        self._device = device
        self._loudspeaker = loudspeaker
        self._starts_after, self._ends_before = lag

    def converse(self, wish: str, sku: str, quantity: int) -> None:
        """Wake it, wish for something, check out, interrupt the reading of the total, say yes.

        The shopper is patient: what does not come of a sentence is taken back, and the sentence is said again.
        """
        tally, device = self.tally, self._device
        tally.conversations += 1
        if not self._wake():
            return
        try:
            tally.carts_right += self._say(wish, lambda turn: _in_the_cart(turn) == [(sku, quantity)]) == 1
            self._say("check out please", lambda turn: turn["expects"] == "confirm_quote", let_it_finish=False)
            self._stop()
            self._say("yes", lambda turn: any(done.startswith("order.placed") for done in turn["done"]))
            tally.orders_right += 1
        except DeviceTrouble as trouble:
            console.warn(f"{wish}: {trouble}")
        device.order("say empty my cart")
        device.order("say yes")
        tally.turns_said += 2
        device.wait_until_it_sleeps()
        tally.turns_taken += device.count("turn") - tally.turns_taken
        tally.memory_mb = max(tally.memory_mb, memory_mb(device.pid))

    def _wake(self) -> bool:
        for _ in range(_WAKE_TRIES):
            self.tally.wake_words += 1
            try:
                wake_once(self._room, self._device, within=3.0)
            except DeviceTrouble:
                continue
            self.tally.wakes += 1
            return True
        return False

    def _say(self, sentence: str, comes_of_it: Callable[[Event], bool], let_it_finish: bool = True) -> int:
        """Say something until what is wanted comes of it; how often. Raises DeviceTrouble when it does not come."""
        for times in range(1, _PATIENCE + 1):
            turn = self._turn(sentence)
            if turn is not None and comes_of_it(turn):
                if let_it_finish:
                    self._device.wait_until_it_listens(turn)
                return times
            self.tally.said_again += 1
            console.warn(f"{sentence}: {'it fell asleep' if turn is None else _what_came_of_it(turn)}")
            if turn is None:
                self._wake()
                continue
            self._device.wait_until_it_listens(turn)
            if turn["done"]:
                wrong = self._turn("undo that")
                if wrong is not None:
                    self._device.wait_until_it_listens(wrong)
        raise DeviceTrouble(f"said {_PATIENCE} times: {sentence}")

    def _turn(self, sentence: str) -> Event | None:
        """Say something once; None when it is taken for somebody else's talk."""
        before = self._device.mark()
        self._room.play(spoken(sentence)).wait()
        end = time.monotonic() - self._ends_before
        turn = self._device.wait(lambda event: event["event"] == "turn" or event.get("state") == "asleep", before)
        if turn["event"] != "turn":
            return None
        self.tally.turns_said += 1
        self._device.wait(lambda event: event.get("state") == "speaking" and event["at"] > turn["at"] - 1.0)
        sound = self._loudspeaker.wait_for_sound(end)
        if sound is not None:
            self.tally.first_sounds.append(sound - end)
        return turn

    def _stop(self) -> None:
        """Interrupt the answer, if it is still being said: that of an empty cart is short."""
        time.sleep(1.5)
        if self._device.state != "speaking":
            return
        before, began = self._device.mark(), time.monotonic()
        self.tally.stops_said += 1
        self._room.play(spoken("stop")).wait()
        try:
            self._device.wait_for("interrupted", before, within=5.0, meaning="stop")
        except DeviceTrouble:
            self._device.wait(lambda event: event.get("state") == "listening" and event["at"] > began)
            return
        said = began + self._starts_after
        last = self._loudspeaker.last_sound(said, time.monotonic())
        self.tally.stops.append(0.0 if last is None else last - said)


def _in_the_cart(turn: Event) -> list[tuple[str, int]]:
    """Products and how many of each."""
    return [(line["sku"].rpartition("-")[0], line["quantity"]) for line in turn["cart"]]


def _what_came_of_it(turn: Event) -> str:
    return f"it heard {turn['text']!r}, said {turn['reply']!r}, and the cart has {_in_the_cart(turn)}"


@contextmanager
def a_counter(conditions: Conditions, noise: Path) -> Iterator[Counter]:
    """A device that was greeted and has fallen asleep. Raises NoVirtualSound, DeviceTrouble."""
    with VirtualSound() as room, TemporaryDirectory() as home:
        lag = _lag(room)
        if conditions.leak is not None:
            room.leak(conditions.leak)
        loudspeaker = room.record()
        with a_device(room, Path(home)) as device:
            device.wait_for("state", state="asleep")
            if conditions.noise is not None:
                room.noise(noise_below_speech(read_recording(noise), conditions.noise, _NOISE_SECONDS))
            counter = Counter(room, device, loudspeaker, lag)
            counter.tally.turns_said = counter.tally.turns_taken = device.count("turn")  # the greeting
            yield counter
        loudspeaker.stop()


def a_device(room: VirtualSound, home: Path) -> DeviceProcess:
    """A new shop's device that may buy, starting up."""
    allow_buying(Assembly(Settings(data_folder=home / "data")), CUSTOMER)
    return DeviceProcess(room, home, ("--wake-word", "hey_jarvis", "--customer", CUSTOMER))


def allow_buying(assembly: Assembly, customer: str) -> None:
    """As `voicecart device buying on` does."""
    access = assembly.access()
    this = access.own_machines.speaker(customer, assembly.settings.device)
    access.linking.set_speaker(customer, this, "Kitchen", may_buy=True, spend_cap=None)


def _lag(room: VirtualSound) -> tuple[float, float]:
    """How long after `play` a sound begins in the room, and how long before `wait` returns it has ended. Seconds."""
    starts, ends = [], []
    for _ in range(3):
        recording = room.record("room.monitor")
        time.sleep(0.5)
        began = time.monotonic()
        room.play(spoken("hey jarvis")).wait()
        ended = time.monotonic()
        time.sleep(0.3)
        recording.stop()
        first, last = recording.first_sound(began), recording.last_sound(began)
        if first is not None and last is not None:
            starts.append(first - began)
            ends.append(ended - last)
    return median(starts), median(ends)


def _rounded(seconds: Sequence[float], share: float) -> float | None:
    return round(percentile(seconds, share), 3) if seconds else None
