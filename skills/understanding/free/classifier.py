"""From a sentence's vector and grams to a probability of each intent and of "none".

Three small networks read the vector, a linear model the grams; the logarithms of their probabilities are averaged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from skills.understanding.free.encoding import SentenceEncoder
from skills.understanding.free.features import features

GRAMS_SHARE = 0.3
"""Of the linear model, measured on held-out wordings (docs/benchmarks.md)."""
_LEAST = 1e-4
"""No model is surer than this that something was not meant."""

Matrix = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Weights:
    """What was learned.

    labels: the intents and "none". digest: of the examples that it was learned from.
    hidden, hidden_bias: shape (networks, 384, units), (networks, units).
    output, output_bias: shape (networks, units, labels), (networks, labels).
    grams, grams_bias: shape (columns, labels), (labels,).
    """

    labels: tuple[str, ...]
    digest: str
    hidden: Matrix
    hidden_bias: Matrix
    output: Matrix
    output_bias: Matrix
    grams: Matrix
    grams_bias: Matrix

    def by_vector(self, vector: Matrix) -> Matrix:
        """The mean of the networks' probabilities, shape (labels,)."""
        units = np.maximum(np.einsum("d,ndu->nu", vector, self.hidden) + self.hidden_bias, 0)
        mean = _softmax(np.einsum("nu,nul->nl", units, self.output) + self.output_bias).mean(axis=0)
        return np.asarray(mean, dtype=np.float32)

    def by_grams(self, columns: NDArray[np.intp], values: Matrix) -> Matrix:
        """The linear model's probabilities, shape (labels,)."""
        return _softmax(values @ self.grams[columns] + self.grams_bias)

    def save(self, file: Path) -> None:
        """In half precision: a fraction of a percent of the probability is lost, and half of the size."""
        with file.open("wb") as target:
            np.savez_compressed(
                target,
                labels=np.array(self.labels),
                digest=np.array(self.digest),
                **{name: getattr(self, name).astype(np.float16) for name in _MATRICES},
            )

    @classmethod
    def read(cls, file: Path) -> Weights:
        """What `save` wrote. Raises OSError."""
        with np.load(file, allow_pickle=False) as stored:
            matrices = {name: stored[name].astype(np.float32) for name in _MATRICES}
            return cls(tuple(str(label) for label in stored["labels"]), str(stored["digest"]), **matrices)


_MATRICES = ("hidden", "hidden_bias", "output", "output_bias", "grams", "grams_bias")


class Classifier:
    """Safe to share between threads."""

    def __init__(self, weights: Weights, encoder: SentenceEncoder) -> None:
        self._weights = weights
        self._encoder = encoder

    def probabilities(self, words: Sequence[str]) -> dict[str, float]:
        """Label to probability; they sum to 1."""
        by_vector = self._weights.by_vector(self._encoder.encode(words))
        mixed = mix(by_vector, self._weights.by_grams(*features(words)))
        return dict(zip(self._weights.labels, mixed.tolist(), strict=True))


def mix(by_vector: Matrix, by_grams: Matrix) -> Matrix:
    """The weighted geometric mean of two distributions, along the last axis."""
    logs = (1 - GRAMS_SHARE) * np.log(by_vector + _LEAST) + GRAMS_SHARE * np.log(by_grams + _LEAST)
    return _softmax(logs)


def _softmax(logits: Matrix) -> Matrix:
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True), dtype=np.float32)
