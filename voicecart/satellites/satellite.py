"""The server of one Wyoming satellite: we connect to it, hear what it streams, answer, and let it play the answer.

A satellite is a server itself; it is told to run, asks for a pipeline when it streams, and says when it has played.
"""

from __future__ import annotations

import asyncio
import time
from urllib.parse import SplitResult

from wyoming.asr import Transcript
from wyoming.audio import AudioChunk
from wyoming.error import Error
from wyoming.event import Event, Eventable
from wyoming.ping import Ping, Pong
from wyoming.pipeline import PipelineStage, RunPipeline
from wyoming.satellite import RunSatellite
from wyoming.snd import Played
from wyoming.tts import Synthesize
from wyoming.vad import VoiceStarted, VoiceStopped
from wyoming.wake import Detection

from skills.contract import Expectation
from voice.audio import Samples, speech_detector
from voice.device_ports import Answer
from voice.endpointing import Began, Endpointer, Utterance
from voice.recognition.engine import RecognitionError
from voice.speech.synthesiser import SpeechError
from voice.wake_word import WAKE_WORDS, without_wake_word
from voicecart.satellites.engines import Engines
from voicecart.satellites.frames import LONGEST_LINE, BrokenFrame, as_kind, read_event, string, strings, write_event
from voicecart.satellites.incoming import IncomingSound
from voicecart.satellites.outgoing import sound_events
from voicecart.satellites.waking import Waking

_WAIT = 0.75  # seconds of silence that end an utterance
_PATIENCE = 8.0  # seconds until somebody must have begun to speak
_PLAYS_LONGER = 3.0  # seconds that a satellite may take beyond the sound's own length until it says that it has played
_SHORTEST_PAUSE, _LONGEST_PAUSE = 1.0, 4.0  # seconds between two tries to reach it


async def keep_serving(engines: Engines, address: SplitResult, told: asyncio.Queue[str]) -> None:
    """Be the server of the satellite at `address` (tcp://HOST:PORT) until cancelled; connect again when it vanishes.

    told: gets a line when it comes or goes.
    """
    pause = _SHORTEST_PAUSE
    while True:
        try:
            reader, writer = await asyncio.open_connection(address.hostname, address.port, limit=LONGEST_LINE)
        except OSError as error:
            told.put_nowait(f"{address.netloc} can't be reached ({error.strerror}); I go on trying")
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
            continue
        pause = _SHORTEST_PAUSE
        told.put_nowait(f"{address.netloc} is connected")
        try:
            await SatelliteServer(engines, reader, writer, f"Satellite {address.hostname}").run()
        except (BrokenFrame, ConnectionError, TimeoutError) as error:
            told.put_nowait(f"{address.netloc} is gone ({type(error).__name__}: {error})")
        finally:
            writer.close()
        await asyncio.sleep(pause)


class SatelliteServer:
    """One connection to one satellite. speaker: its name among the customer's."""

    def __init__(
        self, engines: Engines, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, speaker: str
    ) -> None:
        self._engines = engines
        self._reader = reader
        self._writer = writer
        self._conversation = engines.conversation(speaker)
        self._sound = IncomingSound()
        self._expects = Expectation.NOTHING
        self._phrase = ""
        self._wake: Waking | None = None
        self._endpointer: Endpointer | None = None
        self._listens_until = 0.0
        self._plays_until = 0.0

    async def run(self) -> None:
        """Until the satellite goes. Raises BrokenFrame, ConnectionError, TimeoutError."""
        await self._send(RunSatellite())
        while (event := await read_event(self._reader)) is not None:
            await self._take(event)

    async def _take(self, event: Event) -> None:
        match event.type:
            case kind if RunPipeline.is_type(kind):
                await self._begin(as_kind(RunPipeline, event))
            case kind if AudioChunk.is_type(kind):
                await self._hear(as_kind(AudioChunk, event))
            case kind if Played.is_type(kind):
                self._plays_until = 0.0
            case kind if Ping.is_type(kind):
                await self._send(Pong(string(as_kind(Ping, event).text)))
            case _:
                pass

    async def _begin(self, asked: RunPipeline) -> None:
        """The satellite streams from now on. An open question is answered without the wake word."""
        self._sound = IncomingSound()
        if asked.start_stage is PipelineStage.ASR or self._question_open:
            self._phrase = WAKE_WORDS.get(string(asked.wake_word_name) or "", "")
            self._listen()
        elif asked.start_stage is PipelineStage.WAKE:
            self._wake = await asyncio.to_thread(self._engines.waking, strings(asked.wake_word_names))

    @property
    def _question_open(self) -> bool:
        return self._expects not in (Expectation.NOTHING, Expectation.ANYTHING)

    def _listen(self) -> None:
        self._wake = None
        self._endpointer = Endpointer(speech_detector(), wait=_WAIT)
        self._listens_until = max(time.monotonic(), self._plays_until) + _PATIENCE

    async def _hear(self, chunk: AudioChunk) -> None:
        samples = self._sound.samples(chunk)
        if time.monotonic() < self._plays_until:
            return  # it would hear itself
        if self._wake is not None:
            await self._wait_for_the_word(self._wake, samples, chunk.timestamp)
        elif self._endpointer is not None:
            await self._listen_to(self._endpointer, samples, chunk.timestamp)

    async def _wait_for_the_word(self, wake: Waking, samples: Samples, at: int | None) -> None:
        name = await asyncio.to_thread(wake.feed, samples)
        if name is not None:
            await self._send(Detection(name, at))
            self._phrase = WAKE_WORDS[name]
            self._listen()

    async def _listen_to(self, endpointer: Endpointer, samples: Samples, at: int | None) -> None:
        for event in await asyncio.to_thread(lambda: list(endpointer.feed(samples))):
            if isinstance(event, Began):
                await self._send(VoiceStarted(at))
            elif isinstance(event, Utterance):
                self._endpointer = None
                await self._send(VoiceStopped(at))
                await self._turn(event.samples)
                return
        if not endpointer.in_speech and time.monotonic() > self._listens_until:
            self._endpointer = None
            self._expects = Expectation.NOTHING
            await self._send(Error("nobody spoke", "timeout"))

    async def _turn(self, samples: Samples) -> None:
        try:
            heard = without_wake_word(await self._engines.hear(samples), self._phrase)
            turn = await self._conversation.answer(heard, self._engines.recogniser)
        except RecognitionError as error:
            await self._send(Error(str(error), "asr"))
            return
        self._expects = turn.reply.expects
        await self._send(Transcript(turn.heard_text, language=self._engines.language))
        await self._speak(turn)

    async def _speak(self, turn: Answer) -> None:
        await self._send(Synthesize(turn.reply.speech))
        seconds = 0.0
        try:
            async for event in sound_events(self._engines.say(turn.reply.speech)):
                await self._send(event)
                seconds += event.seconds if isinstance(event, AudioChunk) else 0.0
        except SpeechError as error:
            await self._send(Error(str(error), "tts"))
        self._plays_until = time.monotonic() + seconds + _PLAYS_LONGER if seconds else 0.0

    async def _send(self, event: Eventable) -> None:
        await write_event(self._writer, event)
