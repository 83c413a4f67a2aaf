"""`voicecart pair`: the code is shown, its owner approves, and the token is kept where only this user can read it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.voicecart.service.devices import FarDevice, behind
from tests.voicecart.service.running import Server
from voicecart.device.pairing import begin, wait
from voicecart.device.tokens import PairedShop, PairingProblem, Tokens, TokensUnreadable


def test_a_device_is_paired_from_the_command_line(server: Server, tmp_path: Path) -> None:
    """Whoever sits at the device reads the code out, the owner approves it, and the kept token opens the shop."""
    command = [str(Path(sys.executable).with_name("voicecart")), "pair", "--service", server.url + "/", "--json"]
    environment = {**os.environ, "VOICECART_DATA_FOLDER": str(tmp_path)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as device:
        assert device.stdout is not None
        shown = json.loads(device.stdout.readline())
        assert shown["verification_url"] == f"{server.url}/account/devices"
        with behind(server) as there:
            there.access.pairings.approve("anna", shown["user_code"], "Hall")
        paired = json.loads(device.stdout.readline())
    assert device.returncode == 0
    assert paired == {"customer": "anna", "shop": "home", "language": "en"}

    kept = Tokens(tmp_path).find(server.url)
    assert kept is not None
    assert FarDevice(server, kept.token).get("/api/v1/shop").json()["device"]["name"] == "Hall"
    [file] = tmp_path.glob("paired*")
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_device_that_is_turned_away_is_told(server: Server) -> None:
    """The owner denies it while it waits: one line that says so."""
    waiting = begin(server.url, "Stranger")

    def deny_meanwhile(_seconds: float) -> None:
        with behind(server) as there:
            there.access.pairings.deny(waiting.user_code)

    with pytest.raises(PairingProblem, match="turned this device away"):
        wait(waiting, sleep=deny_meanwhile)


@pytest.mark.parametrize(
    ("service", "says"),
    [
        ("http://shop.example", "not encrypted"),
        ("shop.example", "no address"),
        ("http://127.0.0.1:9", "can't be reached"),
    ],
)
def test_where_no_token_must_go(service: str, says: str) -> None:
    """An address in the open, none at all, and one where nobody listens."""
    with pytest.raises(PairingProblem, match=says):
        begin(service, "Kitchen")


def test_tokens_of_several_shops_are_kept_apart(tmp_path: Path) -> None:
    """Two shops let the machine in; one is paired again, the other forgotten; what is damaged is said, not shown."""
    tokens = Tokens(tmp_path)
    first = PairedShop("https://one.example", "secret-1", "anna", "home", "en")
    assert tokens.only() is None
    tokens.keep(first)
    assert tokens.only() == first
    tokens.keep(PairedShop("https://two.example", "secret-2", "ben", "home", "en"))
    assert (tokens.find("https://one.example/"), tokens.only()) == (first, None)
    tokens.drop("https://one.example")
    assert tokens.find("https://one.example") is None

    [file] = tmp_path.iterdir()
    file.write_text('{"https://two.example": {"token": "secret-2"}}')
    with pytest.raises(TokensUnreadable) as unreadable:
        tokens.only()
    assert "secret-2" not in str(unreadable.value)
