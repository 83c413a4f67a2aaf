"""Listening again: the sound decides between what the words leave open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from rapidfuzz.distance import Levenshtein

from skills.contract import Expectation, Hypothesis, NotUnderstood, SoundGone, Understood
from skills.understanding.alignment import Alignment
from skills.understanding.nearest import NearestSentences, Sentence
from tests.skills.understanding.shops import cafe, grocery, heard, spoken_options, typed, understanding


class Recording:
    """A listener that still hears what was really said: texts are the less likely, the more they differ from it."""

    def __init__(self, said: str, *again: Hypothesis) -> None:
        self._said = said
        self._again = again
        self.asked: list[str] = []
        self.hints: list[str] = []

    def hear_again(self, turn_id: str, hint: str) -> tuple[Hypothesis, ...]:
        self.hints.append(hint)
        return self._again

    def rescore(self, turn_id: str, texts: Sequence[str]) -> tuple[float, ...]:
        self.asked.extend(texts)
        return tuple(-6.0 * Levenshtein.distance(self._said, text) for text in texts)


class Lost:
    """A listener whose recording is no longer there."""

    def hear_again(self, turn_id: str, hint: str) -> tuple[Hypothesis, ...]:
        raise SoundGone(turn_id)

    def rescore(self, turn_id: str, texts: Sequence[str]) -> tuple[float, ...]:
        raise SoundGone(turn_id)


def item_of(outcome: object) -> tuple[str | None, list[str]]:
    assert isinstance(outcome, Understood), outcome
    items = outcome.slots["items"]
    assert isinstance(items, tuple)
    (item,) = items
    return item.sku, spoken_options(item)


def test_the_sound_decides_between_near_orders() -> None:
    """ "Captain with paint" is nearest to something else; the recording knows that it was a cappuccino with cream."""
    said = Recording("make me a double shot cappuccino with a lot of cream")
    outcome = understanding().understand(heard("make me a double shot captain with a lot of paint"), cafe(), said)
    assert item_of(outcome) == ("CAPPUCCINO", ["double shot", "a lot of cream"])


def test_an_order_that_is_not_among_the_nearest_is_reached_by_changing_one_slot_at_a_time() -> None:
    """What was heard lacks the sugar and has another amount of milk; two steps lead to what was said."""
    said = Recording("can i get a latte with lots of almond milk and brown sugar")
    outcome = understanding().understand(heard("can i get a latter with a lot of almond and brown shoe"), cafe(), said)
    assert item_of(outcome) == ("LATTE", ["lots of almond milk", "brown sugar"])


def test_nobody_listens_again_to_what_was_heard_word_for_word() -> None:
    """A literal order is taken as it is: the second listening costs time."""
    said = Recording("something else")
    outcome = understanding().understand(heard("a large latte with soy milk"), cafe(), said)
    assert item_of(outcome) == ("LATTE", ["large", "soy milk"])
    assert said.asked == []
    assert said.hints == []


HALF_WAY = "add two cartons of oat mel"  # to the ear: two letters from oatmeal, two from oat milk


def test_goods_are_what_is_sold_by_the_word_that_counts_them() -> None:
    """ "Two cartons of oatmeal" is oat milk, where the sound allows for it; counted by its own word it is oatmeal."""
    for text, sku in (("add two cartons of oatmeal", "OAT-MILK"), ("add two boxes of oatmeal", "OATMEAL")):
        said = Recording(HALF_WAY)
        assert item_of(understanding().understand(heard(text), grocery(), said)) == (sku, [])
        assert bool(said.asked) == (sku == "OAT-MILK")


def test_goods_may_be_counted_by_another_word() -> None:
    """Who clearly says so, types it, or can mean nothing else gets it: a jar of honey may be a bottle."""
    clearly = Recording("add two cartons of oatmeal")
    assert item_of(understanding().understand(heard("add two cartons of oatmeal"), grocery(), clearly))[0] == "OATMEAL"
    assert item_of(understanding().understand(typed("add two cartons of oatmeal"), grocery()))[0] == "OATMEAL"
    honey = Recording("add two bottles of honey")
    assert item_of(understanding().understand(heard("add two bottles of honey"), grocery(), honey))[0] == "HONEY"
    assert honey.asked == []


def test_an_odder_hearing_is_no_rival() -> None:
    """Oat milk, heard word for word, is not doubted because oatmeal was heard almost as likely."""
    said = Recording("nobody asks")
    both = heard("add two cartons of oat milk", "add two cartons of oatmeal", apart=0.1)
    assert item_of(understanding().understand(both, grocery(), said)) == ("OAT-MILK", [])
    assert said.asked == []


@pytest.mark.parametrize("text", ["Yes. Yes. Yes. Yes", "yes yes"])
def test_a_word_that_is_said_again_and_again_is_said_once(text: str) -> None:
    """Whisper writes a single yes so; nobody needs to listen to it again."""
    said = Recording("yes")
    outcome = understanding().understand(heard(text), cafe(), said)
    assert isinstance(outcome, Understood)
    assert outcome.intent == "Confirm"
    assert said.hints == []


def test_a_number_that_is_said_again_and_again_is_another_number() -> None:
    """Asked for how many, "two" is two; "two two two" may be an order's number, and is no two."""
    asked = replace(cafe(), expects=Expectation.SLOT, slot="quantity")
    two, three_twos = (understanding().at_once(text, asked) for text in ("two", "two two two"))
    assert isinstance(two, Understood)
    assert two.slots == {"quantity": 2}
    assert isinstance(three_twos, Understood)
    assert three_twos.slots == {"order_number": "222"}


