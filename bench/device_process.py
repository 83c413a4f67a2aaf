"""`voicecart listen` as a process of its own on a virtual sound path."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Self

from bench.device_talk import spoken
from bench.measuring import BenchmarkProblem
from bench.virtual_sound import VirtualSound
from voicecart.settings import Settings

Event = Mapping[str, Any]
"""One line of `voicecart listen --json`."""

_ENDING_SECONDS = 120.0
_WAKE_TRIES = 4
_WAKE_SECONDS = 20.0


class DeviceTrouble(BenchmarkProblem):
    """The device did not do what was waited for; str() ends with the last that it told."""


class DeviceProcess:
    """One device in a room, running inside a `with` block.

    home: where its data lies. arguments: more of `voicecart listen`. settings: more of its environment.
    """

    def __init__(
        self,
        room: VirtualSound,
        home: Path,
        arguments: tuple[str, ...] = (),
        **settings: str,
    ) -> None:
        self.events: list[Event] = []
        self._told = threading.Condition()
        folders = {"VOICECART_DATA_FOLDER": str(home / "data"), "VOICECART_CACHE_FOLDER": str(Settings().cache_folder)}
        command = [sys.executable, "-c", "from voicecart.cli import main; main()", "listen", "--json", *arguments]
        self._complaints = (home / "stderr").open("wb+")
        self._process = subprocess.Popen(
            command,
            env=dict(room.environment) | folders | settings,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, args=(self._process.stdout,), daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._process.kill()
        self._process.wait()
        self._reader.join()
        for pipe in (self._process.stdin, self._process.stdout, self._complaints):
            if pipe is not None:
                pipe.close()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def complaints(self) -> str:
        """What it wrote to stderr."""
        return Path(self._complaints.name).read_text(errors="replace")

    def order(self, line: str) -> None:
        """Give it a line, such as `mute` or `say 4321`."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def quit(self) -> int:
        """End it, and return its exit code."""
        self.order("quit")
        return self._process.wait(_ENDING_SECONDS)

    def mark(self) -> int:
        """How much was told until now: `wait` can begin there."""
        with self._told:
            return len(self.events)

    def wait(self, wanted: Callable[[Event], bool], since: int = 0, seconds: float = 200.0) -> Event:
        """The first event since a mark that is wanted. Raises DeviceTrouble when it does not come."""
        until = time.monotonic() + seconds
        with self._told:
            while True:
                for event in self.events[since:]:
                    if wanted(event):
                        return event
                if self._process.poll() is not None and not self._reader.is_alive():
                    raise DeviceTrouble(f"it ended with {self._process.returncode}: {self.complaints[-500:]}")
                if time.monotonic() > until:
                    raise DeviceTrouble(f"waited {seconds:g} s; it told last: {list(self.events[-5:])}")
                self._told.wait(1.0)

    def wait_for(self, name: str, since: int = 0, within: float = 200.0, **values: object) -> Event:
        """The first event of a name since a mark that has these values. within: seconds. Raises DeviceTrouble."""

        def wanted(event: Event) -> bool:
            return event["event"] == name and all(event.get(key) == value for key, value in values.items())

        return self.wait(wanted, since, within)

    def count(self, name: str) -> int:
        """How many events of a name were told."""
        with self._told:
            return sum(event["event"] == name for event in self.events)

    @property
    def state(self) -> str:
        """What it said last that it does; "" when it has said nothing yet."""
        with self._told:
            return next((str(event["state"]) for event in reversed(self.events) if event["event"] == "state"), "")

    def wait_until_it_sleeps(self) -> None:
        """Until it falls asleep. Raises DeviceTrouble."""
        now = time.monotonic()
        self.wait(lambda event: event.get("state") == "asleep" and event["at"] > now)

    def wait_until_it_listens(self, after: Event) -> None:
        """Until it listens (again) after an event. Raises DeviceTrouble."""
        self.wait(lambda event: event.get("state") == "listening" and event["at"] > after["at"])

    def _read(self, told: IO[str] | None) -> None:
        assert told is not None
        for line in told:
            with self._told:
                self.events.append(json.loads(line))
                self._told.notify_all()
        with self._told:
            self._told.notify_all()


def wake_once(room: VirtualSound, device: DeviceProcess, within: float) -> None:
    """Say the wake word, and wait until it listens. within: seconds until it is woken. Raises DeviceTrouble."""
    before = device.mark()
    room.play(spoken("hey jarvis")).wait()
    device.wait_until_it_listens(device.wait_for("woken", before, within=within))


def wake(room: VirtualSound, device: DeviceProcess) -> None:
    """Wake it until it listens; who is not heard, as on a machine too busy to listen, says it again.

    Raises DeviceTrouble.
    """
    for _ in range(_WAKE_TRIES - 1):
        with suppress(DeviceTrouble):
            wake_once(room, device, _WAKE_SECONDS)
            return
    wake_once(room, device, _WAKE_SECONDS)
