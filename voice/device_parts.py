"""What a device is made of."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass

from voice.audio import Samples
from voice.device_ports import Dialogue, Ending, Keep
from voice.echo import EchoCanceller
from voice.hearing import Hearing
from voice.sound import Sound
from voice.speaking import Speaking
from voice.wake_word import WakeWords


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that a device needs and does not make itself.

    detector: makes a voice activity detector for a new stream. thinker: answers turns beside the microphone's thread.
    keep: keeps the last turn's sound when the shopper asks for it; None where that is not allowed.
    """

    sound: Sound
    hearing: Hearing
    speaking: Speaking
    dialogue: Dialogue
    ending: Ending
    detector: Callable[[], Callable[[Samples], float]]
    thinker: Executor
    echo: EchoCanceller | None = None
    wake_words: WakeWords | None = None
    keep: Keep | None = None
