"""Choosing the engine for a language from what is installed."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from voice.recognition.combined import CombinedRecogniser
from voice.recognition.engine import LibraryMissing, ModelMissing, Recogniser
from voice.recognition.models import ModelStore
from voice.recognition.vosk import VoskRecogniser
from voice.recognition.whisper import WhisperRecogniser

EngineChoice = Literal["auto", "vosk", "whisper"]

_LISTENS_AGAIN = "whisper-base"
"""Beside the small English model that is preferred; other languages are heard by it in the first place."""


@dataclass(frozen=True, slots=True)
class _WhisperSettings:
    """See open_recogniser."""

    model: str | None
    second_model: str | None
    threads: int


def open_recogniser(
    engine: EngineChoice,
    language: str,
    *,
    vosk_model: str | None = None,
    whisper_model: str | None = None,
    second_model: str | None = None,
    threads: int = 2,
    store: ModelStore | None = None,
) -> Recogniser:
    """A recogniser for a language, its child programs already loading.

    engine: "auto" takes what is installed for the language, both engines where both are. Beside a multilingual Whisper
    that nobody named, Vosk is loaded only once somebody streams: together they take a gigabyte.
    vosk_model, whisper_model: a folder, or a name of the catalogue; None means the preferred one that is here.
    second_model: the same for a larger Whisper that listens again; "auto" is whisper-base, where it is here and the
    first is the preferred English one; None leaves that to the first one.
    threads: for Whisper. store: where models are found; None means the user's own.

    Raises LibraryMissing, ModelMissing.
    """
    models = store or ModelStore()
    whisper = _WhisperSettings(whisper_model, second_model, threads)
    if engine == "auto":
        recogniser = _whatever_is_here(models, language, vosk_model, whisper)
    elif engine == "vosk":
        recogniser = _vosk(models, language, vosk_model)
    else:
        recogniser = _whisper(models, language, whisper)
    recogniser.warm_up()
    return recogniser


def _whatever_is_here(
    models: ModelStore, language: str, vosk_model: str | None, whisper: _WhisperSettings
) -> VoskRecogniser | WhisperRecogniser | CombinedRecogniser:
    try:
        vosk = _vosk(models, language, vosk_model)
    except (LibraryMissing, ModelMissing):
        if vosk_model is not None:
            raise
        return _whisper(models, language, whisper)
    multilingual = whisper.model is None and not _is_english(language)
    try:
        return CombinedRecogniser(vosk, _whisper(models, language, whisper), vosk_in_streams_only=multilingual)
    except (LibraryMissing, ModelMissing):
        if whisper.model is not None:
            raise
        return vosk


def _vosk(models: ModelStore, language: str, named: str | None) -> VoskRecogniser:
    _require("vosk", "vosk")
    return VoskRecogniser(models.find("vosk", language, named))


def _whisper(models: ModelStore, language: str, whisper: _WhisperSettings) -> WhisperRecogniser:
    _require("whisper", "faster_whisper")
    first, second = models.find("whisper", language, whisper.model), _second(models, language, whisper)
    return WhisperRecogniser(first, second=second, threads=whisper.threads)


def _second(models: ModelStore, language: str, whisper: _WhisperSettings) -> Path | None:
    if whisper.second_model is None:
        return None
    if whisper.second_model != "auto":
        return models.find("whisper", language, whisper.second_model)
    if whisper.model is not None or not _is_english(language):
        return None
    try:
        return models.path(_LISTENS_AGAIN)
    except ModelMissing:
        return None


def _is_english(language: str) -> bool:
    return language.split("-")[0].lower() == "en"


def _require(engine: str, module: str) -> None:
    if importlib.util.find_spec(module) is None:
        raise LibraryMissing(engine, module.replace("_", "-"))
