"""Wyoming's side of the network: the socket that clients come to, and the satellites that we go to."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from wyoming.error import Error

from voicecart.assembly import Assembly
from voicecart.satellites.connection import Connection
from voicecart.satellites.engines import Engines
from voicecart.satellites.frames import LONGEST_LINE, write_event
from voicecart.satellites.satellite import keep_serving

MOST_CLIENTS = 32


class CannotServe(Exception):
    """An address can't be used; str() says which and why."""


def parsed(address: str) -> SplitResult:
    """tcp://HOST:PORT or unix:///PATH, taken apart. Raises CannotServe."""
    try:
        parts = urlsplit(address)
        usable = (parts.scheme == "tcp" and parts.hostname and parts.port) or (parts.scheme == "unix" and parts.path)
    except ValueError:
        usable = False
    if not usable:
        raise CannotServe(f"{address} is no address: write tcp://HOST:PORT or unix:///PATH")
    return parts


def serve(
    assembly: Assembly, addresses: Sequence[SplitResult], satellites: Sequence[SplitResult], tell: Callable[[str], None]
) -> None:
    """Serve until SIGTERM or SIGINT. tell: gets a line for every thing worth knowing.

    Raises CannotServe, RecognitionError, SpeechError, CommerceError.
    """
    with ExitStack() as stack:
        engines = Engines.open(assembly, stack)
        asyncio.run(_until_told(engines, addresses, satellites, tell))


async def _until_told(
    engines: Engines,
    addresses: Sequence[SplitResult],
    satellites: Sequence[SplitResult],
    tell: Callable[[str], None],
) -> None:
    over = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, over.set)
    told: asyncio.Queue[str] = asyncio.Queue()
    door = Door(engines)
    sockets = [await _open(door, address) for address in addresses]
    for address in addresses:
        tell(f"Wyoming at {address.geturl()}")
    tasks = [asyncio.create_task(keep_serving(engines, address, told)) for address in satellites]
    tasks.append(asyncio.create_task(_tell(told, tell)))
    await over.wait()
    for listening in sockets:
        listening.close()
    for task in (*tasks, *door.clients):
        task.cancel()
    await asyncio.gather(*tasks, *door.clients, return_exceptions=True)


class Door:
    """Lets clients in, up to MOST_CLIENTS at a time. clients: those that are in."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines
        self.clients: set[asyncio.Task[None]] = set()

    async def enter(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One client, from its first event to its last."""
        task = asyncio.current_task()
        assert task is not None
        try:
            if len(self.clients) >= MOST_CLIENTS:
                await write_event(writer, Error("too many clients", "busy"))
                return
            self.clients.add(task)
            await Connection(self._engines, reader, writer).run()
        except (ConnectionError, TimeoutError):
            return  # it went without a word
        finally:
            self.clients.discard(task)
            writer.close()


async def _open(door: Door, address: SplitResult) -> asyncio.Server:
    try:
        if address.scheme == "unix":
            Path(address.path).unlink(missing_ok=True)
            return await asyncio.start_unix_server(door.enter, address.path, limit=LONGEST_LINE)
        return await asyncio.start_server(door.enter, address.hostname, address.port, limit=LONGEST_LINE)
    except OSError as error:
        raise CannotServe(f"{address.geturl()} can't be opened: {error.strerror}") from error


async def _tell(told: asyncio.Queue[str], tell: Callable[[str], None]) -> None:
    with contextlib.suppress(asyncio.CancelledError):
        while True:
            tell(await told.get())
