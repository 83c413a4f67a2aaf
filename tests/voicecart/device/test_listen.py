"""`voicecart listen` as a shopper meets it: a process whose microphone hears a room and whose voice sounds in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import soxr
from rapidfuzz import fuzz

from bench.device import allow_buying
from bench.device_process import DeviceProcess, wake
from bench.virtual_sound import RATE, Recording, VirtualSound
from tests.assembled import an_assembly
from voice.audio import SAMPLE_RATE, read_recording
from voicecart.assembly import Assembly

RECORDINGS = Path(__file__).parents[3] / "audio_fixtures" / "en"
WAKE_WORD = ("--wake-word", "hey_jarvis", "--customer", "carla")


@pytest.fixture
def assembly(home: Path) -> Iterator[Assembly]:
    """The shop that the device under test serves."""
    with an_assembly(home / "data") as made:
        allow_buying(made, "carla")
        yield made


def says(room: VirtualSound, recording: str) -> None:
    room.play(read_recording(RECORDINGS / recording)).wait()


def transcript(assembly: Assembly, heard: Recording) -> str:
    """What somebody in the room understood of everything that the device has said."""
    recogniser = assembly.recogniser("en")
    whole = soxr.resample(heard.sound(), RATE, SAMPLE_RATE)
    seconds = range(0, len(whole), 20 * SAMPLE_RATE)
    pieces = [recogniser.hear(whole[at : at + 20 * SAMPLE_RATE], f"{at}", "en") for at in seconds]
    recogniser.close()
    return " ".join(piece.hypotheses[0].text for piece in pieces if piece.hypotheses).lower()


def test_a_shopper_fills_a_cart_and_buys_by_voice_alone(room: VirtualSound, assembly: Assembly, home: Path) -> None:
    """Wake word, order, question, answer, checkout, an interrupted quote and a yes: the order is in the database."""
    heard = room.record()
    with DeviceProcess(room, home, WAKE_WORD) as device:
        device.wait_for("state", state="speaking")
        wake(room, device)
        before = device.mark()
        says(room, "add-two-cartons-of-oat-milk-to-my-cart.flac")
        added = device.wait_for("turn", before)
        assert added["done"] == ["cart.added OAT-MILK-HALFGAL x2"]
        device.wait_until_it_listens(added)
        before = device.mark()
        says(room, "whats-in-my-cart.wav")
        device.wait_until_it_listens(device.wait_for("turn", before))
        before = device.mark()
        says(room, "check-out-please.wav")
        quote = device.wait_for("turn", before)
        device.wait_for("state", before, state="speaking")
        says(room, "stop.wav")
        device.wait_for("interrupted", before, meaning="stop")
        says(room, "yes-go-ahead.wav")
        bought = device.wait(lambda event: event["event"] == "turn" and bool(event["done"]), before)
        assert device.quit() == 0
    heard.stop()
    assert quote["expects"] == "confirm_quote"
    assert "12.93" in quote["screen"]
    assert bought["done"][0].startswith("order.placed")
    order = assembly.shop().orders.latest("carla")
    assert order is not None
    assert [(line.sku, line.quantity) for line in order.lines] == [("OAT-MILK-HALFGAL", 2)]
    understood = transcript(assembly, heard)
    assert "half gallon" in understood
    assert fuzz.partial_ratio(added["reply"].lower(), understood) > 70  # "cart" may be heard as "car"
