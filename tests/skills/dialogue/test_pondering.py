"""What a device understands while it waits for the end of a sentence, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from skills.contract import Choice, Heard, Hypothesis, Item, Listener, Outcome, Understood, Unsure
from skills.dialogue import Assistant, SessionKey
from skills.understanding import Understanding
from skills.understanding.context import Context
from tests.skills.dialogue.test_repair import Doubting
from tests.skills.talking import UNDERSTANDING, Talk, talk

HERE = SessionKey("anna", "here")


@dataclass(slots=True)
class Counting:
    """The real understanding, which notes what it had to understand."""

    real: Understanding
    understood: list[str] = field(default_factory=list)

    def at_once(self, text: str, context: Context) -> Outcome | None:
        return self.real.at_once(text, context)

    def understand(self, heard: Heard, context: Context, listener: Listener | None = None) -> Outcome:
        self.understood.append(heard.hypotheses[0].text)
        return self.real.understand(heard, context, listener)


@pytest.fixture
def counting() -> Counting:
    return Counting(UNDERSTANDING)


@pytest.fixture
def coffee(tmp_path: Path, counting: Counting) -> Talk:
    made = talk("coffee", "anna", tmp_path)
    made.assistant = Assistant(made.shop, counting, made.sessions, made.clock)
    return made


def heard(text: str) -> Heard:
    return Heard(f"turn of {text}", "en", (Hypothesis(text, -1.0),), spoken=True)


def test_what_was_pondered_is_not_understood_again(coffee: Talk, counting: Counting) -> None:
    """The guess turned out to be the whole sentence: it is answered at once, and once."""
    guess = heard("add a latte")
    coffee.assistant.ponders(guess, session=HERE)
    assert coffee.shop.carts.get("anna").lines == ()
    turn = coffee.assistant.hears(guess, session=HERE)
    assert turn.reply.done[0].startswith("cart.added")
    assert counting.understood == ["add a latte"]


def test_a_guess_that_went_on_is_forgotten(coffee: Talk, counting: Counting) -> None:
    """What counts is the sentence that was heard in the end."""
    coffee.assistant.ponders(heard("add a latte"), session=HERE)
    turn = coffee.assistant.hears(heard("add a latte and a mocha"), session=HERE)
    assert len(turn.reply.done) == 2
    assert counting.understood == ["add a latte", "add a latte and a mocha"]


def test_what_was_pondered_in_another_moment_does_not_count(coffee: Talk, counting: Counting) -> None:
    """Meanwhile a screen has put something into the cart, so other things can be said."""
    guess = heard("remove the mocha")
    coffee.assistant.ponders(guess, session=HERE)
    coffee.shop.carts.add("anna", "MOCHA")
    turn = coffee.assistant.hears(guess, session=HERE)
    assert turn.reply.done[0].startswith("cart.removed")
    assert counting.understood == ["remove the mocha"] * 2


def test_an_open_question_is_known(coffee: Talk) -> None:
    """Its answer is plain at once where it was asked, and nowhere else."""
    latte, mocha = (Understood("AddToCart", {"items": (Item(name.upper(), name),)}) for name in ("latte", "mocha"))
    doubt = Doubting("a something", Unsure((Choice("latte", latte), Choice("mocha", mocha))), UNDERSTANDING)
    coffee.assistant = Assistant(coffee.shop, doubt, coffee.sessions, coffee.clock)
    coffee.says("a something")
    assert coffee.assistant.grasps("the second one", "en", session=HERE) is not None
    assert coffee.assistant.grasps("the second one", "en", session=SessionKey("anna", "upstairs")) is None
