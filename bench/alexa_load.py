"""Sends requests over connections that stay open, at full speed or at a steady rate, and takes the time of each."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import count

from bench.alexa_authority import Signed

Make = Callable[[int], Signed]
_PATIENCE = 30.0  # seconds


@dataclass(slots=True)
class Sent:
    """What came of some requests. seconds: each one's; errors: statuses other than 200, and what was no answer."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    took: float = 0.0


class Connection:
    """One connection to the service."""

    def __init__(self, port: int) -> None:
        self._http = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)

    def ask(self, signed: Signed) -> tuple[int, bytes]:
        """Status and body of the answer. Raises OSError, HTTPException."""
        self._http.request("POST", "/alexa", signed.body, signed.headers)
        answer = self._http.getresponse()
        return answer.status, answer.read()

    def close(self) -> None:
        """Hang up."""
        self._http.close()


def at_full_speed(port: int, requests: Sequence[Signed], connections: int) -> Sent:
    """Each connection sends the next request as soon as it has its answer."""
    numbers = count()

    def mine() -> Iterator[tuple[float, Signed]]:
        while (number := next(numbers)) < len(requests):
            yield time.perf_counter(), requests[number]

    return _sent(port, [mine for _ in range(connections)])


def at_rate(port: int, requests: Sequence[Signed], per_second: float, connections: int) -> Sent:
    """One request after the other at its time; the time of each counts from when it was due, not from when it went."""
    numbers = count()
    start = time.perf_counter() + 0.1

    def mine() -> Iterator[tuple[float, Signed]]:
        while (number := next(numbers)) < len(requests):
            due = start + number / per_second
            time.sleep(max(0.0, due - time.perf_counter()))
            yield due, requests[number]

    return _sent(port, [mine for _ in range(connections)])


def _sent(port: int, queues: Sequence[Callable[[], Iterator[tuple[float, Signed]]]]) -> Sent:
    sent, lock = Sent(), threading.Lock()

    def work(queue: Callable[[], Iterator[tuple[float, Signed]]]) -> None:
        seconds, errors = [], []
        with closing(Connection(port)) as connection:
            for begun, signed in queue():
                try:
                    status, body = connection.ask(signed)
                except (OSError, http.client.HTTPException) as error:
                    errors.append(repr(error))
                    connection.close()
                    continue
                seconds.append(time.perf_counter() - begun)
                if status != 200:
                    errors.append(f"{status} {body[:80]!r}")
        with lock:
            sent.seconds += seconds
            sent.errors += errors

    began = time.perf_counter()
    threads = [threading.Thread(target=work, args=(queue,)) for queue in queues]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sent.took = time.perf_counter() - began
    return sent
