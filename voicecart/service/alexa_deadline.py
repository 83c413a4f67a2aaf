"""An answer in time, whatever happens: work that takes too long goes on without the request that began it."""

from __future__ import annotations

import contextvars
import logging
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, TimeoutError
from threading import Thread
from typing import Any, TypeVar

PROGRESS_AFTER = 1.0  # seconds until the shopper hears that something is being done
ANSWER_WITHIN = 7.0  # seconds; Alexa waits for eight, the way there and back included
_T = TypeVar("_T")
log = logging.getLogger(__name__)


class TooLate(Exception):
    """The work is not done in time. It goes on, once."""


class Deadline:
    """Does work in threads of its own. threads: how many pieces of work at a time."""

    def __init__(self, threads: int) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="alexa")

    def keep(self, began: float, work: Callable[[], _T], progress: Callable[[], None]) -> _T:
        """What `work` comes to. began: of the request, on `time.perf_counter`. progress: called if it takes a while.

        Raises TooLate, and whatever `work` raises in time.
        """
        future = self._threads.submit(contextvars.copy_context().run, work)
        try:
            return _result(future, began + PROGRESS_AFTER)
        except TooLate:
            Thread(target=progress, daemon=True).start()
        try:
            return _result(future, began + ANSWER_WITHIN)
        except TooLate:
            future.add_done_callback(_log_failure)
            raise


def _result(future: Future[_T], until: float) -> _T:
    try:
        return future.result(max(0.0, until - time.perf_counter()))
    except TimeoutError as error:
        if future.done():  # the work itself raised one
            raise
        raise TooLate from error


def _log_failure(future: Future[Any]) -> None:
    error = future.exception()
    if error is not None:
        log.error("a turn that was answered too late failed", exc_info=error)
