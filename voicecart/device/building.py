"""Puts a device together: sound, hearing, speech, the shop's side, the wake word."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from skills.contract import Expectation
from voice.audio import speech_detector
from voice.device import Device
from voice.device_parts import Parts
from voice.device_ports import ANY_WORD, Dialogue, Ending, Habits, Keep, Problem, Tell
from voice.echo import EchoCanceller
from voice.hearing import Hearing
from voice.memory import give_back, use_one_heap
from voice.sound import Sound
from voice.speaking import Speaking
from voice.speech.kept import KeptSpeech
from voice.speech.synthesiser import SpeechError
from voice.wake_word import WAKE_WORDS, MicroWakeWords
from voicecart.assembly import Assembly
from voicecart.device.words import DeviceWords


class Inline(Executor):
    """Does everything at once, in the caller's thread: for sound that is fed in faster than real time."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - it is raised by `result`, as other executors do
            future.set_exception(error)
        return future


@dataclass(frozen=True, slots=True)
class Wishes:
    """What can be chosen about a device.

    wake_word: a name of WAKE_WORDS, or None. always: without wake word, listen all the time; else a key is pressed.
    cutoff: how sure the wake word must be; None means what was measured to be best.
    inline: everything in one thread. keep: keeps a turn's sound when asked.
    language: what is spoken; None means the language of the shop on this machine.
    """

    wake_word: str | None = None
    always: bool = False
    cutoff: float | None = None
    inline: bool = False
    keep: Keep | None = None
    language: str | None = None


@contextmanager
def a_device(
    assembly: Assembly,
    sound: Sound,
    words: DeviceWords,
    dialogue: Dialogue,
    ending: Ending,
    tell: Tell,
    wishes: Wishes,
) -> Iterator[Device]:
    """A device that is ready to run; its engines end with the block. Raises RecognitionError, SpeechError."""
    use_one_heap()
    language = wishes.language or assembly.shop().info.language
    with ExitStack() as stack:
        recogniser = assembly.recogniser(language)
        stack.callback(recogniser.close)
        synthesiser = KeptSpeech(assembly.synthesiser(language))
        stack.callback(synthesiser.close)
        hearer, thinker, talker = (_worker(stack, wishes.inline) for _ in range(3))
        talker.submit(synthesiser.start)
        hearer.submit(ending, ANY_WORD, Expectation.ANYTHING)
        hearer.submit(give_back)
        parts = Parts(
            sound=sound,
            hearing=Hearing(recogniser, language, hearer),
            speaking=Speaking(synthesiser, sound.playlist, talker, lambda error: tell(_speech_problem(error))),
            dialogue=dialogue,
            ending=ending,
            detector=speech_detector,
            thinker=thinker,
            echo=EchoCanceller(),
            wake_words=MicroWakeWords([wishes.wake_word], wishes.cutoff) if wishes.wake_word else None,
            keep=wishes.keep,
        )
        phrase = WAKE_WORDS[wishes.wake_word] if wishes.wake_word else ""
        habits = Habits(language, words.lines, words.interruptions, phrase, wishes.always)
        stack.callback(sound.close)
        yield Device(parts, habits, tell)


def _speech_problem(error: SpeechError) -> Problem:
    return Problem("speech", str(error))


def _worker(stack: ExitStack, inline: bool) -> Executor:
    if inline:
        return Inline()
    pool = ThreadPoolExecutor(max_workers=1)
    stack.callback(pool.shutdown, wait=True, cancel_futures=True)
    return pool
