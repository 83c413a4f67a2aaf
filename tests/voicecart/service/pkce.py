"""The proof that a platform of the tests shows when it exchanges a code (RFC 7636)."""

from __future__ import annotations

import base64
import hashlib

VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
