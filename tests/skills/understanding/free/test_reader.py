"""Sentences that neither a template nor an example says are read for what they are like."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skills.contract import Expectation, Item, SlotValue
from skills.languages import load
from skills.understanding.free import FreeReader, FreeReading
from tests.skills.understanding.free.shopping import moment

READER = FreeReader(load("en"))


def best(text: str, expects: Expectation = Expectation.ANYTHING) -> FreeReading:
    return READER.read(text, moment(expects))[0]


@pytest.mark.parametrize(
    ("text", "intent", "slots"),
    [
        ("be a dear and tell me what remains in my savings", "CheckBalance", {"account": "savings"}),
        ("roughly how much cash went on restaurants over the weekend", "RecentTransactions", {}),
        ("how long have i got before the water bill is due", "BillDue", {"payee": "city-water"}),
        ("kindly put forty dollars towards the electric bill", "PayBill", {"payee": "volt", "amount": 4000}),
        ("has that parcel of mine been handed to the courier yet", "OrderStatus", {}),
        ("mind saying all of that once more for me", "Repeat", {}),
        ("you are rattling it off too fast, talk slower", "Slower", {}),
        ("what sort of jobs could you do for me", "Help", {}),
    ],
)
def test_a_new_wording_is_understood(text: str, intent: str, slots: Mapping[str, SlotValue]) -> None:
    """None of these sentences stands in the data; each is likeliest what it should be, with its slots."""
    assert text not in load("en").intent(intent).examples
    reading = best(text)
    assert (reading.intent, dict(reading.slots)) == (intent, slots)


def test_products_and_quantities_are_found_in_the_rest_of_the_sentence() -> None:
    """ "Two gallons of milk" counts the milk, though the shop counts it in cartons."""
    reading = best("would you be so nice and tack two gallons of milk and some eggs onto my grocery list")
    assert reading.intent == "AddToCart"
    items = reading.slots["items"]
    assert isinstance(items, tuple)
    assert [(item.products, item.quantity) for item in items] == [(("milk",), 2), (("eggs",), 1)]


def test_an_unknown_product_is_kept_as_words() -> None:
    """The shop has no phone chargers; the dialogue gets the words, to say so or to search."""
    reading = best("i was hoping you could order me a new phone charger")
    assert reading.intent == "AddToCart"
    assert reading.slots["items"] == (Item(None, "phone charger"),)


@pytest.mark.parametrize(
    "text",
    [
        "my cousin moved to portugal last spring",
        "is there any chance of thunder tomorrow evening",
        "they painted the whole fence green",
        "who on earth let the dog in again",
        "the minister declined to comment on the report",
        "play something by the beatles in the bathroom",
    ],
)
def test_everyday_talk_is_none_of_the_intents(text: str) -> None:
    """Talk for nobody, the television and orders to other assistants are likeliest no command."""
    assert text not in load("en").none_examples
    assert best(text).intent == "none"


def test_what_cannot_be_said_here_counts_as_none() -> None:
    """A bank has no products: a wish for milk is no command there."""
    readings = READER.read("would you add some milk to my list", moment(products=()))
    assert readings[0].intent == "none"
    assert "AddToCart" not in {reading.intent for reading in readings}


def test_a_question_makes_its_answer_likelier() -> None:
    """The same words are more of a yes when the assistant has just asked something."""
    asked, unasked = (
        {reading.intent: reading.probability for reading in READER.read("that is quite fine", moment(expects))}
        for expects in (Expectation.YES_OR_NO, Expectation.ANYTHING)
    )
    assert asked["Confirm"] > unasked.get("Confirm", 0.0)


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    """Whatever is typed, there are one to four readings, likeliest first, "none" among them."""
    readings = READER.read(text, moment())
    probabilities = [reading.probability for reading in readings]
    assert 1 <= len(readings) <= 4
    assert probabilities == sorted(probabilities, reverse=True)
    assert sum(probabilities) <= 1.001
    assert "none" in {reading.intent for reading in readings}


def test_a_language_without_examples_is_not_known() -> None:
    """Korean is understood by its templates alone."""
    assert FreeReader.knows("en")
    assert not FreeReader.knows("ko")
