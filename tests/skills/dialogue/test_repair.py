"""When something is not understood, doubtful or asked for the third time."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from skills.contract import Choice, Expectation, Heard, Item, Listener, Outcome, Understood, Unsure
from skills.dialogue import Assistant, SessionKey
from skills.intents.table import handlers
from skills.languages import load
from skills.understanding import Understanding
from skills.understanding.context import Context
from tests.skills.talking import UNDERSTANDING, Talk, talk


@pytest.fixture
def coffee(tmp_path: Path) -> Talk:
    return talk("coffee", "anna", tmp_path)


@dataclass(frozen=True, slots=True)
class Doubting:
    """An understanding that takes one sentence as it is told to, and is real about all others."""

    text: str
    outcome: Outcome
    understanding: Understanding

    def at_once(self, text: str, context: Context) -> Outcome | None:
        return self.understanding.at_once(text, context)

    def understand(self, heard: Heard, context: Context, listener: Listener | None = None) -> Outcome:
        if heard.hypotheses and heard.hypotheses[0].text == self.text:
            return self.outcome
        return self.understanding.understand(heard, context, listener)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_intent_has_a_handler(language: str) -> None:
    """What can be said in a language is answered: by a handler, or as an answer to an open question."""
    names = {intent.name for intent in load(language).intents}
    assert names - handlers().keys() <= {"Choose", "Answer"}


def test_every_handler_answers_something_sayable() -> None:
    """A handler that no sentence leads to is dead."""
    assert handlers().keys() == {intent.name for intent in load("en").intents} - {"Choose", "Answer"}


def test_what_was_not_understood_changes_nothing(coffee: Talk) -> None:
    """Small talk is turned down; the second time in a row, help comes with it."""
    first = coffee.says("my neighbour has painted his fence green again").reply
    second = coffee.says("my neighbour has painted his fence green again").reply
    assert (first.done, second.done) == ((), ())
    assert "Just tell me what you'd like" in second.speech
    assert coffee.shop.carts.get("anna").lines == ()


def test_nothing_is_asked_a_third_time(coffee: Talk) -> None:
    """A question that two answers did not settle is left, with a way on."""
    coffee.says("add a latte and a mocha")
    asked = [coffee.says("clear my cart").reply.expects]
    for _ in range(2):
        reply = coffee.says("my neighbour has painted his fence green again").reply
        asked.append(reply.expects)
    assert asked == [Expectation.YES_OR_NO, Expectation.YES_OR_NO, Expectation.ANYTHING]
    assert "Let's leave that for now" in reply.speech
    assert coffee.says("yes").reply.done == ()


def test_only_the_doubtful_part_is_asked_for(coffee: Talk) -> None:
    """Two meanings are too close: the shopper hears only what differs, and choosing one does it."""
    soy = Understood("AddToCart", {"items": (Item("LATTE", "Latte"),)})
    some = Understood("AddToCart", {"items": (Item("MOCHA", "Mocha"),)})
    doubt = Unsure((Choice("latte", soy), Choice("mocha", some)))
    understanding = Doubting("a something", doubt, UNDERSTANDING)
    coffee.assistant = Assistant(coffee.shop, understanding, coffee.sessions, coffee.clock)
    asked = coffee.says("a something").reply
    assert asked.choices == ("latte", "mocha")
    assert asked.speech == "Did you say latte or mocha?"
    assert coffee.says("the second one").reply.done == ("cart.added MOCHA x1",)


def test_neither_of_them_closes_the_question(coffee: Talk) -> None:
    """A no to a doubtful reading does nothing."""
    doubt = Unsure((Choice("help", Understood("Help", {})), Choice("stop", Understood("Stop", {}))))
    coffee.assistant = Assistant(
        coffee.shop, Doubting("a something", doubt, UNDERSTANDING), coffee.sessions, coffee.clock
    )
    coffee.says("a something")
    reply = coffee.says("no").reply
    assert (reply.expects, reply.done) == (Expectation.ANYTHING, ())


def test_stop_ends_at_any_time(coffee: Talk) -> None:
    """Stop in the middle of a purchase ends the conversation; a later yes buys nothing."""
    coffee.says("add a latte")
    coffee.says("check out")
    reply = coffee.says("stop").reply
    assert (reply.ends, reply.expects) == (True, Expectation.NOTHING)
    assert coffee.says("yes").reply.done == ()


def test_slower_stays_and_repeat_repeats(coffee: Talk) -> None:
    """Slower repeats the last reply slowly, and all that follows is slow."""
    first = coffee.says("what's in my cart").reply
    slow = coffee.says("slower").reply
    again = coffee.says("repeat").reply
    assert (slow.speech, again.speech) == (first.speech, first.speech)
    assert (first.slower, slow.slower, coffee.says("help").reply.slower) == (False, True, True)


def test_greeting_knows_the_customer_and_the_cart(coffee: Talk) -> None:
    """The greeting names the customer, and the cart once something is in it."""
    key = SessionKey("anna")
    assert "Anna" in coffee.assistant.greet("en", session=key).reply.speech
    coffee.says("add a latte")
    assert "one thing in your cart" in coffee.assistant.greet("en", session=key).reply.speech


def test_a_code_that_was_only_nearly_heard_is_no_try(coffee: Talk) -> None:
    """Digits at a distance are asked for again: guessing would spend one of three tries."""
    nearly = Understood("GiveCode", {"code": "1111"}, cost=1.2)
    coffee.assistant = Assistant(
        coffee.shop, Doubting("won one wan won", nearly, UNDERSTANDING), coffee.sessions, coffee.clock
    )
    for text in ("add a latte", "check out", "yes"):
        coffee.says(text)
    reply = coffee.says("won one wan won").reply
    assert reply.speech == "I couldn't make out the digits. Please say your code."
    for wrong in ("2222", "3333"):
        coffee.says(wrong)
    assert coffee.says("4321").reply.done == ("order.placed 7225 paid",)


def test_what_is_missing_is_asked_for(coffee: Talk) -> None:
    """An order without a product asks for it; a bare answer is enough, also after a question in between."""
    empty = Understood("AddToCart", {})
    coffee.assistant = Assistant(coffee.shop, Doubting("i want", empty, UNDERSTANDING), coffee.sessions, coffee.clock)
    assert coffee.says("i want").reply.expects is Expectation.SLOT
    assert coffee.says("how much is a mocha").reply.speech.endswith("What shall I add?")
    assert coffee.says("two mochas").reply.done == ("cart.added MOCHA x2",)
