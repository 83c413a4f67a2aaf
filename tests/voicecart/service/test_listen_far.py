"""`voicecart listen --service`: the program itself, with a real sound path and the real service."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from bench.virtual_sound import VirtualSound
from tests.voicecart.service.devices import behind, paired
from tests.voicecart.service.running import Server
from voicecart.device.tokens import PairedShop, Tokens
from voicecart.doctor import shop
from voicecart.doctor.finding import State

VOICECART = str(Path(sys.executable).with_name("voicecart"))


def test_a_paired_device_talks_to_the_service(server: Server, tmp_path: Path) -> None:
    """What is typed at the device stands in the cart behind the service; no shop is made on the device, and the token
    from pairing is all that it needs."""
    with behind(server) as there:
        there.shop.carts.clear("anna")
    Tokens(tmp_path).keep(PairedShop(server.url, paired(server).token, "anna", "home", "en"))
    command = [VOICECART, "listen", "--service", server.url, "--push-to-talk", "--json"]
    with (
        VirtualSound() as room,
        subprocess.Popen(
            command,
            env=dict(room.environment) | {"VOICECART_DATA_FOLDER": str(tmp_path)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as device,
    ):
        assert device.stdin is not None
        assert device.stdout is not None
        events = map(json.loads, device.stdout)
        greeted = next(event for event in events if event["event"] == "turn")
        assert "Anna" in greeted["reply"]
        next(event for event in events if event["event"] == "state" and event["state"] == "listening")
        device.stdin.write("say add two rye breads to my cart\n")
        device.stdin.flush()
        answered = next(event for event in events if event["event"] == "turn")
        device.stdin.write("quit\n")
        device.stdin.close()
        for _ in events:
            pass
        assert device.wait(60) == 0
    assert [(line["sku"], line["quantity"]) for line in answered["cart"]] == [("RYE-BREAD-16OZ", 2)]
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix != ".json") == []


def test_the_doctor_asks_the_service_about_the_pairing(server: Server, tmp_path: Path) -> None:
    """A device that is let in is named with its owner and whether it may buy; once it was sent away, that is said."""
    device = paired(server)
    Tokens(tmp_path).keep(PairedShop(server.url, device.token, "anna", "home", "en"))
    found, known = shop.pairing(tmp_path, server.url)
    assert found.state is State.OK
    assert "Kitchen of Anna" in found.detail
    assert "may not buy" in found.detail
    assert known is not None
    assert shop.service(server.url).state is not State.PROBLEM
    with behind(server) as there:
        there.access.linking.unlink_token(device.token)
    assert shop.pairing(tmp_path, server.url)[0].state is State.PROBLEM


def test_a_machine_that_is_not_paired_is_told_how(tmp_path: Path) -> None:
    """One line that names the command, and exit code 2."""
    asked = subprocess.run(
        [VOICECART, "listen", "--service", "https://shop.example"],
        env={"VOICECART_DATA_FOLDER": str(tmp_path), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert asked.returncode == 2
    assert "voicecart pair --service https://shop.example" in " ".join(asked.stderr.split())
