"""A sound path without hardware: a PulseAudio of its own, whose null sinks are the room's air and the loudspeaker.

What is played into `room` is heard by the microphone (its monitor); what the program under test plays goes to
`speaker`, which is recorded. A loop from the speaker into the room is the echo. Nothing of the user's is touched.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import numpy as np
import soxr

from bench.measuring import BenchmarkProblem
from voice.audio import SAMPLE_RATE, Samples

RATE = 48_000
_START_SECONDS = 20.0
_NEEDED = {"pulseaudio": "pulseaudio", "pactl": "pulseaudio-utils", "pacat": "pulseaudio-utils"}
_ALSA = "pcm.!default { type pulse }\nctl.!default { type pulse }\n"


class NoVirtualSound(BenchmarkProblem):
    """A program is missing, or PulseAudio does not start; str() is one line."""


class VirtualSound:
    """One room with a loudspeaker in it; open inside a `with` block. Raises NoVirtualSound."""

    def __init__(self) -> None:
        for program, package in _NEEDED.items():
            if shutil.which(program) is None:
                raise NoVirtualSound(f"{program} is not installed: apt-get install {package} libasound2-plugins")
        self._folder = tempfile.TemporaryDirectory(prefix="voicecart-sound-")
        self._home = Path(self._folder.name)
        self._server: subprocess.Popen[bytes] | None = None
        self._noises: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> VirtualSound:
        (self._home / ".asoundrc").write_text(_ALSA)
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        for noise in self._noises:
            noise.kill()
            noise.wait()
        self.kill()
        self._folder.cleanup()

    @property
    def environment(self) -> Mapping[str, str]:
        """What a program needs to hear the room and to play on the loudspeaker."""
        return self._server_environment() | {
            "HOME": str(self._home),
            "PULSE_SERVER": self._address,
            "PULSE_SINK": "speaker",
            "PULSE_SOURCE": "room.monitor",
        }

    @property
    def _address(self) -> str:
        return f"unix:{self._home / 'native'}"

    def _server_environment(self) -> dict[str, str]:
        return dict(os.environ) | {
            "HOME": str(self._home),
            "XDG_RUNTIME_DIR": str(self._home),
            "PULSE_RUNTIME_PATH": str(self._home / "run"),
            "PULSE_STATE_PATH": str(self._home / "state"),
        }

    def start(self) -> None:
        """Start the sound server; again after `kill`."""
        sink = f"rate={RATE} channels=1"
        socket = self._home / "native"
        socket.unlink(missing_ok=True)
        self._server = subprocess.Popen(
            [
                "pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--high-priority=yes",
                "--use-pid-file=no", "--log-level=error",
                "-L", f"module-native-protocol-unix auth-anonymous=1 socket={socket}",
                "-L", f"module-null-sink sink_name=room {sink}",
                "-L", f"module-null-sink sink_name=speaker {sink}",
            ],
            env=self._server_environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        until = time.monotonic() + _START_SECONDS
        while subprocess.run(["pactl", "info"], env=self.environment, capture_output=True, check=False).returncode:
            if time.monotonic() > until:
                raise NoVirtualSound("pulseaudio does not start")
            time.sleep(0.1)

    def kill(self) -> None:
        """The sound server dies, as after a crash."""
        if self._server is not None:
            self._server.send_signal(signal.SIGKILL)
            self._server.wait()
            self._server = None

    def leak(self, decibels: float) -> None:
        """From now on the loudspeaker is heard in the room, `decibels` louder (or, negative, softer)."""
        loop = ["module-loopback", "source=speaker.monitor", "sink=room", "latency_msec=40"]
        self._pactl("load-module", *loop)
        inputs = self._pactl("list", "short", "sink-inputs").split()
        volume = 100 * 10 ** (decibels / 60)  # PulseAudio's volume is cubic
        self._pactl("set-sink-input-volume", inputs[0], f"{volume:.0f}%")

    def play(self, samples: Samples) -> subprocess.Popen[bytes]:
        """Begin to play into the room; the process ends when it was heard."""
        sound = soxr.resample(samples, SAMPLE_RATE, RATE) if len(samples) else samples
        player = subprocess.Popen(
            ["pacat", "--playback", "--device=room", *self._format(), "--latency-msec=250"],
            env=self.environment, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        assert player.stdin is not None
        threading.Thread(target=_pour, args=(player, sound.tobytes()), daemon=True).start()
        return player

    def noise(self, samples: Samples) -> None:
        """Play this in the background until its end, or the room's."""
        self._noises.append(self.play(samples))

    def record(self, source: str = "speaker.monitor") -> Recording:
        """Begin to record."""
        return Recording(
            subprocess.Popen(
                ["pacat", "--record", f"--device={source}", *self._format(), "--latency-msec=20"],
                env=self.environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        )

    def _pactl(self, *arguments: str) -> str:
        asked = subprocess.run(["pactl", *arguments], env=self.environment, capture_output=True, check=True)
        return asked.stdout.decode()

    def _format(self) -> list[str]:
        return ["--raw", "--format=s16le", f"--rate={RATE}", "--channels=1"]


class Recording:
    """A recording that goes on until `stop`. Times are seconds of the monotonic clock."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._pieces: list[tuple[float, bytes]] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def stop(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()
        self._reader.join()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def sound(self, begin: float = 0.0, end: float = float("inf")) -> Samples:
        """What arrived between two moments, at RATE."""
        pieces = [piece for at, piece in list(self._pieces) if begin <= at <= end]
        return np.frombuffer(b"".join(pieces), np.int16)

    def first_sound(self, after: float, loud: int = 300) -> float | None:
        """When something louder than `loud` was first heard after a moment, to 20 ms; None when nothing was."""
        for at, piece in list(self._pieces):
            if at >= after and len(piece) and int(np.abs(np.frombuffer(piece, np.int16)).max()) > loud:
                return at
        return None

    def wait_for_sound(self, after: float, seconds: float = 10.0) -> float | None:
        """`first_sound`, waiting so long for it."""
        until = time.monotonic() + seconds
        while (found := self.first_sound(after)) is None and time.monotonic() < until:
            time.sleep(0.05)
        return found

    def last_sound(self, after: float, before: float = float("inf"), loud: int = 300) -> float | None:
        """When something louder than `loud` was last heard between two moments."""
        times = [
            at
            for at, piece in list(self._pieces)
            if after <= at <= before and int(np.abs(np.frombuffer(piece, np.int16)).max()) > loud
        ]
        return times[-1] if times else None

    def _read(self) -> None:
        assert self._process.stdout is not None
        size = RATE // 50 * 2
        while piece := self._process.stdout.read(size):
            self._pieces.append((time.monotonic(), piece[: len(piece) // 2 * 2]))


def _pour(player: subprocess.Popen[bytes], sound: bytes) -> None:
    assert player.stdin is not None
    with suppress(BrokenPipeError), player.stdin:  # it may be ended before everything was heard
        player.stdin.write(sound)
