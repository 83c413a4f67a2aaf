"""Intents of Alexa's become sentences that our own understanding reads as that intent."""

from __future__ import annotations

from pathlib import Path

import pytest

from skills.alexa.samples import SAY, sampled_intents, slots_in
from skills.alexa.sentences import sentence
from skills.contract import Heard, Hypothesis, Understood
from skills.dialogue import SessionKey
from tests.skills.talking import talk

SAID = {
    "home": {"product": "bananas", "items": "two bunches of bananas", "wrong": "oat milk", "coupon": "save ten"},
    "coffee": {"product": "latte", "items": "a large latte", "wrong": "mocha", "coupon": "slow morning"},
    "pizza": {"product": "margherita", "items": "two large margheritas", "wrong": "cola", "coupon": "big table"},
    "bank": {},
}
COMMON = {
    "quantity": "3",
    "account": "checking",
    "payee": "phone",
    "amount": "20",
    "order_number": "1042",
    "address": "home",
}
KINDS = {"home": "groceries", "coffee": "cafe", "pizza": "pizzeria", "bank": "bank"}
ANSWERS = {"Answer", "Choose", "GiveCode", SAY}
AS_OURS = {
    "AMAZON.YesIntent": "Confirm",
    "AMAZON.NoIntent": "Deny",
    "AMAZON.HelpIntent": "Help",
    "AMAZON.RepeatIntent": "Repeat",
    "AMAZON.StopIntent": "Stop",
    "AMAZON.CancelIntent": "Cancel",
}


@pytest.mark.parametrize("shop", SAID)
def test_the_plainest_sample_of_every_intent_is_read_as_that_intent(shop: str, tmp_path: Path) -> None:
    """Every intent with every set of slots that a sample has, in each kind of shop; answers need a question first."""
    partner = talk(shop, "carla", tmp_path)
    wrong = []
    for intent in sampled_intents("en", KINDS[shop]):
        for names in sorted({slots_in(sample) for sample in intent.samples} - set(), key=len):
            if intent.name in ANSWERS:
                continue
            slots = {name: (COMMON | SAID[shop])[name] for name in names}
            text = sentence("en", KINDS[shop], intent.name, slots)
            heard = Heard("1", "en", (Hypothesis(text),), spoken=True)
            outcome = partner.assistant.understands(heard, session=SessionKey("carla"))
            if not isinstance(outcome, Understood) or outcome.intent != AS_OURS.get(intent.name, intent.name):
                wrong.append((intent.name, text, outcome))
    assert not wrong


def test_slots_are_put_in_as_they_were_heard() -> None:
    """The raw words, and nothing in them is taken for a slot."""
    assert (
        sentence("en", "groceries", "AddToCart", {"quantity": "2", "product": "Oat Milk"}) == "add 2 Oat Milk to cart"
    )
    assert "{" not in sentence("en", "groceries", "ProductPrice", {"product": "{product}"})


def test_what_no_shop_of_the_kind_understands_means_nothing() -> None:
    """A bank's intent at a grocery, and one that nobody knows."""
    assert sentence("en", "groceries", "PayBill", {"payee": "phone"}) == "?"
    assert sentence("en", "groceries", "Sing", {}) == "?"


def test_the_catch_all_hands_the_words_on() -> None:
    """Its carrier means nothing and is lost."""
    assert sentence("en", "groceries", SAY, {"words": "where is my order"}) == "where is my order"
