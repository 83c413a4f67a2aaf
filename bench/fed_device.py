"""A device on fed sound: the real loop, detector, engines and shop, faster than real time, all in one thread."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import numpy as np

from skills.contract import Expectation
from skills.dialogue import SessionKey
from voice.audio import SAMPLE_RATE, Samples
from voice.device import Device
from voice.device_ports import Answered, Dialogue, Ending, Notice, Order, State, StateChanged, Typed
from voice.sound import FedSound
from voicecart.assembly import Assembly
from voicecart.device.building import Wishes, a_device
from voicecart.device.local import LocalDialogue
from voicecart.device.words import device_words

N = TypeVar("N")
_PIECE = 512


def quiet(seconds: float) -> Samples:
    """Nobody says anything."""
    return np.zeros(int(seconds * SAMPLE_RATE), np.int16)


def of(kind: type[N], told: Sequence[Notice]) -> list[N]:
    """Those of one kind."""
    return [one for one in told if isinstance(one, kind)]


def texts(told: Sequence[Notice]) -> list[str]:
    """What was taken as said."""
    return [one.answer.heard_text for one in of(Answered, told)]


class FedDevice:
    """One device, and the sound that its microphone hears; made by `a_fed_device`."""

    def __init__(self, device: Device, sound: FedSound, waiting: deque[Samples], told: list[Notice]) -> None:
        self.told = told
        self.sound = sound
        self._device = device
        self._waiting = waiting

    @property
    def state(self) -> State:
        """What it is doing."""
        return of(StateChanged, self.told)[-1].state

    @property
    def expects(self) -> Expectation:
        """What its last answer asks for."""
        answered = of(Answered, self.told)
        return answered[-1].answer.reply.expects if answered else Expectation.NOTHING

    def hears(self, *sounds: Samples) -> list[Notice]:
        """Let it hear this, one after the other; what it told meanwhile."""
        before = len(self.told)
        whole = np.concatenate(sounds)
        for at in range(0, len(whole), _PIECE):
            self._waiting.append(whole[at : at + _PIECE])
            self._device.step(self.sound.read(0))
        return self.told[before:]

    def gets(self, order: Order | Typed) -> list[Notice]:
        """Give it an order; what it told in the next tenth of a second."""
        self._device.order(order)
        return self.hears(quiet(0.1))

    def forget(self) -> None:
        """Drop what it told, all but what it does and asks now: hours of notices take much memory."""
        self.told[:] = [*of(Answered, self.told)[-1:], *of(StateChanged, self.told)[-1:]]

    def finishes_speaking(self) -> list[Notice]:
        """Let it say what it is saying; what it told meanwhile."""
        before = len(self.told)
        while self.state is State.SPEAKING:
            self.hears(quiet(0.25))
        return self.told[before:]


@contextmanager
def a_fed_device(assembly: Assembly, dialogue: Dialogue, ending: Ending, wishes: Wishes) -> Iterator[FedDevice]:
    """A device that waits to be woken. wishes: all but `inline`, which must be on."""
    waiting: deque[Samples] = deque()
    told: list[Notice] = []
    sound = FedSound(_taken_from(waiting))
    words = device_words(assembly.shop().info.language)
    with a_device(assembly, sound, words, dialogue, ending, told.append, wishes) as device:
        device.begin(greet=False)
        yield FedDevice(device, sound, waiting, told)


def a_local_dialogue(assembly: Assembly, customer: str, device: str = "counter") -> LocalDialogue:
    """The shop's side on the same machine."""
    return LocalDialogue(assembly, device_words(assembly.shop().info.language), SessionKey(customer, device))


def _taken_from(waiting: deque[Samples]) -> Iterator[Samples]:
    while True:
        yield waiting.popleft()
