"""Wyoming over real sockets, with the protocol's own client and real engines; the last tests are not polite."""

from __future__ import annotations

import asyncio
import json
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soxr
from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncClient
from wyoming.error import Error
from wyoming.event import Event, Eventable, async_read_event, async_write_event
from wyoming.handle import Handled, NotHandled
from wyoming.info import Describe, Info
from wyoming.pipeline import PipelineStage, RunPipeline
from wyoming.satellite import RunSatellite
from wyoming.snd import Played
from wyoming.tts import Synthesize, SynthesizeVoice
from wyoming.wake import Detect, Detection, NotDetected

from commerce.clock import SystemClock
from commerce.payments.trial_gateway import TrialGateway
from commerce.shop import Shop
from commerce.storage.database import Database
from tests.postgres import free_port
from tests.skills.talking import imported
from tests.voice.sounds import english, silence
from voice.audio import SAMPLE_RATE, Samples, read_recording
from voice.speech.voices import open_synthesiser

FIXTURES = Path(__file__).parents[2] / "audio_fixtures" / "en"
VOICECART = str(Path(sys.executable).with_name("voicecart"))
STARTS_WITHIN = 60.0
ANSWERS_WITHIN = 60.0


@dataclass(frozen=True, slots=True)
class Program:
    """A running `voicecart wyoming`. uri: its TCP address; path: its socket."""

    uri: str
    path: Path
    port: int
    satellite_port: int
    database: str
    process: subprocess.Popen[bytes]

    def cart(self) -> Counter[str]:
        """Units by SKU in the customer's cart."""
        shop = Shop.open(Database.open(self.database), "coffee", SystemClock(), TrialGateway())
        units: Counter[str] = Counter()
        for line in shop.carts.get(shop.customers.first().key).lines:
            units[line.sku] += line.quantity
        return units


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """The program over a cafe, at a TCP port and a Unix socket, and the server of one satellite to come."""
    folder = tmp_path_factory.mktemp("wyoming")
    shutil.copy(imported("coffee"), folder / "shop.db")
    database, port, satellite = f"sqlite:///{folder / 'shop.db'}", free_port(), free_port()
    uri, path = f"tcp://127.0.0.1:{port}", folder / "socket"
    command = [
        VOICECART,
        "wyoming",
        "--shop",
        "coffee",
        "--database",
        database,
        "--uri",
        uri,
        "--uri",
        f"unix://{path}",
    ]
    process = subprocess.Popen([*command, "--satellite", f"tcp://127.0.0.1:{satellite}"])
    until = time.monotonic() + STARTS_WITHIN
    while not answers(port):
        assert process.poll() is None
        assert time.monotonic() < until
        time.sleep(0.2)
    yield Program(uri, path, port, satellite, database, process)
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0


def answers(port: int) -> bool:
    """Whether somebody listens there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def talked(uri: str, deed: Callable[[AsyncClient], Awaitable[None]]) -> None:
    """Do something as a client of the program."""

    async def run() -> None:
        async with AsyncClient.from_uri(uri) as client:
            await asyncio.wait_for(deed(client), ANSWERS_WITHIN)

    asyncio.run(run())


async def stream(client: AsyncClient, sound: Samples, rate: int = SAMPLE_RATE, channels: int = 1) -> None:
    """A start, chunks of a tenth of a second, a stop."""
    await client.write_event(AudioStart(rate, 2, channels).event())
    for chunk in chunks(sound, rate, channels):
        await client.write_event(chunk.event())
    await client.write_event(AudioStop().event())


def chunks(sound: Samples, rate: int = SAMPLE_RATE, channels: int = 1) -> Iterator[AudioChunk]:
    if rate != SAMPLE_RATE:
        sound = soxr.resample(sound, SAMPLE_RATE, rate)
    for at in range(0, len(sound), rate // 10):
        yield AudioChunk(rate, 2, channels, np.repeat(sound[at : at + rate // 10], channels).tobytes(), at)


async def answer(client: AsyncClient) -> Event:
    event = await client.read_event()
    assert event is not None
    return event


def okay_nabu() -> Samples:
    """The wake word, by the synthetic voice that the detector knows best."""
    voice = open_synthesiser("espeak")
    try:
        said = voice.say("Okay nabu.", "en")
    finally:
        voice.close()
    return np.concatenate([silence(1), soxr.resample(said.samples, said.sample_rate, SAMPLE_RATE), silence(1)])


def test_it_says_what_it_offers(program: Program) -> None:
    """`describe` is answered with speech to text, text to speech, the assistant and four wake words."""

    async def deed(client: AsyncClient) -> None:
        await client.write_event(Describe().event())
        info = Info.from_event(await answer(client))
        assert [model.languages for model in info.asr[0].models] == [["en"]]
        assert [voice.languages for voice in info.tts[0].voices] == [["en"]]
        assert info.handle[0].models[0].name == "coffee"
        assert {model.name for model in info.wake[0].models} == {"alexa", "hey_jarvis", "hey_mycroft", "okay_nabu"}

    talked(program.uri, deed)


@pytest.mark.parametrize(("rate", "channels"), [(16_000, 1), (48_000, 2)])
def test_a_recording_is_transcribed(program: Program, rate: int, channels: int) -> None:
    """A person's order, streamed over the Unix socket in two formats, comes back as its words."""
    sound = read_recording(FIXTURES / "a-large-latte-with-soy-milk.flac")

    async def deed(client: AsyncClient) -> None:
        await client.write_event(Transcribe(language="en-US", transcript_names=["latte", "soy milk"]).event())
        await stream(client, sound, rate, channels)
        heard = Transcript.from_event(await answer(client))
        assert "latte with soy milk" in heard.text.lower()

    talked(f"unix://{program.path}", deed)


