"""Doing something many times at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from commerce.errors import CommerceError

AT_ONCE = 6


def all_at_once(action: Callable[[int], object], times: int = AT_ONCE) -> list[object]:
    """What each of several threads, started together, returned or was refused with."""
    start = Barrier(times)

    def one(index: int) -> object:
        start.wait()
        try:
            return action(index)
        except CommerceError as refusal:
            return type(refusal)

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))
