"""The device of a shop far away, against the real service over a network that loses things: nothing that adds to the
cart is lost or done twice, and nothing that buys is done late."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from skills.contract import Expectation, Heard, Hypothesis, Listener
from tests.voicecart.service.conftest import shop_database
from tests.voicecart.service.devices import FarDevice, behind, paired
from tests.voicecart.service.lossy import LossyNetwork, Weather, lossy_network
from tests.voicecart.service.running import Server, running_server
from voice.device_ports import Answer
from voicecart.device.later import LaterTurns
from voicecart.device.remote import RemoteDialogue
from voicecart.device.service_door import ServiceDoor
from voicecart.device.tokens import PairedShop
from voicecart.device.words import device_words

RYE = "RYE-BREAD-16OZ"
DAY = 24 * 3600.0


@dataclass
class Kitchen:
    """A device and its network. folder: its data. clock: what is added to the time."""

    far: FarDevice
    network: LossyNetwork
    folder: Path
    clock: float = 0.0

    def __post_init__(self) -> None:
        self.dialogue = self.switched_on()

    @property
    def shop(self) -> PairedShop:
        return PairedShop(self.network.url, self.far.token, "anna", "home", "en")

    def switched_on(self) -> RemoteDialogue:
        """The dialogue of a device that starts: what it knows is on its disk."""
        later = LaterTurns(self.folder, self.shop)
        return RemoteDialogue(
            ServiceDoor(self.shop), later, device_words("en"), "en", now=lambda: time.time() + self.clock
        )

    def says(self, *texts: str, listener: Listener | None = None) -> Answer:
        """One spoken turn; several texts are hypotheses."""
        hypotheses = tuple(Hypothesis(text, -1.0 - place / 4) for place, text in enumerate(texts))
        return self.dialogue.answer(Heard(uuid4().hex, "en", hypotheses, spoken=True), listener)

    def cart(self) -> dict[str, int]:
        """What the shop itself has in the cart."""
        with behind(self.far.server) as there:
            return {line.sku: line.quantity for line in there.shop.carts.get("anna").lines}

    def orders(self) -> int:
        """How many orders the customer has."""
        with behind(self.far.server) as there:
            return len(there.shop.orders.list("anna", limit=1000))

    def on_disk(self) -> str:
        """Everything that the device has written."""
        return "".join(path.read_text() for path in self.folder.iterdir())


@pytest.fixture
def kitchen(server: Server, tmp_path: Path) -> Iterator[Kitchen]:
    """A paired device with a fine network and an empty cart."""
    with lossy_network(server.url) as network:
        with behind(server) as there:
            there.shop.carts.clear("anna")
        yield Kitchen(paired(server), network, tmp_path)


def line(name: str) -> str:
    return device_words("en").said[name].split("{")[0]


def test_a_conversation_goes_up_and_the_cart_comes_down(kitchen: Kitchen) -> None:
    """The greeting, an order, and its cart with a total, as the device's screen shows it; nothing is left on disk."""
    assert "Anna" in kitchen.dialogue.greet().reply.speech
    answer = kitchen.says("add two rye breads to my cart")
    assert answer.understood
    assert kitchen.dialogue.cart is not None
    assert [(one["sku"], one["quantity"]) for one in kitchen.dialogue.cart.lines] == [(RYE, 2)]
    assert kitchen.dialogue.cart.total.currency == "USD"
    assert RYE not in kitchen.on_disk()
    assert kitchen.dialogue.waiting() is None


@pytest.mark.parametrize(("wanted", "sku"), [("muffins", "BLUEBERRY-MUFFINS"), ("yogurts", "BLUEBERRY-YOGURT")])
def test_the_devices_own_sound_settles_a_doubt(kitchen: Kitchen, wanted: str, sku: str) -> None:
    """The service asks once to listen again; the device's recogniser scores the texts, and the sound decides."""

    class Ear:
        def rescore(self, turn_id: str, texts: Sequence[str]) -> tuple[float, ...]:
            return tuple(-3.0 if text == f"add two blueberry {wanted}" else -30.0 for text in texts)

    kitchen.says("add two blueberry muffins", "add two blueberry yogurts", listener=Ear())
    assert [found.startswith(sku) for found in kitchen.cart()] == [True]