def test_a_text_is_spoken(program: Program) -> None:
    """Two sentences come back as a start, a few seconds of loud sound in chunks, and a stop."""

    async def deed(client: AsyncClient) -> None:
        await client.write_event(Synthesize("Your latte is ready. That is five dollars forty.").event())
        start = AudioStart.from_event(await answer(client))
        sound = b""
        while AudioChunk.is_type((event := await answer(client)).type):
            sound += AudioChunk.from_event(event).audio
        assert AudioStop.is_type(event.type)
        samples = np.frombuffer(sound, np.int16)
        assert 2 < len(samples) / start.rate < 10
        assert np.abs(samples).max() > 3000

    talked(program.uri, deed)


def test_a_wake_word_is_detected(program: Program) -> None:
    """ "Okay nabu" is detected when it is asked for, and another sentence is not."""
    woken, other = okay_nabu(), english("Could you close the window?")

    async def deed(client: AsyncClient) -> None:
        await client.write_event(Detect(["okay_nabu"]).event())
        await stream(client, woken)
        assert Detection.from_event(await answer(client)).name == "okay_nabu"
        assert NotDetected.is_type((await answer(client)).type)
        await stream(client, other)
        assert NotDetected.is_type((await answer(client)).type)

    talked(program.uri, deed)


def test_a_text_turn_changes_the_cart(program: Program) -> None:
    """What home automation has transcribed is understood by the shop's assistant; the conversation goes on under its
    id; chatter is not handled."""
    before = program.cart().get("AMERICANO", 0)

    async def deed(client: AsyncClient) -> None:
        context = {"conversation_id": "one"}
        await client.write_event(Transcript("two americanos please", context=context, language="en").event())
        handled = Handled.from_event(await answer(client))
        assert handled.text
        assert handled.context is not None
        assert handled.context["conversation_id"] == "one"
        await client.write_event(Transcript("the moon is far from the ocean", context=context).event())
        assert NotHandled.is_type((await answer(client)).type)

    talked(program.uri, deed)
    assert program.cart().get("AMERICANO", 0) == before + 2


def test_nobody_answers_a_question_that_was_asked_in_another_room(program: Program) -> None:
    """One room is asked which of two is meant. Another room's "yes" is no answer: it hears the question first."""

    async def says(client: AsyncClient, text: str, room: str) -> Handled:
        await client.write_event(Transcript(text, context={"conversation_id": room}).event())
        return Handled.from_event(await answer(client))

    async def deed(client: AsyncClient) -> None:
        await says(client, "a large latte and two americanos", "kitchen")
        asked = await says(client, "empty my cart", "kitchen")
        assert asked.context is not None
        assert asked.context["expects_answer"]
        elsewhere = await says(client, "yes", "bedroom")
        assert elsewhere.context is not None
        assert elsewhere.context["expects_answer"]
        assert program.cart().total() > 0
        await says(client, "yes", "bedroom")

    talked(program.uri, deed)
    assert program.cart().total() == 0


def test_buying_is_off_at_first(program: Program) -> None:
    """Whoever reaches the port may fill the cart, and buys nothing before the owner allows it."""

    async def deed(client: AsyncClient) -> None:
        for text in ("a large latte", "check out"):
            await client.write_event(Transcript(text, context={"conversation_id": "buying"}).event())
            handled = Handled.from_event(await answer(client))
        assert handled.text is not None
        assert "switched off" in handled.text

    talked(program.uri, deed)


def test_another_language_is_refused(program: Program) -> None:
    """Korean is not spoken in this shop: that is an error with a code, and the connection lives on."""

    async def deed(client: AsyncClient) -> None:
        await client.write_event(Synthesize("안녕하세요", voice=SynthesizeVoice(language="ko")).event())
        assert Error.from_event(await answer(client)).code == "language"

    talked(program.uri, deed)


