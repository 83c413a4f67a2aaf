"""Keeps short sayings: "Done." and "Your usual," begin many an answer, and the second time nobody waits for them."""

from __future__ import annotations

from functools import lru_cache

from voice.speech.synthesiser import NORMAL, Speech, Synthesiser

_SHORT = 48  # letters; some three seconds
_MOST = 64  # sayings: at most 10 MB


class KeptSpeech:
    """A Synthesiser that remembers what another one made."""

    def __init__(self, synthesiser: Synthesiser) -> None:
        self._synthesiser = synthesiser
        self._say_short = lru_cache(_MOST)(synthesiser.say)

    def start(self) -> None:
        """See Synthesiser."""
        self._synthesiser.start()

    def say(self, text: str, language: str, rate: float = NORMAL) -> Speech:
        """See Synthesiser."""
        say = self._say_short if len(text) <= _SHORT else self._synthesiser.say
        return say(text, language, rate)

    def close(self) -> None:
        """See Synthesiser."""
        self._synthesiser.close()
