"""Memory that was freed goes back to the system: what is made for one sentence is not kept until the next."""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Any

_M_ARENA_MAX = -8  # malloc.h


def use_one_heap() -> None:
    """Let threads that are started later share one heap: each would keep gaps of its own. glibc only (mallopt(3))."""
    if (set_option := getattr(_c_library(), "mallopt", None)) is not None:
        set_option(_M_ARENA_MAX, 1)


def give_back() -> None:
    """Give the system what was freed. glibc keeps it, and only glibc knows how (malloc_trim(3)); elsewhere nothing is
    done. Takes some ten milliseconds: for when nobody waits.
    """
    if (trim := getattr(_c_library(), "malloc_trim", None)) is not None:
        trim(0)


@cache
def _c_library() -> Any:
    return ctypes.CDLL(None)
