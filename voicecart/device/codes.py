"""Spoken codes: a hearing that may be something else is asked for again before it can count as a wrong try."""

from __future__ import annotations

from skills.contract import Heard
from skills.understanding.normalise import words_of

_DIGITS = {"zero": "0", "oh": "0", "o": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5",
           "six": "6", "seven": "7", "eight": "8", "nine": "9",
           "영": "0", "공": "0", "일": "1", "이": "2", "삼": "3", "사": "4", "오": "5", "육": "6", "칠": "7",
           "팔": "8", "구": "9"}  # fmt: skip
_CLOSE = 1.5  # natural log: a second hearing this near to the first may as well be right
_FEWEST = 4


def unclear_code(heard: Heard) -> bool:
    """Whether a spoken code may have been misheard: too few digits, or another hearing as likely says others.

    What has no digits at all ("cancel", "no") is no code, and not unclear.
    """
    if not heard.spoken or not heard.hypotheses:
        return False
    best, *others = heard.hypotheses
    digits = spoken_digits(best.text, heard.language)
    if not digits:
        return False
    rivals = (
        spoken_digits(other.text, heard.language)
        for other in others
        if best.log_probability - other.log_probability < _CLOSE
    )
    return len(digits) < _FEWEST or any(rival and rival != digits for rival in rivals)


def spoken_digits(text: str, language: str) -> str:
    """The digits in `text`, written or said one by one; other words are passed over."""
    words = text.replace("-", " ").split()
    pieces = (word if word.strip(".,!?").isdigit() else " ".join(words_of(word, language)) for word in words)
    found: list[str] = []
    for piece in pieces:
        plain = piece.strip(".,!?")
        found.append(plain if plain.isdigit() else "".join(_DIGITS.get(one, "") for one in piece.split()))
    return "".join(found)
