"""Hashes of voice codes. A code is never stored, logged or put into an error."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets

COST = 2**14  # scrypt's N: 16 MiB and some 50 ms a hash, which a small device can still do in a turn
BLOCK = 8


def is_code(digits: str) -> bool:
    """Whether these are four to eight ASCII digits."""
    return re.fullmatch(r"[0-9]{4,8}", digits) is not None


def hash_code(digits: str) -> str:
    """A salted scrypt hash, as text that says how it was made."""
    salt = secrets.token_bytes(16)
    return f"scrypt${COST}${BLOCK}${salt.hex()}${_scrypt(digits, salt, COST, BLOCK).hex()}"


def is_hash(text: str) -> bool:
    """Whether `text` is what `hash_code` makes."""
    return re.fullmatch(r"scrypt\$\d{1,7}\$\d{1,2}\$[0-9a-f]{32}\$[0-9a-f]{64}", text) is not None


def matches(digits: str, hashed: str) -> bool:
    """Whether `hashed` was made of `digits`, in a time that tells nothing."""
    _, cost, block, salt, expected = hashed.split("$")
    return hmac.compare_digest(_scrypt(digits, bytes.fromhex(salt), int(cost), int(block)), bytes.fromhex(expected))


def _scrypt(digits: str, salt: bytes, cost: int, block: int) -> bytes:
    return hashlib.scrypt(digits.encode(), salt=salt, n=cost, r=block, p=1, dklen=32)
