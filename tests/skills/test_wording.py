"""Amounts, days, lists and goods as people say them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from commerce.money import Money
from skills.languages.en import wording as english
from skills.languages.ko import wording as korean
from skills.languages.saying import AllOf, AnyOf, Goods, GoodsName, OrderNumber, Value
from tests.skills.talking import TUESDAY

LATTE = Goods("Latte", 1, None, None, None, ("large", "double shot"), ("a bit of soy milk", "brown sugar"))


@pytest.mark.parametrize(
    ("value", "spoken", "shown"),
    [
        (Money(420, "USD"), "four dollars twenty", "$4.20"),
        (Money(405, "USD"), "four dollars and five cents", "$4.05"),
        (Money(100, "GBP"), "one pound", "£1.00"),
        (Money(-1, "USD"), "minus one cent", "-$0.01"),
        (Money(300, "KRW"), "three hundred won", "₩300"),
        (TUESDAY + timedelta(minutes=20), "in about twenty minutes", "in about 20 min"),
        ((TUESDAY + timedelta(days=1)).date(), "tomorrow", "tomorrow"),
        ((TUESDAY + timedelta(days=3)).date(), "on Friday", "on Friday"),
        ((TUESDAY - timedelta(days=2)).date(), "last Sunday", "last Sunday"),
        ((TUESDAY + timedelta(days=9)).date(), "on the third of December", "on 3 Dec"),
        (OrderNumber("20481"), "two oh four eight one", "20481"),
        (AllOf(("a", "b", "c")), "a, b and c", "a, b and c"),
        (AnyOf(("a", "b")), "a or b", "a or b"),
        (Goods("Oat milk", 2, "carton"), "two cartons of oat milk", "2 cartons of oat milk"),
        (Goods("Oat milk", 1, "carton", "1 litre"), "a one litre carton of oat milk", "a carton of oat milk (1 litre)"),
        (Goods("Rye bread", 2, "loaf"), "two loaves of rye bread", "2 loaves of rye bread"),
        (Goods("Strawberry", 3), "three strawberries", "3 strawberries"),
        (Goods("Bananas", 1), "bananas", "bananas"),
        (Goods("Espresso", 1), "an espresso", "an espresso"),
        (
            GoodsName(Goods("Whole milk", 2, "carton", None, "Silverbrook")),
            "Silverbrook whole milk",
            "Silverbrook whole milk",
        ),
        (
            LATTE,
            "a large double shot latte with a bit of soy milk and brown sugar",
            "a large double shot latte with a bit of soy milk and brown sugar",
        ),
    ],
)
def test_english(value: Value, spoken: str, shown: str) -> None:
    """The ear gets words, the eye gets digits and signs."""
    assert (english.Spoken().put(value, TUESDAY), english.Shown().put(value, TUESDAY)) == (spoken, shown)


@pytest.mark.parametrize(
    ("value", "spoken"),
    [
        (Money(300, "KRW"), "삼백 원"),
        (Money(12500, "KRW"), "만 이천오백 원"),
        (OrderNumber("1042"), "일공사이번"),
        (Goods("우유", 2, "팩"), "우유 두 팩"),
        (Goods("사과", 20), "사과 스무 개"),
        ((TUESDAY + timedelta(days=1)).date(), "내일"),
        ((TUESDAY + timedelta(days=195)).date(), "유월 칠일"),
    ],
)
def test_korean(value: Value, spoken: str) -> None:
    """Things are counted with native numerals, money with Sino-Korean ones."""
    assert korean.Spoken().put(value, TUESDAY) == spoken


@pytest.mark.parametrize(
    ("text", "particle", "wanted"),
    [("우유", "을/를", "우유를"), ("빵", "을/를", "빵을"), ("서울", "으로/로", "서울로"), ("집", "으로/로", "집으로")],
)
def test_korean_particles_follow_the_last_sound(text: str, particle: str, wanted: str) -> None:
    """A consonant at the end asks for the first form; "(으)로" treats ㄹ as a vowel."""
    assert korean.Spoken().put(text, TUESDAY, particle) == wanted


def test_every_sentence_begins_with_a_capital() -> None:
    """Values fill sentences in mid-reply, too."""
    assert english.Spoken().sentence("no. two left. say it") == "No. Two left. Say it"
