"""A product's name as it is compared: how it is spelled, and how it sounds."""

from __future__ import annotations

import unicodedata

from doublemetaphone import doublemetaphone  # type: ignore[import-untyped]

from skills.understanding.normalise import words_of


def spelled(text: str, language: str) -> str:
    """Lower-case words with numbers spelt out, one space between them.

    Korean loses its spaces and its syllables become their letters: recognisers err by a letter, and put the spaces
    where they like.
    """
    words = words_of(text, language)
    if language.split("-")[0] == "ko":
        return unicodedata.normalize("NFD", "".join(words))
    return " ".join(words)


def sounding(spelling: str) -> str:
    """The Double Metaphone keys of the words, concatenated, so that it does not matter where a word ends.

    Words in another script than Latin sound as they are spelled.
    """
    return "".join(str(doublemetaphone(word)[0]) if word.isascii() else word for word in spelling.split())
