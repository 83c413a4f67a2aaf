"""A certificate authority of the tests' own, which signs requests as Amazon does."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, HashAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

ADDRESS = "https://s3.amazonaws.com/echo.api/echo-api-cert-12.pem"
SUBJECT = "echo-api.amazon.com"
YEAR = timedelta(days=365)


@cache
def a_key(number: int = 0) -> rsa.RSAPrivateKey:
    """Keys take a while to make: each number has one."""
    del number
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass(slots=True)
class Authority:
    """A root and the chains that it vouches for. at: the day in whose middle all of them are valid."""

    at: datetime
    root_key: rsa.RSAPrivateKey = field(default_factory=lambda: a_key(1))
    name: str = "Test Root"
    root: x509.Certificate = field(init=False)

    def __post_init__(self) -> None:
        self.root = self._certificate(
            self.name, self.root_key.public_key(), (self.at - YEAR, self.at + YEAR), is_ca=True
        )

    def leaf(
        self,
        names: Sequence[str] = (SUBJECT,),
        key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | None = None,
        dates: tuple[datetime, datetime] | None = None,
        usage: x509.ObjectIdentifier = ExtendedKeyUsageOID.SERVER_AUTH,
    ) -> x509.Certificate:
        """A certificate for a server."""
        public = (key or a_key()).public_key()
        return self._certificate("Leaf", public, dates or (self.at - YEAR, self.at + YEAR), names=names, usage=usage)

    def _certificate(
        self,
        subject: str,
        key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey,
        dates: tuple[datetime, datetime],
        *,
        is_ca: bool = False,
        names: Sequence[str] = (),
        usage: x509.ObjectIdentifier | None = None,
    ) -> x509.Certificate:
        issuer = self.root_key.public_key()
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
            .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, self.name)]))
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(dates[0])
            .not_valid_after(dates[1])
            .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(_usage(is_ca=is_ca), critical=True)
        )
        if names:
            alternatives = x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
            builder = builder.add_extension(alternatives, critical=False)
        if usage is not None:
            builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        return builder.sign(self.root_key, SHA256())


def _usage(*, is_ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_ca,
        key_cert_sign=is_ca,
        crl_sign=is_ca,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def pem(*certificates: x509.Certificate) -> bytes:
    """A chain as it is served."""
    return b"".join(certificate.public_bytes(Encoding.PEM) for certificate in certificates)


def place(folder: Path, chain: bytes, address: str = ADDRESS) -> None:
    """Put a chain where the verifier finds it without a network."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{hashlib.sha256(address.encode()).hexdigest()}.pem").write_bytes(chain)


def signature(body: bytes, key: rsa.RSAPrivateKey | None = None, algorithm: HashAlgorithm | None = None) -> str:
    """As it stands in the Signature-256 header."""
    return base64.b64encode((key or a_key()).sign(body, PKCS1v15(), algorithm or SHA256())).decode()


def old_signature(body: bytes) -> str:
    """As it stands in the Signature header of old, which is no longer to be trusted."""
    return signature(body, algorithm=SHA1())


def headers_for(body: bytes, address: str = ADDRESS) -> dict[str, str]:
    """The headers of a right request."""
    return {
        "Content-Type": "application/json; charset=utf-8",
        "SignatureCertChainUrl": address,
        "Signature": old_signature(body),
        "Signature-256": signature(body),
    }
