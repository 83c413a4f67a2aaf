"""Makes text fit to be spoken and cuts it into sentences, so that the first can be heard while the rest is made."""

from __future__ import annotations

import re
import unicodedata

# Engines read these as markup (piper takes [[...]] for raw phonemes) or spell them out ("underscore").
_MARKUP = str.maketrans(dict.fromkeys("[]{}<>\\|^~`_*#", " "))
# Control, format (bidi marks, zero-width signs), lone surrogates, private use, unassigned.
_UNSPEAKABLE = {"Cc", "Cf", "Cs", "Co", "Cn"}
_SENTENCE_END = re.compile(r"(?<=[.!?…。！？])\s+")
_ABBREVIATIONS = ("mr.", "mrs.", "ms.", "dr.", "st.", "no.", "e.g.", "i.e.", "etc.")


def speakable(text: str) -> str:
    """`text` with control, bidi and markup characters taken out and white space collapsed."""
    kept = (
        character if unicodedata.category(character) not in _UNSPEAKABLE else (" " if character.isspace() else "")
        for character in unicodedata.normalize("NFC", text)
    )
    return " ".join("".join(kept).translate(_MARKUP).split())


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of `text`, made speakable; empty when nothing is left to say."""
    found: list[str] = []
    for piece in _SENTENCE_END.split(speakable(text)):
        if found and found[-1].lower().endswith(_ABBREVIATIONS):
            found[-1] += " " + piece
        elif piece:
            found.append(piece)
    return tuple(found)
