"""Without a loudspeaker the microphone is heard all the same, and without a microphone the loudspeaker plays."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import Any

import numpy as np

from bench.virtual_sound import RATE, VirtualSound
from tests.voice.sounds import noise

_OPENS = """
import json
import sys
import time

import numpy as np

from voice.loudspeaker import NoSpeaker
from voice.microphone import NoMicrophone
from voice.playlist import PLAY_RATE
from voice.sound import SoundCard
from voice.speech.synthesiser import Speech

card = SoundCard(**{sys.argv[1]: "no such device"})
try:
    card.open()
except (NoMicrophone, NoSpeaker) as trouble:
    missed = str(trouble)
tone = np.sin(np.arange(3 * PLAY_RATE) * 0.2) * 8000
card.playlist.add(Speech(tone.astype(np.int16), PLAY_RATE))
loudest, until = 0, time.monotonic() + 20
while time.monotonic() < until and (not card.playlist.empty or (sys.argv[1] == "speaker" and loudest < 1000)):
    piece = card.read(0.1)
    if piece is not None and len(piece):
        loudest = max(loudest, int(np.abs(piece).max()))
time.sleep(0.5)
print(json.dumps({"missed": missed, "loudest": loudest, "left": not card.playlist.empty}))
card.close()
"""


def opened(room: VirtualSound, without: str) -> dict[str, Any]:
    """What a sound card without one of its halves hears and plays."""
    asked = subprocess.run(
        [sys.executable, "-c", _OPENS, without], env=room.environment, capture_output=True, check=True, timeout=60
    )
    found: dict[str, Any] = json.loads(asked.stdout)
    assert "no such device" in found["missed"]
    return found


def test_it_hears_without_a_loudspeaker() -> None:
    """The loudspeaker is missed by name, the room's noise arrives, and the tone that nobody could hear is over."""
    with VirtualSound() as room:
        room.noise(noise(30, 5000))
        found = opened(room, without="speaker")
    assert found["loudest"] >= 1000
    assert not found["left"]


def test_it_speaks_without_a_microphone() -> None:
    """The microphone is missed by name and looked for again; meanwhile three seconds of a tone are heard."""
    with VirtualSound() as room:
        recording = room.record()
        time.sleep(0.5)
        found = opened(room, without="microphone")
        recording.stop()
        heard = np.abs(recording.sound().astype(np.int32)) > 300
    assert not found["left"]
    assert heard.sum() > 2 * RATE
