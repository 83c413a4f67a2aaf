"""Names that want to be markup: whatever products and customers are called, only our own tags are tags."""

from __future__ import annotations

import json
import random
import unicodedata
from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st

from skills.alexa.screens import MOST_BYTES, Line, screen
from skills.alexa.ssml import LONGEST, speak

NAMES = 10_000
PIECES = (
    "<break time='10s'/>",
    "<audio src='https://evil.example/a.mp3'/>",
    "</speak>",
    "<speak>",
    "<say-as interpret-as='expletive'>",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "<?xml version='1.0'?>",
    "<!DOCTYPE x [<!ENTITY e 'x'>]>",
    "&e;",
    "&amp;",
    "&#0;",
    "&",
    "&lt",
    "<",
    ">",
    '"',
    "'",
    "\\",
    "{name}",
    "${payload}",
    "%s",
    "\0",
    "\x1b[31m",
    "\x7f",
    "\r\n",
    "\u202e",
    "\u2066",
    "\u200b",
    "\ufeff",
    "\ud800",
    "\U000e0041",
    "\ufffe",
    "oat milk",
    "Ünïcödé",
    "우유",
    "🥛",
    "a" * 300,
)


def _name(chance: random.Random) -> str:
    return "".join(chance.choices(PIECES, k=chance.randint(1, 12)))


def _tags(ssml: str) -> list[str]:
    return [element.tag for element in ElementTree.fromstring(ssml).iter()]


def test_ten_thousand_hostile_names_stay_text() -> None:
    """Each is spoken inside of a sentence: well formed, only our tags, nothing unseen, not too long, not lost."""
    chance = random.Random(4817)
    for _ in range(NAMES):
        name = _name(chance)
        slower = chance.random() < 0.5
        ssml = speak(f"I've added {name} to your cart.", slower=slower)
        assert _tags(ssml) == (["speak", "prosody"] if slower else ["speak"])
        assert len(ssml) <= LONGEST
        assert all(unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn") for char in ssml)
        said = "".join(ElementTree.fromstring(ssml).itertext())
        assert said.startswith("I've added ")
        assert said.endswith(" to your cart.")


def test_a_screen_holds_hostile_names_and_stays_small() -> None:
    """On a screen they are text, too, and however many there are, the answer stays within its limit."""
    chance = random.Random(4817)
    drawn = screen(_name(chance), [Line(_name(chance), _name(chance)) for _ in range(500)], _name(chance))
    data = json.dumps(drawn.datasources)
    assert len(data) < MOST_BYTES + 4_000
    texts = [value for row in drawn.datasources["shop"]["rows"] for value in (row["text"], row["detail"])]
    assert texts
    assert all(unicodedata.category(char) != "Cc" or char in "\n\t" for text in texts for char in text)


@given(st.text(max_size=12_000), st.booleans())
@settings(max_examples=200, deadline=None)
def test_any_text_is_speech(text: str, slower: bool) -> None:
    """Whatever it is and however long: well formed, and no longer than Alexa speaks."""
    ssml = speak(text, slower=slower)
    assert set(_tags(ssml)) <= {"speak", "prosody"}
    assert len(ssml) <= LONGEST


def test_a_long_text_ends_after_a_word() -> None:
    """Speech that is cut is not cut within a word, nor within an escape."""
    words = "&amp & " * 5_000
    said = "".join(ElementTree.fromstring(speak(words)).itertext())
    assert set(said.split()) == {"&amp", "&"}
