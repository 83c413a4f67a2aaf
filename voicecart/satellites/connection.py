"""One client of ours: it asks for a transcript, for speech, for a wake word, or for an answer of the assistant."""

from __future__ import annotations

import asyncio

import numpy as np
from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.error import Error
from wyoming.event import Event, Eventable
from wyoming.handle import Handled, NotHandled
from wyoming.info import Describe
from wyoming.ping import Ping, Pong
from wyoming.tts import Synthesize
from wyoming.wake import Detect, Detection, NotDetected

from skills.contract import Expectation
from voice.audio import SAMPLE_RATE, Samples
from voice.recognition.engine import RecognitionError
from voice.speech.synthesiser import SpeechError
from voicecart.satellites.engines import Engines, heard_elsewhere
from voicecart.satellites.frames import BrokenFrame, as_kind, mapping, read_event, string, strings, write_event
from voicecart.satellites.incoming import IncomingSound
from voicecart.satellites.info import info
from voicecart.satellites.outgoing import sound_events
from voicecart.satellites.waking import Waking

_SPEAKER = "Wyoming clients"
_LONGEST_TEXT = 2_000  # letters
_LONGEST_SOUND = 60 * SAMPLE_RATE
_LONGEST_HINT = 1_000


class Connection:
    """One client, until it goes or breaks the protocol."""

    def __init__(self, engines: Engines, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._engines = engines
        self._reader = reader
        self._writer = writer
        self._sound = IncomingSound()
        self._kept: list[Samples] = []
        self._hint = ""
        self._wake_names: list[str] | None = None
        self._wake: Waking | None = None

    async def run(self) -> None:
        """Answer until it is over."""
        try:
            while (event := await read_event(self._reader)) is not None:
                await self._answer(event)
        except BrokenFrame as broken:
            await self._refuse("protocol", str(broken))

    async def _answer(self, event: Event) -> None:
        match event.type:
            case kind if Describe.is_type(kind):
                await self._send(info(self._engines))
            case kind if Ping.is_type(kind):
                await self._send(Pong(string(as_kind(Ping, event).text)))
            case kind if Transcribe.is_type(kind):
                await self._begin_to_transcribe(as_kind(Transcribe, event))
            case kind if Detect.is_type(kind):
                self._wake_names = strings(as_kind(Detect, event).names)
                await self._begin_to_detect()
            case kind if AudioStart.is_type(kind):
                self._sound, self._kept = IncomingSound(), []
            case kind if AudioChunk.is_type(kind):
                await self._hear(as_kind(AudioChunk, event))
            case kind if AudioStop.is_type(kind):
                await self._end_of_sound()
            case kind if Synthesize.is_type(kind):
                await self._say(as_kind(Synthesize, event))
            case kind if Transcript.is_type(kind):
                await self._handle(as_kind(Transcript, event))
            case _:
                pass  # the protocol wants what is unknown to be passed over

    async def _begin_to_transcribe(self, asked: Transcribe) -> None:
        self._wake, self._kept = None, []
        names = [*(strings(asked.transcript_names) or ()), *(strings(asked.transcript_terms) or ())]
        self._hint = ", ".join(names)[:_LONGEST_HINT]
        await self._spoken_here(string(asked.language))

    async def _begin_to_detect(self) -> None:
        try:
            self._wake = await asyncio.to_thread(self._engines.waking, self._wake_names)
        except RecognitionError as error:
            await self._refuse("wake", str(error))

    async def _hear(self, chunk: AudioChunk) -> None:
        samples = self._sound.samples(chunk)
        if self._wake is None:
            self._kept.append(samples)
            if sum(map(len, self._kept)) > _LONGEST_SOUND:
                raise BrokenFrame("a minute of sound is the most that is transcribed at once")
            return
        name = await asyncio.to_thread(self._wake.feed, samples)
        if name is not None:
            await self._send(Detection(name, chunk.timestamp))

    async def _end_of_sound(self) -> None:
        if self._wake is not None:
            await self._send(NotDetected())
            await self._begin_to_detect()
            return
        sound = np.concatenate([np.zeros(0, np.int16), *self._kept])
        self._kept = []
        try:
            heard = await self._engines.hear(sound, self._hint)
        except RecognitionError as error:
            await self._refuse("asr", str(error))
            return
        text = heard.hypotheses[0].text if heard.hypotheses else ""
        await self._send(Transcript(text, language=self._engines.language))

    async def _say(self, asked: Synthesize) -> None:
        language = string(asked.voice.language) if asked.voice is not None else None
        text = string(asked.text) or ""
        if asked.text_format not in (None, "text") or not await self._spoken_here(language):
            await self._refuse("tts", "only plain text in the shop's language is spoken")
            return
        try:
            async for event in sound_events(self._engines.say(text[:_LONGEST_TEXT])):
                await self._send(event)
        except SpeechError as error:
            await self._refuse("tts", str(error))

    async def _handle(self, said: Transcript) -> None:
        if not await self._spoken_here(string(said.language)):
            return
        context = mapping(said.context)
        conversation = string(context.get("conversation_id")) or ""
        heard = heard_elsewhere((string(said.text) or "")[:_LONGEST_TEXT], self._engines.language)
        turn = await self._engines.conversation(_SPEAKER).answer(heard, conversation=conversation)
        told = Handled if turn.understood else NotHandled
        waits = turn.reply.expects not in (Expectation.NOTHING, Expectation.ANYTHING)
        await self._send(told(turn.reply.speech, {**context, "expects_answer": waits}))

    async def _spoken_here(self, language: str | None) -> bool:
        """Whether the language is ours; the client is told when it is not."""
        spoken = self._engines.speaks(language)
        if not spoken:
            await self._refuse("language", f"{self._engines.language} is spoken here")
        return spoken

    async def _send(self, event: Eventable) -> None:
        await write_event(self._writer, event)

    async def _refuse(self, code: str, text: str) -> None:
        await self._send(Error(text, code))
