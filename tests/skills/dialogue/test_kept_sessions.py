"""Sessions: kept between turns and processes, one turn at a time, each turn once."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from commerce.errors import UnknownCustomer
from commerce.sessions import LEASE, SessionBusy, SessionMoved, Sessions
from commerce.storage.database import Database
from skills.contract import Understood
from skills.dialogue.session import OpenQuestion, SessionState, decode, encode
from skills.intents.answer import AskYesNo
from tests.skills.talking import Talk, talk

ONE_TURN = """
import sys
from pathlib import Path
from tests.skills.talking import at
talk = at(Path(sys.argv[1]), "coffee", "anna")
turn = talk.says(sys.argv[3], turn_id=sys.argv[2])
print(turn.reply.speech)
"""


def in_another_process(database: Path, turn_id: str, text: str) -> subprocess.Popen[str]:
    """The same conversation, served by a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", ONE_TURN, str(database), turn_id, text],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    )


@pytest.fixture
def coffee(tmp_path: Path) -> Talk:
    return talk("coffee", "anna", tmp_path)


def quantities(talk: Talk) -> dict[str, int]:
    return {line.sku: line.quantity for line in talk.shop.carts.get(talk.customer).lines}


def test_the_same_turn_again_gets_the_same_answer(coffee: Talk) -> None:
    """A client that lost the answer asks again with the same turn id: nothing is added twice."""
    first = coffee.says("add a large latte", turn_id="t1")
    again = coffee.says("add a large latte", turn_id="t1")
    assert again.reply == first.reply
    assert again.outcome == Understood("AddToCart", first.outcome.slots, text="add a large latte")  # type: ignore[union-attr]
    assert quantities(coffee) == {"LATTE": 1}


def test_another_process_goes_on_with_the_question(coffee: Talk, tmp_path: Path) -> None:
    """A question that one process asked is answered in another one."""
    coffee.says("add a large latte")
    coffee.says("add a mocha")
    asked = coffee.says("clear my cart").reply
    other = in_another_process(tmp_path / "shop.db", "elsewhere", "yes")
    answer, _ = other.communicate(timeout=120)
    assert asked.speech == "Shall I take all two things out of your cart?"
    assert answer.strip() == "Your cart is empty now."
    assert quantities(coffee) == {}


def test_two_turns_at_once_both_count(coffee: Talk) -> None:
    """Two utterances of one session in the same moment: one waits for the other, neither is lost."""
    coffee.says("help")
    with ThreadPoolExecutor(2) as pool:
        turns = list(pool.map(coffee.says, ["add a mocha", "add two lattes"]))
    assert sorted(done for turn in turns for done in turn.reply.done) == ["cart.added LATTE x2", "cart.added MOCHA x1"]
    assert quantities(coffee) == {"MOCHA": 1, "LATTE": 2}


def test_one_turn_sent_twice_at_once_counts_once(coffee: Talk) -> None:
    """An impatient client sends the same turn twice without waiting."""
    coffee.says("help")
    with ThreadPoolExecutor(2) as pool:
        turns = list(pool.map(lambda _: coffee.says("add a mocha", turn_id="same"), range(2)))
    assert turns[0].reply == turns[1].reply
    assert quantities(coffee) == {"MOCHA": 1}


def test_a_turn_that_died_half_way_is_not_done_twice(coffee: Talk, tmp_path: Path) -> None:
    """A process dies after changing the cart; the turn is sent again and is told what is in the cart."""
    sessions = Sessions(Database.open(f"sqlite:///{tmp_path / 'shop.db'}"), "coffee", coffee.clock)
    sessions.take("anna", "here", "t1")
    coffee.shop.carts.add("anna", "LATTE", 1)
    coffee.clock.advance(seconds=LEASE.total_seconds() + 1)
    turn = coffee.says("add a latte", turn_id="t1")
    assert "a latte" in turn.reply.speech
    assert quantities(coffee) == {"LATTE": 1}


def test_a_session_that_is_held_is_waited_for(coffee: Talk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A turn that never ends makes the next one say so after a while, and has done nothing."""
    sessions = Sessions(Database.open(f"sqlite:///{tmp_path / 'shop.db'}"), "coffee", coffee.clock)
    sessions.take("anna", "here", "t1")
    monkeypatch.setattr("commerce.sessions.PATIENCE", 0.1)
    with pytest.raises(SessionBusy):
        coffee.says("add a latte", turn_id="t2")
    assert quantities(coffee) == {}


def test_a_turn_that_outlived_its_lease_does_not_overwrite(coffee: Talk, tmp_path: Path) -> None:
    """A turn that comes back after another one has gone on is told so."""
    sessions = Sessions(Database.open(f"sqlite:///{tmp_path / 'shop.db'}"), "coffee", coffee.clock)
    slow = sessions.take("anna", "here", "t1")
    coffee.clock.advance(seconds=(LEASE + timedelta(seconds=1)).total_seconds())
    coffee.says("help", turn_id="t2")
    with pytest.raises(SessionMoved):
        sessions.give_back(slow, encode(SessionState()))


def test_devices_and_customers_have_their_own_sessions(coffee: Talk, tmp_path: Path) -> None:
    """A question asked in the kitchen is not answered by a yes in the hall; the cart is one for both."""
    hall = replace(coffee, device="hall")
    coffee.says("add a mocha")
    coffee.says("add a latte")
    coffee.says("clear my cart")
    assert "I haven't asked you anything" in hall.says("yes").reply.speech
    assert quantities(hall) == {"MOCHA": 1, "LATTE": 1}


def test_nobody_talks_as_a_stranger(coffee: Talk) -> None:
    """A customer whom the shop does not know has no session."""
    coffee.customer = "nobody"
    with pytest.raises(UnknownCustomer):
        coffee.says("help")


def test_a_state_survives_its_json() -> None:
    """What is written is what is read, infinite margins included; another shape starts afresh."""
    yes = Understood("ClearCart", {"sure": "yes"})
    state = SessionState(turns=3, open=(OpenQuestion(AskYesNo(yes), "Sure?", "Sure?", 2),))
    assert decode(encode(state)) == state
    assert decode(encode(state).replace('"shape":1', '"shape":0')) == SessionState()
    assert decode(encode(state).replace('"yes_no"', '"maybe"')) == SessionState()
