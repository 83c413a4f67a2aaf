"""Accepted, asked about or not understood: and whatever comes in, an outcome in bounded time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skills.contract import Heard, NotUnderstood, Reason, Understood, Unsure
from skills.understanding import Understanding
from skills.understanding.phonemes import Lexicon, Phonemes
from tests.skills.understanding.shops import cafe, heard, items_of, pizzeria, spoken_options, typed, understanding


def test_a_literal_sentence_needs_no_phonemes() -> None:
    """What is typed word for word is understood without espeak-ng, and so in a few milliseconds."""
    reader = Understanding(lexicon=Mute())
    outcome = reader.understand(typed("add two large lattes with soy milk to my cart"), cafe())
    assert isinstance(outcome, Understood)
    assert outcome.cost == 0


class Mute(Lexicon):
    """A lexicon that can't be asked."""

    def phonemes(self, words: Iterable[str], language: str) -> list[Phonemes]:
        raise AssertionError("phonemes were asked for")


PAINT = "make me a double shot captain with a lot of paint"
CREAM = "make me a double shot cappuccino with a lot of cream"


def test_a_sentence_heard_almost_as_likely_is_taken_at_once() -> None:
    """ "Paint" is in nobody's coffee, and the next hypothesis is a sentence: nobody waits for a comparison."""
    outcome = Understanding(lexicon=Mute()).understand(heard(PAINT, CREAM), cafe())
    assert isinstance(outcome, Understood)
    (item,) = outcome.slots["items"]
    assert (item.sku, spoken_options(item)) == ("CAPPUCCINO", ["double shot", "a lot of cream"])


@pytest.mark.parametrize(
    "texts",
    [
        (PAINT, CREAM, CREAM.replace("cream", "sugar")),
        ("make me two double shot captains with a lot of paint", CREAM),
        ("a captain with paint", "a cappuccino with cream"),
        (PAINT, PAINT, PAINT, PAINT, CREAM),
    ],
    ids=["two sentences", "another number", "a few words", "much less likely"],
)
def test_what_was_heard_beside_does_not_decide_alone(texts: tuple[str, ...]) -> None:
    """Then it is compared with all that can be said."""
    with pytest.raises(AssertionError, match="phonemes were asked for"):
        Understanding(lexicon=Mute()).understand(heard(*texts, apart=0.8), cafe())


@pytest.mark.parametrize(
    "text", ["a large lattay with soy milk", "a large latte with soy mlik", "can i get a large lartay with soymilk"]
)
def test_misspelt_orders_are_understood_by_their_sound(text: str) -> None:
    """Nobody types like a dictionary."""
    (item,) = items_of(text, cafe())
    assert (item.sku, spoken_options(item)) == ("LATTE", ["large", "soy milk"])


@pytest.mark.parametrize(
    ("text", "quantity"), [("add thirty lattes", 30), ("add 13 lattes", 13), ("add ninety nine lattes", 99)]
)
def test_a_number_is_the_one_that_was_said(text: str, quantity: int) -> None:
    """Thirty sounds like thirteen, and is not that."""
    assert [item.quantity for item in items_of(text, cafe())] == [quantity]


@pytest.mark.parametrize("text", ["add a hundred and twenty lattes", "add two thousand lattes", "i want 125 lattes"])
def test_a_number_too_large_is_not_cut_to_a_smaller_one(text: str) -> None:
    """Who says two thousand does not get two."""
    outcome = understanding().understand(typed(text), cafe())
    assert isinstance(outcome, NotUnderstood)


@pytest.mark.parametrize("text", ["change the quantity", "change the quantity please"])
def test_a_number_that_was_not_said_is_not_made_up(text: str) -> None:
    """The nearest sentence goes on with "to two": that is nobody's wish."""
    outcome = understanding().understand(typed(text), replace(cafe(), in_cart=("latte",)))
    assert not isinstance(outcome, Understood) or "quantity" not in outcome.slots


