"""Buying by voice: only a yes to the quote just read out buys, and what became of the payment is said as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from commerce.errors import CodeLocked
from commerce.payments.trial_gateway import Behaviour, TrialGateway
from skills.contract import Expectation, Understood
from skills.dialogue import DOTS
from skills.dialogue.shapes import turn_json
from tests.skills.talking import Talk, talk


@pytest.fixture
def coffee(tmp_path: Path) -> Talk:
    """A latte is in the cart."""
    partner = talk("coffee", "anna", tmp_path)
    partner.says("add a large latte")
    return partner


def orders(talk: Talk) -> int:
    return len(talk.shop.orders.list(talk.customer, limit=1000))


def paying(tmp_path: Path, behaviour: Behaviour) -> Talk:
    """Somebody whose card behaves like this, with a latte in the cart."""
    gateway = TrialGateway(by_amount={504: behaviour}, sleep=lambda _: None)
    partner = talk("coffee", "anna", tmp_path, gateway=gateway)
    partner.says("add a large latte")
    return partner


def test_a_yes_after_the_quote_expired_buys_nothing(coffee: Talk) -> None:
    """The shopper hesitates for six minutes, then says yes: the total is read again and no order exists."""
    before = orders(coffee)
    coffee.says("check out")
    coffee.clock.advance(minutes=6)
    reply = coffee.says("yes").reply
    assert reply.expects is Expectation.CONFIRM_QUOTE
    assert "five dollars and four cents" in reply.speech
    assert orders(coffee) == before


def test_a_yes_to_nothing_buys_nothing(coffee: Talk) -> None:
    """Television says yes while no total was read out."""
    before = orders(coffee)
    for _ in range(3):
        assert coffee.says("yes").reply.done == ()
    assert orders(coffee) == before


def test_a_yes_after_another_device_changed_the_cart_buys_nothing(coffee: Talk) -> None:
    """The total was read out for one latte; somebody adds another one in the hall; the yes means the old total."""
    before = orders(coffee)
    coffee.says("check out")
    coffee.shop.carts.add("anna", "MOCHA", 1)
    reply = coffee.says("yes").reply
    assert "mocha" in reply.speech
    assert reply.expects is Expectation.CONFIRM_QUOTE
    assert orders(coffee) == before


def test_a_double_yes_makes_one_order(coffee: Talk) -> None:
    """The yes is heard twice: the second one has nothing to confirm."""
    before = orders(coffee)
    for text in ("check out", "yes", "4321", "yes", "4321"):
        coffee.says(text)
    assert orders(coffee) == before + 1


def test_a_question_in_between_keeps_the_quote(coffee: Talk) -> None:
    """A question while the total is open is answered, the total is said again, and a yes still buys."""
    coffee.says("check out")
    reply = coffee.says("how much is a mocha").reply
    assert reply.speech.endswith("The total is five dollars and four cents. Shall I order it?")
    coffee.says("yes")
    assert coffee.says("four three two one").reply.done == ("order.placed 7225 paid",)


def test_cancel_leaves_the_cart(coffee: Talk) -> None:
    """Cancel at the code stops the purchase; the cart is as it was."""
    before = orders(coffee)
    coffee.says("check out")
    coffee.says("yes")
    reply = coffee.says("cancel").reply
    assert (reply.expects, orders(coffee)) == (Expectation.ANYTHING, before)
    assert [line.sku for line in coffee.shop.carts.get("anna").lines] == ["LATTE"]


def test_a_code_is_nowhere_to_be_seen(coffee: Talk) -> None:
    """While a code is awaited, text, slots, the stored session and the shape for programs show dots."""
    coffee.says("check out")
    coffee.says("yes")
    turn = coffee.says("four three two one")
    assert isinstance(turn.outcome, Understood)
    assert (turn.heard_text, turn.outcome.text, turn.outcome.slots["code"]) == (DOTS, DOTS, DOTS)
    written = str(turn_json(turn, coffee.shop.carts.get("anna")))
    assert "4321" not in written + coffee.stored()
    assert "four three" not in written + coffee.stored()


def test_what_is_no_code_is_no_try(coffee: Talk) -> None:
    """Mumbling while a code is awaited is asked again, twice, then left; no try is counted."""
    coffee.says("check out")
    coffee.says("yes")
    assert coffee.says("mumble bumble rumble").reply.expects is Expectation.CODE
    assert coffee.says("mumble bumble rumble").reply.expects is Expectation.ANYTHING
    coffee.shop.customers.check_code("anna", "4321")


def test_three_wrong_codes_lock_every_device(coffee: Talk) -> None:
    """Whoever guesses three times is locked out, here and anywhere else."""
    before = orders(coffee)
    coffee.says("check out")
    coffee.says("yes")
    for wrong in ("1111", "2222", "3333"):
        reply = coffee.says(wrong).reply
    assert reply.done == ("code.locked",)
    with pytest.raises(CodeLocked):
        coffee.shop.customers.check_code("anna", "4321")
    assert orders(coffee) == before


@pytest.mark.parametrize(
    ("behaviour", "event", "words"),
    [
        (Behaviour.DECLINES, "declined", "nothing was ordered"),
        (Behaviour.LOST, "pending", "isn't confirmed yet"),
        (Behaviour.ACCEPTS, "paid", "paid"),
    ],
)
def test_what_became_of_the_payment_is_said(tmp_path: Path, behaviour: Behaviour, event: str, words: str) -> None:
    """Declined, pending and paid are told apart; a gateway that stays silent is pending, never failed."""
    partner = paying(tmp_path, behaviour)
    partner.says("check out")
    partner.says("yes")
    reply = partner.says("4321").reply
    assert reply.done[0].endswith(event)
    assert words in reply.speech


def test_what_sold_out_in_between_is_said(coffee: Talk) -> None:
    """Somebody else took the last one between the total and the yes: no order, and the reason is said."""
    before = orders(coffee)
    coffee.says("check out")
    coffee.shop.catalogue.set_stock("LATTE", 0)
    coffee.says("yes")
    reply = coffee.says("4321").reply
    assert "Nothing was ordered" in reply.speech
    assert orders(coffee) == before
