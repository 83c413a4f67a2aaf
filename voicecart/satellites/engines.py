"""What all connections share: one recogniser, one voice, the wake words and the assistant, kept off the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Self
from uuid import uuid4

from skills.contract import Heard, Hypothesis
from skills.dialogue import SessionKey
from voice.audio import Samples
from voice.recognition.engine import Recogniser
from voice.speech.sentences import sentences
from voice.speech.synthesiser import Speech, Synthesiser
from voice.wake_word import WAKE_WORDS
from voicecart.assembly import Assembly
from voicecart.device.local import LocalDialogue
from voicecart.device.words import DeviceWords, device_words
from voicecart.satellites.conversations import SharedConversation
from voicecart.satellites.waking import Waking


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
    conversations: dict[str, SharedConversation] = field(default_factory=dict)

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

    def waking(self, names: Sequence[str] | None) -> Waking:
        """An ear for those of `names` that are known, for one stream. Raises RecognitionError."""
        if names is None:
            return Waking(self.wake_words)
        return Waking([name for name in dict.fromkeys(names) if name in WAKE_WORDS])

    def conversation(self, speaker: str) -> SharedConversation:
        """The assistant, as it is heard through a speaker of the customer's, whose buying is switched off at first."""
        if speaker not in self.conversations:
            shop = self.assembly.shop()
            customer = self.assembly.customer(shop)
            device = self.assembly.access(shop.info.key).own_machines.speaker(customer, speaker)
            dialogue = LocalDialogue(self.assembly, self.words, SessionKey(customer, device))
            self.conversations[speaker] = SharedConversation(dialogue)
        return self.conversations[speaker]


def heard_elsewhere(text: str, language: str) -> Heard:
    """A text that another recogniser has made: it can't be listened to again."""
    return Heard(uuid4().hex, language, (Hypothesis(text),), spoken=True)