def test_a_mistyped_number_may_be_meant() -> None:
    """ "Twoo" is two, with a finger that was too slow: at worst it is asked about."""
    outcome = understanding().understand(typed("add twoo lattes"), cafe())
    meanings = [choice.meaning for choice in outcome.choices] if isinstance(outcome, Unsure) else [outcome]
    assert 2 in [item.quantity for one in meanings if isinstance(one, Understood) for item in one.slots["items"]]


def test_a_doubtful_part_is_asked_about_alone() -> None:
    """Between two sizes of which none was said clearly, only the sizes are named."""
    outcome = understanding().understand(typed("a twelty ounce latte"), cafe())
    if isinstance(outcome, Unsure):
        assert {choice.spoken for choice in outcome.choices} <= {"twelve ounce", "twenty ounce"}
        assert all(choice.meaning.intent == "AddToCart" for choice in outcome.choices)
    else:
        assert isinstance(outcome, Understood)
        assert outcome.margin > 0


@pytest.mark.parametrize(
    "text",
    [
        "the weather is nice today isn't it",
        "did you see the game last night",
        "alexa turn off the lights in the kitchen",
        "and now the news at nine with the latest from the capital",
        "i told him that she would never come back",
    ],
)
def test_talk_is_not_understood(text: str) -> None:
    """Small talk, television and words for another assistant change nothing."""
    assert isinstance(understanding().understand(typed(text), cafe()), NotUnderstood)


@pytest.mark.parametrize(
    "text", ["a latte with ketchup", "i'd like a latte and a chair please", "two lattes and three elephants"]
)
def test_a_typed_word_is_not_taken_for_quite_another(text: str) -> None:
    """Ketchup is no cream: better not understood than something else in the cart."""
    outcome = understanding().understand(typed(text), cafe())
    if isinstance(outcome, Understood):
        for value in outcome.slots.values():
            assert isinstance(value, tuple)
            assert all(not item.options for item in value)


def test_silence_and_endless_speech_have_their_reasons() -> None:
    """Nothing heard, nothing written, only punctuation, ten thousand words."""
    reader = understanding()
    assert reader.understand(Heard("t", "en", (), spoken=True), cafe()) == NotUnderstood(Reason.SILENCE)
    assert reader.understand(typed("   "), cafe()) == NotUnderstood(Reason.SILENCE)
    assert isinstance(reader.understand(typed("?!…"), cafe()), NotUnderstood)
    assert reader.understand(typed("milk " * 10_000), cafe()) == NotUnderstood(Reason.TOO_LONG)


@settings(max_examples=25, deadline=5_000, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.one_of(
        st.text(max_size=60),
        st.text(st.sampled_from("😀🥛\u202e\x00\x1b우유один中文"), max_size=40),
        st.lists(
            st.sampled_from(["two", "large", "with", "no", "and", "pizza", "one", "the other", "ham"]), max_size=20
        ).map(" ".join),
    )
)
def test_whatever_is_typed_gets_an_outcome(text: str) -> None:
    """Any text, other scripts, control characters, menu words in any order."""
    outcome = understanding().understand(typed(text), pizzeria())
    assert isinstance(outcome, Understood | Unsure | NotUnderstood)


def test_ordering_what_was_bought_before_is_ordering_it_again() -> None:
    """ "Order the croissant" adds to a stranger's cart, and is a reorder for somebody who has had it before."""
    habit = replace(cafe(), bought=frozenset({"croissant"}))
    for context, intent in ((cafe(), "AddToCart"), (habit, "Reorder")):
        outcome = understanding().understand(typed("order the croissant"), context)
        assert isinstance(outcome, Understood)
        assert outcome.intent == intent
    for text in ("order two croissants", "order a latte", "a croissant please"):
        outcome = understanding().understand(typed(text), habit)
        assert isinstance(outcome, Understood)
        assert outcome.intent == "AddToCart", text
