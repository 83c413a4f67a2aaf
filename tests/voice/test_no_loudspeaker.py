"""Without a loudspeaker the microphone is heard all the same, and what would be played goes by."""

from __future__ import annotations

import json
import subprocess
import sys

from bench.virtual_sound import VirtualSound
from tests.voice.sounds import noise

_LISTENS = """
import json
import time

import numpy as np

from voice import tones
from voice.loudspeaker import NoSpeaker
from voice.sound import SoundCard

card = SoundCard(speaker="no such loudspeaker")
try:
    card.open()
except NoSpeaker as trouble:
    missed = str(trouble)
card.playlist.add(tones.listening())
loudest, until = 0, time.monotonic() + 20
while time.monotonic() < until and (loudest < 1000 or not card.playlist.empty):
    piece = card.read(0.1)
    if piece is not None and len(piece):
        loudest = max(loudest, int(np.abs(piece).max()))
print(json.dumps({"missed": missed, "loudest": loudest, "left": not card.playlist.empty}))
card.close()
"""


def test_it_hears_without_a_loudspeaker() -> None:
    """The loudspeaker is missed by name, the room's noise arrives, and the tone that nobody could hear is over."""
    with VirtualSound() as room:
        room.noise(noise(30, 5000))
        asked = subprocess.run(
            [sys.executable, "-c", _LISTENS], env=room.environment, capture_output=True, check=True, timeout=60
        )
    found = json.loads(asked.stdout)
    assert "no such loudspeaker" in found["missed"]
    assert found["loudest"] >= 1000
    assert not found["left"]
