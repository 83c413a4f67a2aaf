"""The small words that hold an order together in one language: articles, "and", "with", "no", "the other one"."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

_VOWELS = "aeiou"


def _english_plural(name: str) -> str:
    head, _, last = name.rpartition(" ")
    if last.endswith(("s", "sh", "ch", "x", "z")):
        many = last + "es"
    elif last.endswith("y") and len(last) > 1 and last[-2] not in _VOWELS:
        many = last[:-1] + "ies"
    elif last.endswith("f"):
        many = last[:-1] + "ves"
    else:
        many = last + "s"
    return f"{head} {many}".strip()


def _same(name: str) -> str:
    return name


@dataclass(frozen=True, slots=True)
class JoiningWords:
    """How items, quantities and modifiers are put together.

    quantities: words to a number, beside the plain numerals. plural: a name to its form after a number above one.
    attached: words that may be written right behind another, without a space.
    quantity_follows: the quantity stands behind the name, with one of `counters` ("우유 두 개").
    uncounted: quantities that stand behind the name without a counter ("우유 하나").
    of: between a unit and what it counts ("cartons of").
    without: before a choice that is left out; left_out: behind it.
    parts: opens the modifiers of some of several ("one with ..."), to how many; 0 stands for all that remain.
    further: the same where one was ordered so far ("... and another with ..."): so many more of it.
    alike: opens modifiers of the last items together, to how many of them ("both large"); 0 stands for all.
    such: between modifiers and what they are of, for one more of what was just ordered ("a large one").
    on: between modifiers and the item that they belong to ("no onions on my pizza").
    servings: units of any goods. closings: said behind an item and of no meaning here ("for me").
    ordinals: ways of naming the first choice, the second and so on.
    money, hundredths: what is counted in an amount ("dollars", "cents").
    """

    articles: tuple[str, ...]
    items: tuple[str, ...]
    modifiers: tuple[str, ...]
    without: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    quantities: Mapping[str, int] = field(default_factory=dict)
    counters: tuple[str, ...] = ()
    parts: Mapping[str, int] = field(default_factory=dict)
    further: Mapping[str, int] = field(default_factory=dict)
    alike: Mapping[str, int] = field(default_factory=dict)
    such: tuple[str, ...] = ()
    on: tuple[str, ...] = ()
    servings: tuple[str, ...] = ()
    closings: tuple[str, ...] = ()
    ordinals: tuple[tuple[str, ...], ...] = ()
    hundredths: tuple[str, ...] = ()
    money: tuple[str, ...] = ()
    plural: Callable[[str], str] = _same
    attached: tuple[str, ...] = ()
    uncounted: Mapping[str, int] = field(default_factory=dict)
    quantity_follows: bool = False

    def forms(self, units: Iterable[str]) -> dict[str, str]:
        """Each unit as it is said of one and of several, to the unit: carton and cartons to carton."""
        return {form: unit for unit in units for form in (unit, self.plural(unit))}


_ENGLISH = JoiningWords(
    articles=("a", "an", "the", "some"),
    items=("and", "plus", "and also", "also", "and then", "as well as", "then"),
    modifiers=(
        "with", "and", "and with", "plus", "and also", "with just", "with only", "topped with", "on a", "with a",
    ),
    without=("no", "without", "with no", "and no", "hold the", "without any", "but no", "and without", "minus"),
    of=("of",),
    quantities={"a couple of": 2, "a couple": 2, "a pair of": 2, "a dozen": 12, "half a dozen": 6, "one dozen": 12},
    parts={
        "one": 1, "the first": 1, "one of them": 1, "the first one": 1, "two": 2, "three": 3, "four": 4, "five": 5,
        "two of them": 2, "three of them": 3, "the other": 0, "the other one": 0, "the second": 0, "the second one": 0,
        "the third": 0, "the third one": 0, "the last": 0, "the last one": 0, "the others": 0, "the rest": 0,
        "the other two": 2, "and the other": 0, "and the other one": 0, "and the rest": 0, "and the second": 0,
        "and the third": 0, "and the last": 0, "and the last one": 0, "and the others": 0, "and the other two": 2,
    },
    further={
        "another": 1, "another one": 1, "and one": 1, "and another": 1, "and another one": 1, "and two": 2,
        "and three": 3, "and four": 4,
    },
    alike={"both": 2, "both of them": 2, "all": 0, "all of them": 0, "each": 0},
    such=("one",),
    on=("on", "on a", "on my", "on our", "on the", "on that"),
    servings=("side", "order", "portion", "serving"),
    closings=("for me", "for us", "for her", "for him", "for them", "please"),
    ordinals=(
        ("first", "one", "number one"), ("second", "two", "number two"), ("third", "three", "number three"),
    ),
    money=("dollar", "dollars", "buck", "bucks", "euro", "euros", "pound", "pounds"),
    hundredths=("cent", "cents", "pence"),
    plural=_english_plural,
)  # fmt: skip

_KOREAN = JoiningWords(
    articles=(),
    items=("와", "과", "하고", "랑", "이랑", "그리고", "또"),
    modifiers=("에", "하고", "와", "과", "랑", "넣은", "넣고", "추가한", "추가해서", "로", "으로"),
    without=(),
    left_out=("빼고", "없이", "뺀", "빼 주고"),
    quantities={"한": 1, "두": 2, "세": 3, "네": 4, "다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9, "열": 10},
    uncounted={"하나": 1, "둘": 2, "셋": 3, "넷": 4, "다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9, "열": 10},
    counters=("개", "잔", "병", "판", "봉지", "팩", "캔", "통", "송이", "박스", "상자", "조각"),
    ordinals=(("첫 번째", "일 번", "첫째"), ("두 번째", "이 번", "둘째"), ("세 번째", "삼 번", "셋째")),
    money=("원", "달러"),
    hundredths=("센트",),
    attached=("을", "를", "은", "는", "도", "이", "가", "요", "이요", "에", "와", "과", "하고", "랑", "이랑", "로"),
    quantity_follows=True,
)

_LANGUAGES = {"en": _ENGLISH, "ko": _KOREAN}


def joining_words(language: str) -> JoiningWords:
    """The words of a language. Raises KeyError for a language that has none."""
    return _LANGUAGES[language.split("-")[0]]
