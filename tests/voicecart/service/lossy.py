"""A network between a device and its service that loses what the test tells it to lose."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum
from urllib.parse import urlsplit


class Weather(Enum):
    """What becomes of a request."""

    FINE = "fine"
    LOSES_REQUESTS = "loses requests"
    LOSES_ANSWERS = "loses answers"
    """The service gets the request and answers; the device sees the connection end."""
    HOLDS_ANSWERS = "holds answers"
    """The service gets the request; the device waits."""


class LossyNetwork:
    """Passes on one request at a time. target: the service's address. delivered: requests that the service answered."""

    def __init__(self, target: str) -> None:
        self.target = target
        self.weather = Weather.FINE
        self.delivered = 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._held: list[socket.socket] = []
        self._worker = threading.Thread(target=self._serve, daemon=True)
        self._worker.start()

    def close(self) -> None:
        """No more connections."""
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for held in self._held:
            held.close()
        self._worker.join()

    def _serve(self) -> None:
        with suppress(OSError):  # it was closed
            while True:
                device, _ = self._listening.accept()
                with suppress(OSError):  # either side has gone; the device sees that
                    self._pass_on(device)
                if device not in self._held:
                    device.close()

    def _pass_on(self, device: socket.socket) -> None:
        request = _one_message(device)
        if self.weather is Weather.LOSES_REQUESTS:
            return
        place = urlsplit(self.target)
        with socket.create_connection((place.hostname, place.port), timeout=30) as service:
            service.sendall(request.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))
            answer = b"".join(iter(lambda: service.recv(65_536), b""))
        self.delivered += 1
        if self.weather is Weather.HOLDS_ANSWERS:
            self._held.append(device)
        elif self.weather is Weather.FINE:
            device.sendall(answer)


def _one_message(peer: socket.socket) -> bytes:
    """The head, and as much body as it says."""
    peer.settimeout(30)
    message = b""
    while b"\r\n\r\n" not in message:
        piece = peer.recv(65_536)
        if not piece:
            raise ConnectionError
        message += piece
    head, _, body = message.partition(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    while len(body) < length:
        body += peer.recv(65_536)
    return head + b"\r\n\r\n" + body


@contextmanager
def lossy_network(target: str) -> Iterator[LossyNetwork]:
    """A network that ends with the block."""
    network = LossyNetwork(target)
    try:
        yield network
    finally:
        network.close()