def test_while_the_service_is_away_only_what_adds_waits(kitchen: Kitchen) -> None:
    """An order to the cart is kept and said to be; a checkout and a yes are not. When the service is back, the one is
    delivered once, and the shopper is told what came of it."""
    kitchen.network.weather = Weather.LOSES_REQUESTS
    assert kitchen.says("add two rye breads to my cart").reply.speech == line("offline_kept")
    assert kitchen.says("check out").reply.speech == line("offline")
    assert kitchen.says("yes").reply.speech == line("offline")
    assert kitchen.dialogue.waiting() is None
    assert kitchen.cart() == {}

    kitchen.network.weather = Weather.FINE
    told = kitchen.dialogue.waiting()
    assert told is not None
    assert told.reply.speech.startswith(line("delivered"))
    assert "rye" in told.reply.speech
    assert kitchen.cart() == {RYE: 2}
    assert kitchen.dialogue.waiting() is None
    assert kitchen.cart() == {RYE: 2}


def test_what_arrived_while_its_answer_was_lost_is_not_done_again(kitchen: Kitchen) -> None:
    """The service has filled the cart, the device never heard so. It sends the turn again under its id, once it can:
    two breads, not four or six."""
    kitchen.network.weather = Weather.LOSES_ANSWERS
    assert kitchen.says("add two rye breads to my cart").reply.speech == line("offline_kept")
    assert kitchen.cart() == {RYE: 2}
    kitchen.network.weather = Weather.FINE
    told = kitchen.dialogue.waiting()
    assert told is not None
    assert kitchen.cart() == {RYE: 2}


def test_a_device_that_is_killed_while_it_sends_delivers_once(kitchen: Kitchen) -> None:
    """kill -9 between the sending and the answer: the next start finds the turn on the disk, and it is done once."""
    kitchen.network.weather = Weather.HOLDS_ANSWERS
    before = kitchen.network.delivered
    device = subprocess.Popen(
        [sys.executable, "-c", _SAYS, str(kitchen.folder), kitchen.network.url, kitchen.far.token]
    )
    _until(lambda: kitchen.network.delivered > before)
    device.send_signal(signal.SIGKILL)
    device.wait()
    assert kitchen.cart() == {RYE: 2}
    kitchen.network.weather = Weather.FINE
    greeted = kitchen.switched_on().greet()
    assert greeted.reply.speech.startswith(line("delivered"))
    assert kitchen.cart() == {RYE: 2}
    assert kitchen.switched_on().waiting() is None


_SAYS = """
import sys
from pathlib import Path
from skills.contract import Heard, Hypothesis
from voicecart.device.later import LaterTurns
from voicecart.device.remote import RemoteDialogue
from voicecart.device.service_door import ServiceDoor
from voicecart.device.tokens import PairedShop
from voicecart.device.words import device_words

shop = PairedShop(sys.argv[2], sys.argv[3], "anna", "home", "en")
dialogue = RemoteDialogue(ServiceDoor(shop), LaterTurns(Path(sys.argv[1]), shop), device_words("en"), "en")
heard = Heard("killed", "en", (Hypothesis("add two rye breads to my cart"),), spoken=True)
dialogue.answer(heard, None)
"""


def test_a_yes_that_was_lost_never_buys_later(kitchen: Kitchen) -> None:
    """The total was read out, the yes was lost on its way. Later the next yes is not sent either: the question is put
    again first, as the shopper may have forgotten it; only a yes to that goes on."""
    kitchen.far.let_buy()
    kitchen.says("add two rye breads to my cart")
    assert kitchen.says("check out").reply.expects is Expectation.CONFIRM_QUOTE
    orders = kitchen.orders()
    kitchen.network.weather = Weather.LOSES_REQUESTS
    assert kitchen.says("yes").reply.speech == line("offline_buying")
    kitchen.network.weather = Weather.FINE
    assert kitchen.dialogue.waiting() is None
    asked = kitchen.says("yes")
    assert asked.reply.expects is Expectation.CONFIRM_QUOTE
    assert "total" in asked.reply.speech
    assert kitchen.orders() == orders
    assert kitchen.says("yes").reply.expects is Expectation.CODE


