"""Whose certificate it must be, and where it must come from: anything else is refused with 400."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID

from commerce.http_calls import HttpAnswer
from skills.alexa import chains
from skills.alexa.refusal import Reason
from tests.skills.talking import TUESDAY
from tests.voicecart.alexa.authority import (
    ADDRESS,
    YEAR,
    Authority,
    a_key,
    headers_for,
    pem,
    place,
)
from tests.voicecart.alexa.refusing import refused_for, sent
from tests.voicecart.alexa.speaker import Skill

HOST = "https://s3.amazonaws.com"

ADDRESSES = {
    "no https": "http://s3.amazonaws.com/echo.api/echo-api-cert.pem",
    "no scheme": "s3.amazonaws.com/echo.api/echo-api-cert.pem",
    "no scheme but slashes": "//s3.amazonaws.com/echo.api/echo-api-cert.pem",
    "ftp": "ftp://s3.amazonaws.com/echo.api/echo-api-cert.pem",
    "a file": "file:///echo.api/echo-api-cert.pem",
    "another host": "https://notamazon.com/echo.api/echo-api-cert.pem",
    "a host that begins alike": "https://s3.amazonaws.com.evil.example/echo.api/echo-api-cert.pem",
    "a host that ends alike": "https://evils3.amazonaws.com/echo.api/echo-api-cert.pem",
    "a host below": "https://echo.s3.amazonaws.com/echo.api/echo-api-cert.pem",
    "another region's host": "https://s3.eu-west-1.amazonaws.com/echo.api/echo-api-cert.pem",
    "a host with a dot at its end": "https://s3.amazonaws.com./echo.api/echo-api-cert.pem",
    "an address of numbers": "https://127.0.0.1/echo.api/echo-api-cert.pem",
    "an address of version six": "https://[::1]/echo.api/echo-api-cert.pem",
    "a look-alike letter": "https://s3.amаzonaws.com/echo.api/echo-api-cert.pem",
    "another port": f"{HOST}:563/echo.api/echo-api-cert.pem",
    "port 80": f"{HOST}:80/echo.api/echo-api-cert.pem",
    "port 0": f"{HOST}:0/echo.api/echo-api-cert.pem",
    "a port too large": f"{HOST}:99999/echo.api/echo-api-cert.pem",
    "an empty port": f"{HOST}:/echo.api/echo-api-cert.pem",
    "a port of letters": f"{HOST}:https/echo.api/echo-api-cert.pem",
    "another folder": f"{HOST}/invalid.path/echo-api-cert.pem",
    "a folder in other letters": f"{HOST}/EcHo.aPi/echo-api-cert.pem",
    "a folder that begins alike": f"{HOST}/echo.api.evil/echo-api-cert.pem",
    "a folder further down": f"{HOST}/bucket/echo.api/echo-api-cert.pem",
    "out of the folder": f"{HOST}/echo.api/../evil/echo-api-cert.pem",
    "out of the folder, in the end": f"{HOST}/echo.api/x/../../evil.pem",
    "out of the folder, escaped": f"{HOST}/echo.api/%2e%2e/evil/echo-api-cert.pem",
    "out of the folder, backwards": f"{HOST}/echo.api/..\\evil\\echo-api-cert.pem",
    "only the folder": f"{HOST}/echo.api/",
    "only the folder, without a slash": f"{HOST}/echo.api",
    "a folder below": f"{HOST}/echo.api/certs/",
    "no path": HOST,
    "a user": "https://user@s3.amazonaws.com/echo.api/echo-api-cert.pem",
    "a user and a password": "https://user:word@s3.amazonaws.com/echo.api/echo-api-cert.pem",
    "another host behind a user": "https://s3.amazonaws.com@evil.example/echo.api/echo-api-cert.pem",
    "another host behind a backslash": "https://evil.example\\@s3.amazonaws.com/echo.api/echo-api-cert.pem",
    "a query": f"{HOST}/echo.api/echo-api-cert.pem?x=1",
    "a fragment": f"{HOST}/echo.api/echo-api-cert.pem#x",
    "a space": f"{HOST}/echo.api/echo api cert.pem",
    "a tab": f"{HOST}/echo.api/echo\tapi.pem",
    "too long": f"{HOST}/echo.api/{'a' * 600}.pem",
    "nothing but a word": "certificate",
}


@pytest.mark.parametrize("address", ADDRESSES.values(), ids=ADDRESSES.keys())
def test_a_chain_from_anywhere_else_is_not_looked_at(standing_skill: Skill, address: str) -> None:
    """Rightly signed, and the chain lies in the folder under that very address: the address alone is wrong."""
    place(standing_skill.chains, pem(standing_skill.authority.leaf()), address)
    refused_for(
        standing_skill, Reason.ADDRESS, lambda body: headers_for(body) | {"SignatureCertChainUrl": _latin(address)}
    )


ALLOWED = {
    "the usual one": ADDRESS,
    "with the port": f"{HOST}:443/echo.api/echo-api-cert.pem",
    "there and back again": f"{HOST}/echo.api/../echo.api/echo-api-cert.pem",
    "host in capitals": "HTTPS://S3.AmazonAWS.com/echo.api/echo-api-cert.pem",
}


@pytest.mark.parametrize("address", ALLOWED.values(), ids=ALLOWED.keys())
def test_amazons_ways_of_writing_the_address_are_taken(standing_skill: Skill, address: str) -> None:
    """What Amazon's rules allow, in any of the ways that they name."""
    place(standing_skill.chains, pem(standing_skill.authority.leaf()), address)
    assert sent(standing_skill, lambda body: headers_for(body, address)).status_code == 200


