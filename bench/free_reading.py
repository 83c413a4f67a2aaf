"""`python -m bench.free_reading`: how far the free reader gets on sentences that it has not learned from.

Five times a fifth is left out, once by chance and once by wording: then every sentence worded like one that is left out
is left out too. Beside the mix stand its two halves, the vector and the grams. Needs scikit-learn and minutes.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from sklearn.exceptions import ConvergenceWarning

from skills.languages import load
from skills.understanding.free.classifier import Matrix, Weights, mix
from skills.understanding.free.encoding import SentenceEncoder
from skills.understanding.free.examples import NONE, Example, examples
from skills.understanding.free.features import features
from skills.understanding.free.training import embedded, learn

FOLDS = 5
_THRESHOLDS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9)

Opinions = tuple[Matrix, Matrix]


def run() -> int:
    """Prints the share of commands that are right and of talk that is taken, at several thresholds."""
    known = examples(load("en"))
    vectors = embedded(known, SentenceEncoder())
    table = Table("left out by", "read by", "threshold", "right", "wrong", "talk taken")
    for split, folds in (("chance", _by_chance(known)), ("wording", _by_wording(known))):
        by_vector, by_grams, labels = _left_out(known, vectors, folds)
        readers = {"vector": by_vector, "grams": by_grams, "both": mix(by_vector, by_grams)}
        for reader, probabilities in readers.items():
            for threshold in _THRESHOLDS:
                figures = _figures(known, labels, probabilities, threshold)
                table.add_row(split, reader, str(threshold), *(f"{figure:.3f}" for figure in figures))
    Console().print(table)
    return 0


def _by_chance(known: Sequence[Example]) -> NDArray[np.int64]:
    return np.random.default_rng(1).integers(0, FOLDS, len(known))


def _by_wording(known: Sequence[Example]) -> NDArray[np.int64]:
    ways = sorted({example.way for example in known})
    fold = dict(zip(ways, np.random.default_rng(0).integers(0, FOLDS, len(ways)).tolist(), strict=True))
    return np.array([fold[example.way] for example in known])


def _left_out(
    known: Sequence[Example], vectors: Matrix, folds: NDArray[np.int64]
) -> tuple[Matrix, Matrix, tuple[str, ...]]:
    """Both opinions about every sentence, each learned without its fold."""
    labels = tuple(sorted({example.label for example in known}))
    by_vector = np.zeros((len(known), len(labels)), dtype=np.float32)
    by_grams = np.zeros_like(by_vector)
    for fold in range(FOLDS):
        learned = [number for number in range(len(known)) if folds[number] != fold]
        weights = learn([known[number] for number in learned], vectors[learned])
        columns = [labels.index(label) for label in weights.labels]
        for number in np.flatnonzero(folds == fold).tolist():
            by_vector[number, columns], by_grams[number, columns] = _opinions(
                weights, vectors[number], known[number].words
            )
    return by_vector, by_grams, labels


def _opinions(weights: Weights, vector: NDArray[np.float32], words: Sequence[str]) -> Opinions:
    columns, values = features(words)
    return weights.by_vector(vector), weights.by_grams(columns, values)


def _figures(
    known: Sequence[Example], labels: Sequence[str], probabilities: Matrix, threshold: float
) -> tuple[float, float, float]:
    """Right and wrong among commands, taken among talk, when the likeliest intent counts from `threshold` on."""
    none = labels.index(NONE)
    intents = np.delete(probabilities, none, axis=1)
    names = np.array([label for label in labels if label != NONE])
    likeliest, sure = names[intents.argmax(axis=1)], intents.max(axis=1) >= threshold
    truth = np.array([example.label for example in known])
    command = truth != NONE
    right = sure & (likeliest == truth)
    wrong = sure & (likeliest != truth)
    return float(right[command].mean()), float(wrong[command].mean()), float(sure[~command].mean())


if __name__ == "__main__":
    warnings.simplefilter("ignore", ConvergenceWarning)
    raise SystemExit(run())
