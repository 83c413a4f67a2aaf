"""The device's own words, as they are read."""

from __future__ import annotations

import pytest

from voicecart.device.words import device_words


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_word_of_a_device_is_text(language: str) -> None:
    """YAML takes a bare yes or no for a truth value, and nobody would notice but who says it."""
    words = device_words(language)
    later = words.later
    for group in (
        words.answers,
        words.unfinished,
        later.begins,
        later.ends,
        later.never,
        *words.interruptions.values(),
    ):
        assert all(isinstance(word, str) for word in group), group
