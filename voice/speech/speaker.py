"""Speaks an answer: the first sentence is heard while the next one is made."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from voice.speech.playback import Player
from voice.speech.sentences import sentences
from voice.speech.synthesiser import NORMAL, Speech, Synthesiser


class Speaker:
    """A voice with a loudspeaker. `stop` may come from any thread; `say` starts afresh."""

    def __init__(self, synthesiser: Synthesiser, player: Player) -> None:
        self._synthesiser = synthesiser
        self._player = player

    def say(
        self, text: str, language: str, rate: float = NORMAL, on_sentence: Callable[[Speech], None] | None = None
    ) -> bool:
        """Speak `text` and wait until it was heard; False when it was stopped. Raises SpeechError.

        on_sentence: told each sentence's sound just before it plays (the device cancels its echo with it).
        """
        self._player.resume()
        parts = sentences(text)
        with ThreadPoolExecutor(max_workers=1) as maker:
            made = [maker.submit(self._synthesiser.say, part, language, rate) for part in parts]
            for future in made:
                speech = future.result()
                if on_sentence is not None:
                    on_sentence(speech)
                if not self._player.play(speech):
                    maker.shutdown(wait=False, cancel_futures=True)
                    return False
        return True

    def stop(self) -> None:
        """Be silent now."""
        self._player.stop()