def test_a_yes_does_not_answer_a_question_that_nobody_heard(kitchen: Kitchen) -> None:
    """The checkout arrived and its answer, the total, was lost: a yes to something else is no yes to that total."""
    kitchen.far.let_buy()
    kitchen.says("add two rye breads to my cart")
    orders = kitchen.orders()
    kitchen.network.weather = Weather.LOSES_ANSWERS
    assert kitchen.says("check out").reply.speech == line("offline")
    kitchen.network.weather = Weather.FINE
    assert kitchen.says("yes").reply.expects is Expectation.CONFIRM_QUOTE
    assert kitchen.orders() == orders


def test_a_code_is_never_written_down(kitchen: Kitchen) -> None:
    """The service goes away while a code is awaited: what is said then is on no disk, whatever it is."""
    kitchen.far.let_buy()
    kitchen.says("add two rye breads to my cart")
    kitchen.says("check out")
    assert kitchen.says("yes").reply.expects is Expectation.CODE
    kitchen.network.weather = Weather.LOSES_REQUESTS
    assert kitchen.says("four three two one").reply.speech == line("offline_buying")
    assert "four three" not in kitchen.on_disk()


def test_an_unclear_code_is_asked_for_again_and_not_sent(kitchen: Kitchen) -> None:
    """Two digits are no try: the service never hears of them."""
    kitchen.far.let_buy()
    kitchen.says("add two rye breads to my cart")
    kitchen.says("check out")
    kitchen.says("yes")
    before = kitchen.network.delivered
    assert kitchen.says("four three").reply.speech == line("unclear_code")
    assert kitchen.network.delivered == before


def test_what_is_older_than_a_day_is_told_and_not_delivered(kitchen: Kitchen) -> None:
    """Nobody wants yesterday's bread out of the blue; but it is said that it was not bought."""
    kitchen.network.weather = Weather.LOSES_REQUESTS
    kitchen.says("add two rye breads to my cart")
    kitchen.network.weather = Weather.FINE
    kitchen.clock = DAY + 60
    told = kitchen.dialogue.waiting()
    assert told is not None
    assert told.reply.speech.startswith(line("not_delivered"))
    assert kitchen.cart() == {}
    assert kitchen.dialogue.waiting() is None


def test_a_device_that_was_sent_away_says_so(kitchen: Kitchen) -> None:
    """Its owner has ended the pairing: no shop answers, and nothing waits for another account."""
    with behind(kitchen.far.server) as there:
        there.access.linking.unlink_token(kitchen.far.token)
    assert kitchen.says("add two rye breads to my cart").reply.speech == line("not_paired")
    assert "rye" not in kitchen.on_disk()


def test_a_service_that_is_killed_and_started_again(tmp_path: Path) -> None:
    """kill -9 of every process of the service between two turns: what was said meanwhile is delivered to the one that
    is started later."""
    database, folder = shop_database(tmp_path), tmp_path / "device"
    folder.mkdir()
    with running_server(tmp_path, {"database": database}) as first, lossy_network(first.url) as network:
        kitchen = Kitchen(paired(first), network, folder)
        kitchen.says("add two rye breads to my cart")
        _kill_all(first.process.pid)
        assert kitchen.says("please add three bunches of bananas").reply.speech == line("offline_kept")
        with running_server(tmp_path, {"database": database}) as second:
            network.target = second.url
            told = next(filter(None, iter(kitchen.dialogue.waiting, ...)))  # a cold service may be late at first
            assert told.reply.speech.startswith(line("delivered"))
            assert sorted(kitchen.cart().values()) == [2, 3]


def _kill_all(pid: int) -> None:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    for one in (pid, *map(int, children)):
        os.kill(one, signal.SIGKILL)


def _until(true: Callable[[], bool], seconds: float = 30.0) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until
        time.sleep(0.02)
