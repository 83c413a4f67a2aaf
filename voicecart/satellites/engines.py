"""What all connections share: one recogniser, one voice, the wake words and the assistant, kept off the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Self
from uuid import uuid4

from skills.contract import Heard, Hypothesis, Listener
from skills.dialogue import SessionKey
from voice.audio import Samples
from voice.device_ports import Answer
from voice.recognition.engine import Recogniser
from voice.speech.sentences import sentences
from voice.speech.synthesiser import Speech, Synthesiser
from voice.wake_word import WAKE_WORDS, MicroWakeWord
from voicecart.assembly import Assembly
from voicecart.device.local import LocalDialogue
from voicecart.device.words import DeviceWords, device_words

_LONGEST_DEVICE = 64  # letters: what the session's key can hold


@dataclass(slots=True)
class Engines:
    """Opened with `open`; each call may come from any connection. Blocking work is done in threads.

    wake_words: names that are listened for when a client names none.
    """

    assembly: Assembly
    language: str
    recogniser: Recogniser
    synthesiser: Synthesiser
    words: DeviceWords
    wake_words: tuple[str, ...]

    @classmethod
    def open(cls, assembly: Assembly, stack: ExitStack) -> Self:
        """Start the engines of the shop's language; they end with `stack`. Raises RecognitionError, SpeechError."""
        language = assembly.shop().info.language
        recogniser = assembly.recogniser(language)
        stack.callback(recogniser.close)
        synthesiser = assembly.synthesiser(language)
        stack.callback(synthesiser.close)
        synthesiser.start()
        chosen = assembly.settings.wake_word
        names = (chosen,) if chosen in WAKE_WORDS else ("okay_nabu",)
        return cls(assembly, language, recogniser, synthesiser, device_words(language), names)

    def speaks(self, language: str | None) -> bool:
        """Whether a client's language (BCP 47; None means ours) is the shop's."""
        return language is None or language.split("-")[0].lower() == self.language.split("-")[0].lower()

    async def hear(self, samples: Samples, hint: str = "") -> Heard:
        """What was said in one utterance. Raises RecognitionError."""
        return await asyncio.to_thread(self.recogniser.hear, samples, uuid4().hex, self.language, hint)

    async def say(self, text: str) -> AsyncIterator[Speech]:
        """The sound of a text, sentence by sentence. Raises SpeechError."""
        for sentence in sentences(text):
            yield await asyncio.to_thread(self.synthesiser.say, sentence, self.language)

    def wake_word(self, names: Sequence[str] | None) -> dict[str, MicroWakeWord]:
        """Detectors for those of `names` that are known, for one stream. Raises RecognitionError."""
        wanted = self.wake_words if names is None else [name for name in dict.fromkeys(names) if name in WAKE_WORDS]
        return {name: MicroWakeWord(name) for name in wanted}

    def dialogue(self, device: str) -> LocalDialogue:
        """The shop's assistant, in the conversation of one device."""
        customer = self.assembly.customer(self.assembly.shop())
        return LocalDialogue(self.assembly, self.words, SessionKey(customer, device[:_LONGEST_DEVICE]))


async def answer(dialogue: LocalDialogue, heard: Heard, listener: Listener | None = None) -> Answer:
    """One turn."""
    return await asyncio.to_thread(dialogue.answer, heard, listener)


def heard_elsewhere(text: str, language: str) -> Heard:
    """A text that another recogniser has made: it can't be listened to again."""
    return Heard(uuid4().hex, language, (Hypothesis(text),), spoken=True)
