"""Keys and lines that steer a device. On a terminal nothing that is typed is shown: a code appears as dots.

Keys: Enter talks (or sends what was typed), m mutes, k keeps the last turn, q quits; digits and, after a "/", any text
are a typed turn. Through a pipe, lines: talk, mute, keep, quit, or `say TEXT`.
"""

from __future__ import annotations

import os
import select
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from voice.device import Device
from voice.device_ports import Order, Typed

_LINES = {"talk": Order.TALK, "mute": Order.MUTE, "keep": Order.KEEP, "quit": Order.QUIT}
_KEYS = {"m": Order.MUTE, "k": Order.KEEP, "q": Order.QUIT}
_LOOK_SECONDS = 0.2
_BACKSPACE = "\x7f"


@contextmanager
def keys_for(device: Device, source: TextIO) -> Iterator[None]:
    """Give the device what is typed at `source`, for as long as the block lasts."""
    over = threading.Event()
    if source.isatty():
        reader = threading.Thread(target=_read_keys, args=(device, source, over), daemon=True)
        with _raw(source):
            reader.start()
            yield
            over.set()
            reader.join()
        return
    reader = threading.Thread(target=_read_lines, args=(device, source, over), daemon=True)
    reader.start()
    yield
    over.set()
    reader.join()


@contextmanager
def _raw(source: TextIO) -> Iterator[None]:
    """Keys as they come, and none of them shown."""
    import termios
    import tty

    before = termios.tcgetattr(source)
    tty.setcbreak(source)
    try:
        yield
    finally:
        termios.tcsetattr(source, termios.TCSADRAIN, before)


def _read_keys(device: Device, source: TextIO, over: threading.Event) -> None:
    typed = ""
    for key in _pieces(source, over, 1):
        if key in ("\n", "\r"):
            device.order(Typed(typed.removeprefix("/")) if typed else Order.TALK)
            typed = ""
        elif key == _BACKSPACE:
            typed = typed[:-1]
        elif not typed and key in _KEYS:
            device.order(_KEYS[key])
        elif typed.startswith("/") or key.isdigit() or (not typed and key == "/"):
            typed += key
            _show_dot(key)


def _show_dot(key: str) -> None:
    sys.stderr.write("•" if key.isdigit() else key)
    sys.stderr.flush()


def _read_lines(device: Device, source: TextIO, over: threading.Event) -> None:
    unread = ""
    for piece in _pieces(source, over, 4096):
        *lines, unread = (unread + piece).split("\n")
        for line in lines:
            if line.startswith("say "):
                device.order(Typed(line.removeprefix("say ")))
            elif line in _LINES:
                device.order(_LINES[line])


def _pieces(source: TextIO, over: threading.Event, size: int) -> Iterator[str]:
    """What arrives, until it ends or `over` is set."""
    number = source.fileno()
    while not over.is_set():
        ready, _, _ = select.select([number], [], [], _LOOK_SECONDS)
        if ready:
            piece = os.read(number, size)
            if not piece:
                return
            yield piece.decode(errors="replace")
