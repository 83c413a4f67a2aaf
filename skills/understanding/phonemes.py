"""How words sound: espeak-ng in a child program, asked once for each word; the answers are kept in a file."""

from __future__ import annotations

import json
import subprocess
import sys
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Self, TypeAlias

Phonemes: TypeAlias = tuple[str, ...]
"""IPA letters without stress and length; a diphthong is two."""

VOICES = {"en": "en-us", "ko": "ko", "de": "de", "fr": "fr-fr", "es": "es", "it": "it", "ja": "ja"}
_SILENT = frozenset("ˈˌːˑ_ .()-'ʔ\u200b\u200d")
_LETTERS = {"ɚ": "əɹ", "ɝ": "əɹ", "ɫ": "l", "g": "ɡ", "ᵻ": "ɪ", "ɾ": "t", "ɐ": "ə", "r": "ɹ"}
"""Sounds that English speakers, and so recognisers, don't tell apart."""
_TIMEOUT = 20.0
_CHILD = Path(__file__).with_name("phonemes_child.py")


class PhonemesMissing(Exception):
    """espeak-ng did not start, stopped, or knows no such language."""


class Lexicon:
    """Word and language to phonemes.

    path: a file to which new words are added, one JSON line each; None keeps them in memory only.
    Safe to share between threads.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._lock = Lock()
        self._child: subprocess.Popen[str] | None = None
        self._known: dict[tuple[str, str], Phonemes] = {}
        if path is not None and path.is_file():
            self._known.update(_read(path))

    def phonemes(self, words: Iterable[str], language: str) -> list[Phonemes]:
        """The sounds of each word. Raises PhonemesMissing."""
        base = language.split("-")[0]
        wanted = list(words)
        unknown = [word for word in dict.fromkeys(wanted) if (base, word) not in self._known]
        if unknown:
            with self._lock:
                self._learn([word for word in unknown if (base, word) not in self._known], base)
        return [self._known[base, word] for word in wanted]

    def _learn(self, words: list[str], base: str) -> None:
        if not words:
            return
        said = self._ask(words, base)
        learnt = {(base, word): letters_of(ipa) for word, ipa in zip(words, said, strict=True)}
        if self._path is not None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            lines = [
                json.dumps([base, word, "".join(sounds)], ensure_ascii=False) for (_, word), sounds in learnt.items()
            ]
            with self._path.open("a", encoding="utf-8") as file:
                file.write("\n".join(lines) + "\n")
        self._known.update(learnt)

    def _ask(self, words: list[str], base: str) -> list[str]:
        child = self._started()
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            child.stdin.write(json.dumps({"voice": VOICES.get(base, base), "words": words}) + "\n")
            child.stdin.flush()
            line = child.stdout.readline()
        except OSError as error:
            self._stop()
            raise PhonemesMissing("espeak-ng stopped") from error
        answer = json.loads(line) if line else None
        if not isinstance(answer, list):
            self._stop()
            raise PhonemesMissing(f"espeak-ng has no phonemes for language {base!r}")
        return [str(ipa) for ipa in answer]

    def _started(self) -> subprocess.Popen[str]:
        if self._child is None or self._child.poll() is not None:
            self._child = subprocess.Popen(
                [sys.executable, "-P", str(_CHILD)],  # by its file: as a module it would load all of the assistant
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                encoding="utf-8",
            )
            assert self._child.stdout is not None
            if not self._child.stdout.readline():
                self._stop()
                raise PhonemesMissing("espeak-ng did not start")
        return self._child

    def _stop(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()
        try:
            child.wait(timeout=_TIMEOUT)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()

    def close(self) -> None:
        """Ends the child program; a later question starts it again."""
        with self._lock:
            self._stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def letters_of(ipa: str) -> Phonemes:
    """IPA as espeak-ng writes it, to plain letters."""
    plain = "".join(_LETTERS.get(letter, letter) for letter in unicodedata.normalize("NFD", ipa))
    return tuple(letter for letter in plain if letter not in _SILENT and not unicodedata.combining(letter))


def _read(path: Path) -> dict[tuple[str, str], Phonemes]:
    """A last line that was cut off by a crash is left out; the word is asked for again."""
    known: dict[tuple[str, str], Phonemes] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            language, word, sounds = json.loads(line)
        except ValueError:
            continue
        known[language, word] = tuple(sounds)
    return known
