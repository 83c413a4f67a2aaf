"""What this program says of itself when a Wyoming client asks."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from wyoming.info import (
    AsrModel,
    AsrProgram,
    Attribution,
    HandleModel,
    HandleProgram,
    Info,
    TtsProgram,
    TtsVoice,
    WakeModel,
    WakeProgram,
)

from voice.wake_word import WAKE_WORDS
from voicecart.satellites.engines import Engines

_US = Attribution("voicecart", "")
_MICRO = Attribution("microWakeWord", "https://github.com/kahrendt/microWakeWord")


def info(engines: Engines) -> Info:
    """Speech to text, text to speech, wake words, and the assistant that handles what was said."""
    settings, shop = engines.assembly.settings, engines.assembly.shop().info
    languages = [engines.language]
    asr = AsrModel(**_artifact(settings.engine, "The recogniser of this machine"), languages=languages)
    voice = TtsVoice(**_artifact(settings.voice, "The voice of this machine"), languages=languages)
    assistant = HandleModel(**_artifact(shop.key, f"The assistant of {shop.name}"), languages=languages)
    wake = [
        WakeModel(**(_artifact(name, phrase) | {"attribution": _MICRO}), languages=["en"], phrase=phrase)
        for name, phrase in WAKE_WORDS.items()
    ]
    return Info(
        asr=[AsrProgram(**_artifact("voicecart", "Speech to text"), models=[asr])],
        tts=[TtsProgram(**_artifact("voicecart", "Text to speech"), voices=[voice])],
        handle=[HandleProgram(**_artifact("voicecart", f"Shopping at {shop.name}"), models=[assistant])],
        wake=[WakeProgram(**_artifact("voicecart", "Wake words"), models=wake)],
    )


def _artifact(name: str, description: str) -> dict[str, Any]:
    return {
        "name": name,
        "description": description,
        "attribution": _US,
        "installed": True,
        "version": version("voicecart"),
    }
