"""Templates: every language says everything, and names nothing that the others don't know."""

from __future__ import annotations

from string import Formatter

import pytest

from commerce.notifications.events import Event
from commerce.notifications.wording import Bought, TakenOff, languages, put_in_words, templates_for

FACTS = (
    *("name", "shop", "seller", "address", "returns", "tracking", "link", "amount"),
    *("number", "delivery", "tax", "total", "goes_to", "payee", "products", "unsubscribe"),
)
LINES = (Bought("Milk & <honey>", 2, "$4.98"), TakenOff("A <gift>", "$1.00"))
FIELDS = {name: name.upper() for name in FACTS}


def named(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


@pytest.mark.parametrize("event", list(Event))
def test_every_language_has_words_for_every_event_with_the_same_facts(event: Event) -> None:
    """What English names in a message, every other language names too."""
    assert set(languages()) == {"en", "ko"}
    expected = named(templates_for("en").events[event].text)
    for language in languages():
        words = templates_for(language).events[event]
        assert named(words.text) == expected
        assert named(words.subject + words.short) <= {*FIELDS}


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("event", list(Event))
def test_every_message_can_be_put_in_words(event: Event, language: str) -> None:
    """Nothing is left open, the short form is one line, and the HTML holds the same facts as the text."""
    words = put_in_words(event, language, FIELDS, LINES, unsubscribe="https://stop")
    for part in (words.subject, words.text, words.html, words.short):
        assert "{" not in part
    assert "\n" not in words.short + words.subject
    assert "https://stop" in words.text
    if event is Event.PLACED:
        assert "Milk &amp; &lt;honey&gt;" in words.html
        assert "Milk & <honey>" in words.text
        assert "A &lt;gift&gt;: -$1.00" in words.html


def test_an_unknown_language_is_answered_in_english() -> None:
    """A region does not matter; a language without templates falls back."""
    assert templates_for("ko-KR") is templates_for("ko")
    assert templates_for("fr") is templates_for("en")
