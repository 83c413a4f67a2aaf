"""Certificate chains: fetched once, kept on disk as sha256-of-address.pem, their keys in memory.

Only a chain that was verified is written down. A chain on disk is verified again by every process that reads it, so
whoever can write into the folder gains nothing but a second download.
"""

from __future__ import annotations

import hashlib
import os
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import TypeVar
from uuid import uuid4

from commerce.http_calls import NoAnswer, Unreachable, call
from skills.alexa.chain_address import checked_address
from skills.alexa.refusal import Reason, Refused
from skills.alexa.trust import Roots, TrustedKey

Fetch = Callable[[str], bytes]
_T = TypeVar("_T")
_LARGEST = 64 * 1024  # bytes of a chain; real ones have 6 KB
_PATIENCE = 3.0  # seconds for the whole download
_REMEMBERED = 64
_FAILURE_LASTS = timedelta(seconds=30)


def fetch(address: str) -> bytes:
    """A chain from Amazon's server. Raises Refused."""
    try:
        answer = call("GET", address, _PATIENCE)
    except (Unreachable, NoAnswer) as error:
        raise Refused(Reason.CHAIN_UNREACHABLE) from error
    if answer.status != 200:
        raise Refused(Reason.CHAIN_UNREACHABLE)
    if len(answer.body) > _LARGEST:
        raise Refused(Reason.CHAIN_UNREADABLE)
    return answer.body


class Chains:
    """The keys behind addresses. folder: where chains are kept. Safe to share between threads and processes."""

    def __init__(self, folder: Path, roots: Roots, fetch: Fetch = fetch) -> None:
        self._folder = folder
        self._roots = roots
        self._fetch = fetch
        self._lock = Lock()
        self._keys: OrderedDict[str, TrustedKey] = OrderedDict()
        self._failures: OrderedDict[str, tuple[datetime, Refused]] = OrderedDict()

    def key(self, header: str, now: datetime) -> TrustedKey:
        """The key of the chain at the address that a request's header names. Raises Refused."""
        address = checked_address(header)
        with self._lock:
            known = self._keys.get(address)
            if known is not None and known.holds(now):
                return known
            failure = self._failures.get(address)
        if failure is not None and now - failure[0] < _FAILURE_LASTS:
            raise failure[1]
        try:
            found = self._from_disk(header, address, now) or self._from_network(address, now)
        except Refused as refused:
            self._remember(self._failures, address, (now, refused))
            raise
        self._remember(self._keys, address, found)
        return found

    def _from_disk(self, header: str, address: str, now: datetime) -> TrustedKey | None:
        for name in dict.fromkeys((address, header)):
            file = self._file(name)
            if file.is_file():
                try:
                    return self._roots.key_of(file.read_bytes(), now)
                except Refused:  # too old by now, perhaps: the network may have a newer one
                    continue
        return None

    def _from_network(self, address: str, now: datetime) -> TrustedKey:
        pem = self._fetch(address)
        found = self._roots.key_of(pem, now)
        self._folder.mkdir(parents=True, exist_ok=True)
        part = self._folder / f"{uuid4().hex}.part"
        part.write_bytes(pem)
        os.replace(part, self._file(address))
        return found

    def _file(self, address: str) -> Path:
        return self._folder / f"{hashlib.sha256(address.encode()).hexdigest()}.pem"

    def _remember(self, memory: OrderedDict[str, _T], address: str, value: _T) -> None:
        with self._lock:
            memory[address] = value
            memory.move_to_end(address)
            while len(memory) > _REMEMBERED:
                memory.popitem(last=False)
