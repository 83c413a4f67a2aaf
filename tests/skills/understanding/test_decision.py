"""What is accepted, what is asked about, what is turned away."""

from __future__ import annotations

from skills.contract import Item, NotUnderstood, OptionValue, Reason, SlotValue, Understood, Unsure
from skills.understanding.candidates import Reading
from skills.understanding.decision import Evidence, decide
from skills.understanding.free import FreeReading

STEPS = (("a", ()), ("latte", ()))
SOY = OptionValue("milk", "soy-milk", None, "soy milk")
SOME = OptionValue("milk", "milk", "some", "some milk")
SUGAR = OptionValue("sweetener", "sugar", None, "sugar")


def latte(*options: OptionValue, quantity: int = 1) -> Item:
    return Item("LATTE", "latte", quantity, options, ("latte",))


def reading(slot: SlotValue, cost: float, likelihood: float | None = None, intent: str = "AddToCart") -> Reading:
    return Reading((intent, (("items", slot),)), ("a", "latte"), cost, STEPS, (), likelihood)


def choices(*readings: Reading) -> list[str]:
    outcome = decide(Evidence(readings, phonemes=30))
    assert isinstance(outcome, Unsure), outcome
    return [choice.spoken for choice in outcome.choices]


def test_only_the_doubtful_part_is_put_into_the_question() -> None:
    """Milk, product or quantity: never the whole order."""
    assert choices(reading((latte(SOY),), 1.0), reading((latte(SOME),), 1.05)) == ["soy milk", "some milk"]
    mocha = Item("MOCHA", "mocha", 1, (), ("mocha",))
    assert choices(reading((latte(),), 1.0), reading((mocha,), 1.05)) == ["latte", "mocha"]
    assert choices(reading((latte(quantity=2),), 1.0), reading((latte(quantity=3),), 1.1)) == ["2", "3"]


def test_what_differs_in_two_parts_is_not_asked_about() -> None:
    """No question could name it: the nearest is taken."""
    outcome = decide(Evidence((reading((latte(SOY, SUGAR),), 1.0), reading((latte(SOME),), 1.05)), phonemes=30))
    assert isinstance(outcome, Understood)


def test_a_clear_margin_needs_no_question() -> None:
    """Half a phoneme is enough for words, a nat for sound."""
    assert isinstance(decide(Evidence((reading((latte(SOY),), 1.0), reading((latte(SOME),), 1.6)), 30)), Understood)
    heard = (reading((latte(SOY),), 1.0, -10.0), reading((latte(SOME),), 1.0, -12.0))
    assert isinstance(decide(Evidence(heard, 30, log_likelihood=-9.0)), Understood)


def test_the_same_distance_counts_more_in_a_short_sentence() -> None:
    """One phoneme of thirty is nothing, one of eight is much."""
    near = (reading((latte(),), 1.2),)
    talk = (FreeReading("none", 0.95, {}), FreeReading("AddToCart", 0.03, {}))
    assert isinstance(decide(Evidence(near, 30, talk)), Understood)
    assert decide(Evidence(near, 8, talk)) == NotUnderstood(
        Reason.OUT_OF_DOMAIN, 1.2, decide(Evidence(near, 8, talk)).candidates
    )


def test_sound_overrules_words_both_ways() -> None:
    """A far order that the recording supports is taken; a near one that it does not support is not."""
    talk = (FreeReading("none", 0.95, {}),)
    far = (reading((latte(),), 9.0, -10.0),)
    assert isinstance(decide(Evidence(far, 30, talk, log_likelihood=-9.0)), Understood)
    near = (reading((latte(),), 1.0, -40.0),)
    assert isinstance(decide(Evidence(near, 30, talk, log_likelihood=-9.0)), NotUnderstood)


def test_what_no_sentence_is_near_to_may_be_phrased_freely() -> None:
    """The free reader's meaning counts where it is sure, with the slots that it found."""
    free = (FreeReading("Undo", 0.8, {}), FreeReading("none", 0.1, {}))
    outcome = decide(Evidence((reading((latte(),), 11.0),), 20, free))
    assert isinstance(outcome, Understood)
    assert outcome.intent == "Undo"