def test_what_is_far_from_the_menu_is_heard_again_with_the_menu_in_mind() -> None:
    """Of the first hearing nothing is left but the sound; with the menu as a hint the recogniser hears the order."""
    order = "a large cappuccino with almond milk"
    said = Recording(order, Hypothesis("A large cappuccino with almond milk.", -2.0))
    outcome = understanding().understand(heard("alert capture new with all men make"), cafe(), said)
    assert item_of(outcome) == ("CAPPUCCINO", ["large", "almond milk"])
    assert "cappuccino" in said.hints[0]
    assert "almond milk" in said.hints[0]


def test_a_sentence_that_is_heard_again_word_for_word_is_taken() -> None:
    """The sound is asked for that sentence alone, and nobody waits for a comparison with all that can be said."""
    order = "a large cappuccino with almond milk"
    said = Recording(order, Hypothesis(order, -2.0), Hypothesis("a large cup of cheese no with all men make", -4.5))
    outcome = understanding().understand(heard("a large cup of cheese no with all men make"), cafe(), said)
    assert item_of(outcome) == ("CAPPUCCINO", ["large", "almond milk"])
    assert said.asked == [order]


@pytest.mark.parametrize(
    ("said", "again"),
    [
        ("a large latte with almond milk", ("a large latte with almond milk", "a large mocha with almond milk")),
        ("a large cappuccino with almond milk", ("a large mocha with almond milk",)),
        ("a large latte", ("a large latte",)),
    ],
    ids=["another sentence is almost as likely", "the sound is far from it", "a mumble may be like a few words"],
)
def test_what_is_heard_again_does_not_decide_alone(said: str, again: tuple[str, ...]) -> None:
    """Then it is compared with all that can be said."""
    listener = Recording(said, *(Hypothesis(text, -2.0 - i) for i, text in enumerate(again)))
    understanding().understand(heard("a large cup of cheese no with all men make"), cafe(), listener)
    assert len(listener.asked) > 2


def test_nothing_is_searched_far_from_what_would_leave_no_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    """It will be heard again whatever the nearest sentence is: only then one is looked for, in what is heard then."""
    happened: list[str] = []

    class Told(Recording):
        def hear_again(self, turn_id: str, hint: str) -> tuple[Hypothesis, ...]:
            happened.append("heard again")
            return super().hear_again(turn_id, hint)

    def sentences(search: NearestSentences, alignment: Alignment, beam: float) -> Iterator[Sentence]:
        for sentence in original(search, alignment, beam):
            happened.append("found")
            yield sentence

    original = NearestSentences.sentences
    monkeypatch.setattr(NearestSentences, "sentences", sentences)
    order = "a large cappuccino with almond milk"
    for again in ((Hypothesis("a large cappuccino with almond mill", -2.0),), ()):
        happened.clear()
        first = heard("a large cup of cheese no with all men make")
        assert item_of(understanding().understand(first, cafe(), Told(order, *again))) == (
            "CAPPUCCINO",
            ["large", "almond milk"],
        )
        assert happened[0] == "heard again"
        assert happened[1] == "found"


def test_what_a_hint_makes_of_the_sound_is_not_believed_without_listening_to_it() -> None:
    """The hint turned talk into an order word for word; the sound is far from it, so nothing is ordered."""
    said = Recording("my sister is getting married", Hypothesis("My sister is getting married.", -3.0))
    both = Recording("my sister is getting married", Hypothesis("A mocha with cream and sugar.", -2.0))
    for listener in (said, both):
        outcome = understanding().understand(heard("My sister is getting married."), cafe(), listener)
        assert isinstance(outcome, NotUnderstood), outcome


def test_candidates_are_listened_for_in_the_usual_words() -> None:
    """No candidate loses because the graph also knows an odd way to say it; larger numbers stand in digits."""
    said = Recording("a 20 ounce latte with soy milk and sugar")
    understanding().understand(heard("a twenty ounce lotter plus soya mill and shugger"), cafe(), said)
    assert "a 20 ounce latte with soy milk and sugar" in said.asked


def test_words_alone_decide_when_the_sound_is_gone() -> None:
    """The recording was dropped: the nearest order is still understood."""
    outcome = understanding().understand(heard("a large lotter with soy milk"), cafe(), Lost())
    assert item_of(outcome) == ("LATTE", ["large", "soy milk"])


def test_the_sound_decides_between_two_literal_orders_that_were_heard_almost_alike() -> None:
    """A recogniser that was given the menu may prefer "sugar" to the "sweetener" that was said."""
    said = Recording("a latte with sweetener")
    both = heard("a latte with sugar", "a latte with sweetener")
    assert item_of(understanding().understand(both, cafe(), said)) == ("LATTE", ["sweetener"])
    assert item_of(understanding().understand(both, cafe())) == ("LATTE", ["sugar"])
