"""Text as it was written becomes words as they are said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skills.understanding.normalise import with_digits, words_of


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("A 12-ounce latte, please!", "a twelve ounce latte please"),
        ("a 12 oz. latte", "a twelve ounce latte"),
        ("pay $20.50", "pay twenty dollars fifty"),
        ("pay $1", "pay one dollar"),
        ("2% milk", "two percent milk"),
        ("1,200 won", "one thousand two hundred won"),
        ("the 2nd one", "the second one"),
        ("I’d like M&M", "i'd like m and m"),
        ("order 0042", "order zero zero four two"),
        ("order 20723", "order two zero seven two three"),
        ("order 207-23", "order two zero seven two three"),
        ("12000 won", "twelve thousand won"),
        ("½ litre", "half litre"),
        ("🥛 milk\u202e", "milk"),
    ],
)
def test_numbers_signs_and_units_are_spelt_out(written: str, said: str) -> None:
    """Digits, money, percent, units, fractions and typographic quotes become plain words; pictures and controls go."""
    assert " ".join(words_of(written, "en")) == said


def test_korean_is_split_into_syllables() -> None:
    """With or without spaces the words are the same, and numbers are Korean."""
    assert words_of("우유 두 개 담아 줘", "ko") == words_of("우유두개 담아줘", "ko")
    assert words_of("2", "ko") == ("이",)


def test_larger_numbers_go_back_into_digits() -> None:
    """Recognisers write "a 20 ounce latte" and "two lattes"."""
    assert with_digits(("two", "twenty", "ounce", "lattes"), "en") == "two 20 ounce lattes"


@given(st.text(max_size=300))
def test_any_text_becomes_words_without_spaces(text: str) -> None:
    """Whatever is typed: no error, no empty word, and the same words once more."""
    words = words_of(text, "en")
    assert all(word and not word.isspace() for word in words)
    assert words_of(" ".join(words), "en") == words
