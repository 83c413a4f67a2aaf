"""What breaks under a listening device: its sound server, its microphone, its engine. It says so and goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from bench.device_process import DeviceProcess, wake
from bench.device_talk import spoken
from bench.virtual_sound import VirtualSound
from voice.audio import SAMPLE_RATE

WAKE_WORD = ("--wake-word", "hey_jarvis", "--customer", "carla")
HERTZ = 440
CAPTURE = """
import sys
import numpy as np
from voice.microphone import Microphone
microphone = Microphone(rate=int(sys.argv[1]))
microphone.open()
print("open", flush=True)
heard = np.zeros(0, np.int16)
while np.count_nonzero(heard) < 16_000:
    piece = microphone.read(1.0)
    heard = heard if piece is None else np.concatenate([heard, piece])
microphone.close()
loud = heard[np.flatnonzero(heard)[0]:][-8_000:]
print(round(float(np.argmax(np.abs(np.fft.rfft(loud)))) * 16_000 / len(loud)))
"""


def asks_for_the_cart(room: VirtualSound, device: DeviceProcess) -> None:
    """Wakes it and asks; returns once it has answered."""
    before = device.mark()
    wake(room, device)
    room.play(spoken("what's in my cart")).wait()
    device.wait_for("turn", before)


def engine_of(device: DeviceProcess) -> int:
    """The process id of its recogniser."""
    children = ["ps", "-ww", "-o", "pid=,args=", "--ppid", str(device.pid)]
    listed = subprocess.run(children, check=True, capture_output=True, text=True)
    (line,) = [line for line in listed.stdout.splitlines() if "whisper_child" in line]
    return int(line.split()[0])


def test_engine_and_sound_server_die_and_the_talk_goes_on(room: VirtualSound, home: Path) -> None:
    """Killed with signal 9, both come back; the device tells it, keeps the cart, and the same process answers again."""
    with DeviceProcess(room, home, WAKE_WORD) as device:
        device.order("say add two packs of firm tofu")
        device.wait_for("turn", done=["cart.added FIRM-TOFU-14OZ x2"])
        os.kill(engine_of(device), signal.SIGKILL)
        asks_for_the_cart(room, device)
        room.kill()
        told = device.mark()
        gone = device.wait_for("problem", told)
        room.start()
        device.wait_for("note", told, text="The sound is back.")
        told = device.mark()
        asks_for_the_cart(room, device)
        answered = device.wait_for("turn", told)
        assert device.quit() == 0
    assert gone["code"] in ("microphone", "speaker")
    assert [line["sku"] for line in answered["cart"]] == ["FIRM-TOFU-14OZ"]


def test_without_a_sound_system_it_says_so_and_can_be_typed_to(room: VirtualSound, home: Path) -> None:
    """No microphone at the start: one line on stderr, an event, and a typed question is answered."""
    with DeviceProcess(room, home, WAKE_WORD, PULSE_SERVER=f"unix:{home / 'nowhere'}") as device:
        gone = device.wait_for("problem")
        device.order("say what's in my cart")
        answered = device.wait(lambda event: event["event"] == "turn" and "cart" in event["text"])
        assert device.quit() == 0
        assert "I go on looking for it" in device.complaints
        assert "Traceback" not in device.complaints
    assert gone["code"] in ("microphone", "speaker")
    assert answered["understood"]
    assert "in your cart" in answered["reply"]


@pytest.mark.parametrize("rate", [44_100, 48_000])
def test_a_microphone_of_another_rate_is_heard_right(room: VirtualSound, rate: int) -> None:
    """A tone in the room has the same pitch whatever rate the device gives."""
    seconds = np.arange(6 * SAMPLE_RATE) / SAMPLE_RATE
    tone = (np.sin(2 * np.pi * HERTZ * seconds) * 9000).astype(np.int16)
    command = [sys.executable, "-c", CAPTURE, str(rate)]
    with subprocess.Popen(command, env=dict(room.environment), stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "open\n"
        playing = room.play(tone)
        pitch = int(child.stdout.readline())
        playing.kill()
        playing.wait()
    assert abs(pitch - HERTZ) <= 4
