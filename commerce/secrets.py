"""Random secrets that are handed out once and kept only as hashes."""

from __future__ import annotations

import hashlib
import secrets

BYTES = 32


def new_secret() -> str:
    """256 random bits as text that fits into links, headers and cookies."""
    return secrets.token_urlsafe(BYTES)


def kept(secret: str) -> str:
    """What is kept of it: its sha256. A secret of 256 bits needs no salt and no slow hash; nobody can try them all."""
    return hashlib.sha256(secret.encode()).hexdigest()