def _kinds_of_chains() -> dict[str, tuple[Callable[[Authority], bytes], Reason]]:
    old, coming = (TUESDAY - 2 * YEAR, TUESDAY - timedelta(days=1)), (TUESDAY + timedelta(days=1), TUESDAY + YEAR)
    stranger = Authority(TUESDAY, root_key=a_key(2), name="Stranger")
    namesake = Authority(TUESDAY, root_key=a_key(2))
    aged = Authority(TUESDAY - 2 * YEAR)
    untrusted, unreadable = Reason.CHAIN_UNTRUSTED, Reason.CHAIN_UNREADABLE
    return {
        "expired yesterday": (lambda ca: pem(ca.leaf(dates=old)), untrusted),
        "valid from tomorrow": (lambda ca: pem(ca.leaf(dates=coming)), untrusted),
        "made out to another name": (lambda ca: pem(ca.leaf(["evil.example"])), untrusted),
        "made out to a name above": (lambda ca: pem(ca.leaf(["amazon.com"])), untrusted),
        "made out to a name below": (lambda ca: pem(ca.leaf(["x.echo-api.amazon.com"])), untrusted),
        "made out to any name above": (lambda ca: pem(ca.leaf(["*.com"])), untrusted),
        "made out to nobody": (lambda ca: pem(ca.leaf([])), untrusted),
        "for other uses": (lambda ca: pem(ca.leaf(usage=ExtendedKeyUsageOID.CODE_SIGNING)), untrusted),
        "of a stranger": (lambda ca: pem(stranger.leaf()), untrusted),
        "of a stranger with the root": (lambda ca: pem(stranger.leaf(), stranger.root), untrusted),
        "of a stranger with our root": (lambda ca: pem(stranger.leaf(), ca.root), untrusted),
        "of a namesake": (lambda ca: pem(namesake.leaf()), untrusted),
        "signed by itself": (lambda ca: pem(namesake.root), untrusted),
        "only the root": (lambda ca: pem(ca.root), untrusted),
        "of a root that is over": (lambda ca: pem(aged.leaf(), aged.root), untrusted),
        "with an elliptic key": (lambda ca: pem(ca.leaf(key=ec.generate_private_key(ec.SECP256R1()))), untrusted),
        "the other way round": (lambda ca: pem(ca.root, ca.leaf()), untrusted),
        "empty": (lambda ca: b"", unreadable),
        "no certificate": (lambda ca: b"not a certificate", unreadable),
        "a broken certificate": (lambda ca: pem(ca.leaf())[:400] + b"\n-----END CERTIFICATE-----\n", unreadable),
        "far too many": (lambda ca: pem(ca.leaf(), *[ca.root] * 9), unreadable),
    }


CHAINS = _kinds_of_chains()


@pytest.mark.parametrize("name", CHAINS)
@pytest.mark.parametrize("served", [False, True], ids=["in the folder", "served"])
def test_a_chain_that_proves_nothing(
    standing_skill: Skill, monkeypatch: pytest.MonkeyPatch, name: str, served: bool
) -> None:
    """Rightly signed with the key that the chain names; but the chain is not to be trusted, wherever it comes from.

    One in the folder may only be too old, so it is asked for anew; nobody serves it here.
    """
    chain, reason = CHAINS[name]
    address = f"{HOST}/echo.api/{name.replace(' ', '-')}-{served}.pem"
    made = chain(standing_skill.authority)
    if not served:
        place(standing_skill.chains, made, address)
    answer = HttpAnswer(200 if served else 404, made)
    monkeypatch.setattr(chains, "call", lambda *_: answer)
    refused_for(standing_skill, reason if served else Reason.CHAIN_UNREACHABLE, lambda body: headers_for(body, address))


def test_a_chain_is_fetched_once(skill: Skill, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first request fetches the chain, and later ones and other processes find it in the folder."""
    served = [HttpAnswer(200, pem(skill.authority.leaf()))]
    monkeypatch.setattr(chains, "call", lambda *_: served.pop())
    address = f"{HOST}/echo.api/fresh.pem"
    for _ in range(3):
        assert sent(skill, lambda body: headers_for(body, address)).status_code == 200
    place(skill.chains, b"", address)  # it is in memory, too
    assert sent(skill, lambda body: headers_for(body, address)).status_code == 200
    assert not served


def _latin(text: str) -> str:
    """As a header brings it: bytes."""
    return text.encode().decode("latin-1")
