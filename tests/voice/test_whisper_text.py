"""What is made of Whisper's hypotheses: loops are cut, spellings joined."""

from __future__ import annotations

import math

import pytest

from voice.recognition.whisper_model import Guess, distinct, said_once


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Make me a drip coffee. Make me a drip coffee.", "Make me a drip coffee."),
        ("Make me a drip coffee. Make me a drip coffee. Make me a", "Make me a drip coffee."),
        ("A medium Americano? A medium Americano? A medium American", "A medium Americano?"),
        ("Two cartons of oat milk, oat milk, oat milk, oat", "Two cartons of oat milk,"),
        ("Two teas and oat milk, oat milk", "Two teas and oat milk, oat milk"),
        ("I said no, no, no, no", "I said no, no, no, no"),
        ("A bit of milk and a bit of sugar", "A bit of milk and a bit of sugar"),
        ("No, no, no", "No, no, no"),
        ("Add milk and bread", "Add milk and bread"),
        ("", ""),
    ],
)
def test_a_loop_is_cut(written: str, said: str) -> None:
    """A sentence that begins again from its first word and goes on the same was said once; other repetition stays."""
    assert said_once(written) == said


def test_spellings_of_one_sentence_are_one_hypothesis() -> None:
    """What differs in case and punctuation only is joined, with the probability of both, and may so overtake."""
    guesses = [
        Guess("Dark rose.", math.log(0.4), 3),
        Guess("Dark-roast.", math.log(0.3), 4),
        Guess("dark roast", math.log(0.2), 3),
        Guess("...", math.log(0.1), 1),
    ]
    joined = distinct(guesses)
    assert [guess.text for guess in joined] == ["Dark-roast.", "Dark rose."]
    assert math.exp(joined[0].log_probability) == pytest.approx(0.5)
