"""Who is heard by this machine's microphone buys only when its owner has said so; who types is the owner."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from skills.contract import Heard, Hypothesis, Reply
from tests.assembled import an_assembly
from voicecart import cli
from voicecart.assembly import Assembly
from voicecart.device.local import LocalDialogue
from voicecart.device.words import device_words

CARLA = ("--customer", "carla")  # she has set no code


@pytest.fixture
def assembly(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Assembly]:
    """Carla's shop, and the command line at work on the same data."""
    monkeypatch.setenv("VOICECART_DATA_FOLDER", str(home / "data"))
    monkeypatch.setenv("VOICECART_CUSTOMER", "carla")
    with an_assembly(home / "data") as made:
        yield made


def says(assembly: Assembly, *sentences: str) -> Reply:
    """Several turns at the machine's microphone; the last reply."""
    dialogue = LocalDialogue(assembly, device_words("en"), assembly.heard_session(assembly.shop()))
    for sentence in sentences:
        answer = dialogue.answer(Heard(uuid4().hex, "en", (Hypothesis(sentence),), spoken=True), None)
    return answer.reply


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    cli.application()([*arguments, *CARLA, "--json"], standalone_mode=False)
    told: dict[str, object] = json.loads(capsys.readouterr().out)
    return told


def orders(assembly: Assembly) -> int:
    return len(assembly.shop().orders.list("carla", 100))


def test_buying_is_off_until_it_is_switched_on(assembly: Assembly, capsys: pytest.CaptureFixture[str]) -> None:
    """A new machine fills the cart and says why it does not buy; switched on, the same sentences buy."""
    had = orders(assembly)
    refused = says(assembly, "add two packs of firm tofu", "check out", "yes")
    assert orders(assembly) == had
    assert len(assembly.shop().carts.get("carla").lines) == 1
    assert run(capsys, "device", "buying", "on") == {"device": "this-machine", "may_buy": True, "spend_cap": None}
    says(assembly, "check out", "yes")
    assert orders(assembly) == had + 1
    assert refused.speech


def test_an_order_above_the_cap_is_refused(assembly: Assembly, capsys: pytest.CaptureFixture[str]) -> None:
    """With five dollars allowed, nine dollars ninety-three are not spent."""
    had = orders(assembly)
    assert run(capsys, "device", "buying", "on", "--cap", "5")["spend_cap"] == 500
    says(assembly, "add two packs of firm tofu", "check out", "yes")
    assert orders(assembly) == had
    assert run(capsys, "device", "show") == {"device": "this-machine", "may_buy": True, "spend_cap": 500}


def test_switched_off_between_the_total_and_the_yes(assembly: Assembly, capsys: pytest.CaptureFixture[str]) -> None:
    """The switch is looked at where money is spent, not only where the total is read."""
    had = orders(assembly)
    run(capsys, "device", "buying", "on")
    says(assembly, "add two packs of firm tofu", "check out")
    assert run(capsys, "device", "buying", "off")["may_buy"] is False
    says(assembly, "yes")
    assert orders(assembly) == had


def test_a_machine_that_was_sent_away_comes_back_with_buying_off(
    assembly: Assembly, capsys: pytest.CaptureFixture[str]
) -> None:
    """Renamed it is the same speaker; unlinked on the account's page it must be allowed anew."""
    run(capsys, "device", "buying", "on")
    linking = assembly.access().linking
    session = assembly.heard_session(assembly.shop())
    linking.set_speaker("carla", session.device, "Kitchen", may_buy=True, spend_cap=None)
    assert run(capsys, "device", "show") == {"device": "Kitchen", "may_buy": True, "spend_cap": None}
    for link in linking.links("carla"):
        linking.unlink("carla", link.id)
    assert run(capsys, "device", "show")["may_buy"] is False
