"""Whether a certificate chain is Amazon's: to a trusted root, valid now, made out to echo-api.amazon.com."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import certifi
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509 import Certificate, DNSName, load_pem_x509_certificates
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from skills.alexa.refusal import Reason, Refused

_SUBJECT = DNSName("echo-api.amazon.com")
_MOST_CERTIFICATES = 8


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """The key that a verified chain vouches for, from `since` until `until` (the narrowest dates of the chain)."""

    key: RSAPublicKey
    since: datetime
    until: datetime

    def holds(self, now: datetime) -> bool:
        """Whether the whole chain is within its dates."""
        return self.since <= now <= self.until


class Roots:
    """The certificates that are trusted without more. file: PEM; None means the public ones that come with certifi.

    Raises OSError and ValueError when the file can't be read.
    """

    def __init__(self, file: Path | None = None) -> None:
        pem = (file or Path(certifi.where())).read_bytes()
        self._store = Store(load_pem_x509_certificates(pem))

    def key_of(self, pem: bytes, now: datetime) -> TrustedKey:
        """The key of a chain's first certificate. Raises Refused when the chain is unreadable or not to be trusted."""
        chain = _read(pem)
        verifier = PolicyBuilder().store(self._store).time(now).build_server_verifier(_SUBJECT)
        try:
            path = verifier.verify(chain[0], chain[1:])
        except VerificationError as error:
            raise Refused(Reason.CHAIN_UNTRUSTED) from error
        key = chain[0].public_key()
        if not isinstance(key, RSAPublicKey):
            raise Refused(Reason.CHAIN_UNTRUSTED)
        since = max(certificate.not_valid_before_utc for certificate in path)
        return TrustedKey(key, since, min(certificate.not_valid_after_utc for certificate in path))


def _read(pem: bytes) -> list[Certificate]:
    try:
        chain = load_pem_x509_certificates(pem)
    except ValueError as error:
        raise Refused(Reason.CHAIN_UNREADABLE) from error
    if not 1 <= len(chain) <= _MOST_CERTIFICATES:
        raise Refused(Reason.CHAIN_UNREADABLE)
    return chain
