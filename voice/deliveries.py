"""Asks now and then for the answer to what could not be delivered to the shop before."""

from __future__ import annotations

from concurrent.futures import Executor, Future

from voice.device_ports import Answer, Dialogue

_EVERY = 5.0  # seconds


class Deliveries:
    """One dialogue's late answers, asked for in `worker`."""

    def __init__(self, dialogue: Dialogue, worker: Executor) -> None:
        self._dialogue = dialogue
        self._worker = worker
        self._asked: Future[Answer | None] | None = None
        self._asked_at = 0.0

    def look(self, clock: float) -> Answer | None:
        """A late answer, when there is one; asks again at most every five seconds of `clock`."""
        if self._asked is None:
            if clock - self._asked_at >= _EVERY:
                self._asked_at = clock
                self._asked = self._worker.submit(self._dialogue.waiting)
            return None
        if not self._asked.done():
            return None
        asked, self._asked = self._asked, None
        return asked.result()
