"""pyttsx3 with espeak-ng as a program of its own: `python -m voice.speech.pyttsx3_child`.

The system's espeak-ng is used when there is one, else the library and data that the package espeakng-loader carries.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from voice.speech.serving import serve
from voice.speech.synthesiser import LanguageNotSpoken

WORDS_A_MINUTE = 165
_SETTLE_SECONDS = 1.0
_RENDER_SECONDS = 15.0
_TRIES = 3
_WAV_HEADER_BYTES = 44


def use_packaged_espeak() -> None:
    """Load the packaged library first, so that pyttsx3's lookup by the same soname finds it. Raises ImportError."""
    import espeakng_loader  # type: ignore[import-untyped]

    os.environ["ESPEAK_DATA_PATH"] = espeakng_loader.get_data_path()
    ctypes.CDLL(espeakng_loader.get_library_path())


class Pyttsx3Voice:
    """espeak-ng behind pyttsx3's event loop, which ends before the sound is made.

    The library makes the sound in a thread of its own: `runAndWait` comes back after 10 ms whether the file is written
    or not, and a property set while that thread still works is lost. So this waits for the notice that the utterance is
    finished and for the thread to rest, and reads every property back until it holds.
    """

    def __init__(self) -> None:
        if ctypes.util.find_library("espeak-ng") is None:
            use_packaged_espeak()
        import pyttsx3  # type: ignore[import-untyped]
        from pyttsx3.drivers import _espeak  # type: ignore[import-untyped]

        self._wait_for_library: Callable[[], int] = _espeak.Synchronize
        self._engine: Any = pyttsx3.init("espeak")
        self._languages = self._spoken_languages()
        self._language: str | None = None
        self._finished = threading.Event()
        self._engine.connect("finished-utterance", self._note_finished)
        with tempfile.TemporaryDirectory() as folder:
            # Until the loop has run once, pyttsx3 only queues properties.
            self._render("a", Path(folder, "first.wav"))

    def rest(self) -> None:
        """It keeps nothing."""

    def write(self, text: str, language: str, rate: float, path: Path) -> None:
        self._speak_language(language)
        self._hold("rate", round(WORDS_A_MINUTE * rate))
        self._render(text, path)

    def _spoken_languages(self) -> set[str]:
        names: set[str] = set()
        for voice in self._engine.getProperty("voices"):
            names.add(voice.id.rsplit("/", 1)[-1])
            names.update(language.lower() for language in voice.languages)
        return names

    def _speak_language(self, language: str) -> None:
        wanted = {"en": "en-us"}.get(language.lower(), language.lower())
        if wanted not in self._languages:
            wanted = wanted.split("-")[0]
        if wanted not in self._languages:
            raise LanguageNotSpoken("espeak", language)
        if wanted != self._language:
            self._engine.setProperty("voice", wanted)
            self._language = wanted

    def _hold(self, name: str, value: int) -> None:
        deadline = time.monotonic() + _SETTLE_SECONDS
        self._engine.setProperty(name, value)
        while self._engine.getProperty(name) != value:
            if time.monotonic() > deadline:
                raise RuntimeError(f"espeak-ng does not take {name} {value}")
            time.sleep(0.002)
            self._engine.setProperty(name, value)

    def _render(self, text: str, path: Path) -> None:
        """Make the sound. About one utterance in a thousand is reported finished before it began: it is made again."""
        for _ in range(_TRIES):
            self._finished.clear()
            self._engine.save_to_file(text, str(path))
            self._engine.runAndWait()
            finished = self._finished.wait(_RENDER_SECONDS)
            self._wait_for_library()
            if finished and path.exists() and path.stat().st_size > _WAV_HEADER_BYTES:
                return
        raise RuntimeError("espeak-ng made no sound")

    def _note_finished(self, name: str | None, completed: bool) -> None:
        del name, completed
        self._finished.set()


if __name__ == "__main__":
    serve(Pyttsx3Voice)