def test_a_satellite_is_served(program: Program) -> None:
    """The program comes to a satellite, detects the wake word in what it streams, hears the order, fills the cart, and
    sends the answer's sound; an open question is then answered without the wake word."""
    wake, order = okay_nabu(), read_recording(FIXTURES / "a-large-latte-with-soy-milk.flac")
    before = program.cart().get("LATTE", 0)
    seen: list[Event] = []
    over = asyncio.Event()

    async def visited(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async def send(event: Eventable) -> None:
            await async_write_event(event.event(), writer)

        async def until(kind: type[Eventable]) -> Event:
            while True:
                event = await async_read_event(reader)
                assert event is not None
                seen.append(event)
                if kind.is_type(event.type):
                    return event

        await until(RunSatellite)
        await send(RunPipeline(PipelineStage.WAKE, PipelineStage.TTS, wake_word_names=["okay_nabu"]))
        for chunk in chunks(np.concatenate([wake, order, silence(1.5)])):
            await send(chunk)
        assert Detection.from_event(await until(Detection)).name == "okay_nabu"
        assert "latte" in Transcript.from_event(await until(Transcript)).text.lower()
        await until(AudioStop)
        await send(Played())
        writer.close()
        over.set()

    async def run() -> None:
        server = await asyncio.start_server(visited, "127.0.0.1", program.satellite_port)
        async with server:
            await asyncio.wait_for(over.wait(), ANSWERS_WITHIN)

    asyncio.run(run())
    kinds = [event.type for event in seen]
    assert kinds.index("voice-started") < kinds.index("voice-stopped") < kinds.index("transcript")
    assert kinds.index("synthesize") < kinds.index("audio-start") < kinds.index("audio-chunk")
    assert program.cart()["LATTE"] == before + 1


BROKEN = {
    "no JSON": b"hello\n",
    "no object": b"[1, 2]\n",
    "no type": b"{}\n",
    "an endless line": b"x" * 200_000,
    "a huge payload": json.dumps({"type": "audio-chunk", "payload_length": 10**12}).encode() + b"\n",
    "a negative length": json.dumps({"type": "describe", "data_length": -5}).encode() + b"\n",
    "a length that is a word": json.dumps({"type": "describe", "data_length": "many"}).encode() + b"\n",
    "data that is a list": json.dumps({"type": "transcript", "data": [1]}).encode() + b"\n",
    "a chunk without format": json.dumps({"type": "audio-chunk"}).encode() + b"\n",
    "a rate of a billion": json.dumps(
        {"type": "audio-chunk", "data": {"rate": 10**9, "width": 2, "channels": 1}, "payload_length": 4}
    ).encode()
    + b"\nabcd",
    "deep nesting": b"[" * 60_000 + b"\n",
    "a text that is a number": json.dumps({"type": "transcript", "data": {"text": 5}}).encode() + b"\n",
    "a context: a number": json.dumps({"type": "transcript", "data": {"text": "a", "context": 5}}).encode() + b"\n",
    "a language that is a list": json.dumps({"type": "transcribe", "data": {"language": [1]}}).encode() + b"\n",
    "names within names": json.dumps({"type": "detect", "data": {"names": [["a"]]}}).encode() + b"\n",
    "a voice that is a number": json.dumps({"type": "synthesize", "data": {"text": "a", "voice": 5}}).encode() + b"\n",
}


@pytest.mark.parametrize("sent", BROKEN.values(), ids=BROKEN)
def test_what_is_no_event_is_refused_and_the_next_client_served(program: Program, sent: bytes) -> None:
    """The client gets an error and is hung up on; others don't notice."""
    assert hung_up_on(program, sent)["type"] == "error"
    test_it_says_what_it_offers(program)


def test_sound_that_never_ends_is_ended(program: Program) -> None:
    """More than a minute for one transcript is refused before it fills the memory."""
    chunk = json.dumps(
        {"type": "audio-chunk", "data": {"rate": 16_000, "width": 2, "channels": 1}, "payload_length": 320_000}
    ).encode()
    assert hung_up_on(program, (chunk + b"\n" + bytes(320_000)) * 7)["type"] == "error"


def hung_up_on(program: Program, sent: bytes) -> dict[str, Any]:
    """Send this; the header of what came back before the connection was closed."""
    with socket.create_connection(("127.0.0.1", program.port), timeout=ANSWERS_WITHIN) as peer:
        peer.sendall(sent)
        line = peer.makefile("rb").readline()
        found: dict[str, Any] = json.loads(line)
        return found
