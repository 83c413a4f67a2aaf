"""Requests to the skill, signed under an authority that the benchmark makes for itself."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

SKILL = "amzn1.ask.skill.benchmark"
_ADDRESS = "https://s3.amazonaws.com/echo.api/benchmark.pem"
_SUBJECT = "echo-api.amazon.com"
_LASTS = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Signed:
    """A request, ready to be sent."""

    body: bytes
    headers: dict[str, str]


class Signer:
    """Signs as Amazon does. folder: gets the roots to trust and the chain that proves the key."""

    def __init__(self, folder: Path) -> None:
        root_key, self._key = (generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
        self.roots, self.chains = folder / "roots.pem", folder / "chains"
        self.chains.mkdir()
        self.roots.write_bytes(_certificate(root_key, root_key.public_key(), is_root=True))
        chain = self.chains / f"{hashlib.sha256(_ADDRESS.encode()).hexdigest()}.pem"
        chain.write_bytes(_certificate(root_key, self._key.public_key(), is_root=False))

    def intent(self, token: str, name: str, **slots: str) -> Signed:
        """An intent of a linked account's, of now."""
        filled = {slot: {"name": slot, "value": value} for slot, value in slots.items()}
        application, user = {"applicationId": SKILL}, {"userId": f"amzn1.{token[:8]}", "accessToken": token}
        document = {
            "version": "1.0",
            "session": {"new": False, "sessionId": "1", "application": application, "user": user, "attributes": {}},
            "context": {"System": {"application": application, "user": user, "device": {"deviceId": "d"}}},
            "request": {
                "type": "IntentRequest",
                "requestId": uuid4().hex,
                "timestamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
                "locale": "en-US",
                "intent": {"name": name, "confirmationStatus": "NONE", "slots": filled},
            },
        }
        return self._signed(document)

    def _signed(self, document: dict[str, Any]) -> Signed:
        body = json.dumps(document).encode()
        signature = base64.b64encode(self._key.sign(body, PKCS1v15(), SHA256())).decode()
        headers = {"SignatureCertChainUrl": _ADDRESS, "Signature-256": signature, "Content-Type": "application/json"}
        return Signed(body, headers)


def _certificate(issuer: RSAPrivateKey, key: RSAPublicKey, *, is_root: bool) -> bytes:
    """A certificate of the root or of Amazon's server, PEM."""
    root = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Benchmark")])
    now = datetime.now(UTC)
    extensions: list[tuple[x509.ExtensionType, bool]] = [
        (x509.BasicConstraints(ca=is_root, path_length=None), True),
        (x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.public_key()), False),
        (x509.SubjectKeyIdentifier.from_public_key(key), False),
        (_usage(is_root=is_root), True),
    ]
    if not is_root:
        extensions.append((x509.SubjectAlternativeName([x509.DNSName(_SUBJECT)]), False))
    builder = (
        x509.CertificateBuilder()
        .issuer_name(root)
        .subject_name(root if is_root else x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, _SUBJECT)]))
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _LASTS)
        .not_valid_after(now + _LASTS)
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    return builder.sign(issuer, SHA256()).public_bytes(Encoding.PEM)


def _usage(*, is_root: bool) -> x509.KeyUsage:
    nothing = dict.fromkeys(
        ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only"), False
    )
    return x509.KeyUsage(
        digital_signature=not is_root, key_cert_sign=is_root, crl_sign=is_root, decipher_only=False, **nothing
    )
