"""Learns the classifier's weights from a language's examples: `python -m skills.understanding.free.training`.

Run it after changing examples; the weights are kept beside this file, because embedding thousands of sentences takes a
minute. The same examples and versions give the same weights. scikit-learn is needed here only.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle, islice

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier

from skills.languages import load
from skills.understanding.free.classifier import Matrix, Weights
from skills.understanding.free.encoding import SentenceEncoder
from skills.understanding.free.examples import Example, digest, examples, weights_file
from skills.understanding.free.features import COLUMNS, features

NETWORKS = 3
UNITS = 256
LEAST = 250
"""Intents with fewer examples count as if they had so many."""
SCALE = 8.0
"""A vector of length 1 has small components; the networks learn faster when they are larger."""


def embedded(known: Sequence[Example], encoder: SentenceEncoder) -> Matrix:
    """float32, shape (examples, 384)."""
    return np.stack([encoder.encode(example.words) for example in known])


def learn(known: Sequence[Example], vectors: Matrix) -> Weights:
    """The weights that tell these examples apart."""
    learned_from = digest(known)
    rows = _evened(known)
    known, vectors = [known[row] for row in rows], vectors[rows]
    truth = np.array([example.label for example in known])
    networks = [
        MLPClassifier((UNITS,), alpha=3e-3, max_iter=25, random_state=seed, tol=0.0).fit(vectors * SCALE, truth)
        for seed in range(NETWORKS)
    ]
    linear = LogisticRegression(C=20, max_iter=60).fit(_sparse(known), truth)
    return Weights(
        labels=tuple(str(label) for label in linear.classes_),
        digest=learned_from,
        hidden=_stack([network.coefs_[0] * SCALE for network in networks]),
        hidden_bias=_stack([network.intercepts_[0] for network in networks]),
        output=_stack([network.coefs_[1] for network in networks]),
        output_bias=_stack([network.intercepts_[1] for network in networks]),
        grams=np.asarray(linear.coef_.T, dtype=np.float32),
        grams_bias=np.asarray(linear.intercept_, dtype=np.float32),
    )


def _evened(known: Sequence[Example]) -> list[int]:
    """Every example once, and those of intents with few of them again until there are LEAST."""
    by_label: dict[str, list[int]] = {}
    for row, example in enumerate(known):
        by_label.setdefault(example.label, []).append(row)
    again = [row for rows in by_label.values() for row in islice(cycle(rows), max(0, LEAST - len(rows)))]
    return [*range(len(known)), *again]


def _sparse(known: Sequence[Example]) -> csr_matrix:
    rows = [features(example.words) for example in known]
    columns = np.concatenate([columns for columns, _ in rows])
    values = np.concatenate([values for _, values in rows])
    ends = np.cumsum([0, *(len(columns) for columns, _ in rows)])
    return csr_matrix((values, columns, ends), shape=(len(rows), COLUMNS))


def _stack(arrays: Sequence[NDArray[np.float64]]) -> Matrix:
    return np.stack(arrays).astype(np.float32)


def main() -> None:
    """Learn English."""
    import warnings

    from sklearn.exceptions import ConvergenceWarning

    warnings.simplefilter("ignore", ConvergenceWarning)  # 25 rounds are meant: more rounds learn the examples by heart
    known = examples(load("en"))
    learn(known, embedded(known, SentenceEncoder())).save(weights_file("en"))


if __name__ == "__main__":
    main()
