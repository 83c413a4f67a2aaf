"""Makes skills/understanding/phoneme_costs.json: what it costs to hear one phoneme for another.

    python -m bench.phoneme_costs --pairs PAIRS.jsonl --out skills/understanding/phoneme_costs.json

Each line of PAIRS is {"said": [words], "heard": [words]}: what was said and what a recogniser wrote. Without
--pairs the costs are those of the phonemes' features alone. Needs panphon, which the assistant itself does not.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skills.understanding.phonemes import Lexicon, Phonemes

LETTERS = "aeiouɑɔəɛɪʊʌæɒɜyøœɯɤɨɵɘɐpbtdkɡqɢfvθðszʃʒçxɣχħhɦɸβʂʐɕʑtɹrɾlɫʎjwɥmɱnɳɲŋʁʋɬ"
_VOWELS = frozenset("aeiouɑɔəɛɪʊʌæɒɜyøœɯɤɨɵɘɐ")
_WEAK = frozenset("əʊɪhj")
_LEAST_SEEN = 20
_PRIOR_COUNTS = 8.0
_PRIOR_SHARPNESS = 4.0
_NATS_TO_PHONEMES = 0.22
_SHARE_OF_FEATURES, _SHARE_OF_LEARNT = 0.5, 0.31
"""Learnt costs are 1.6 times as large as those of features: both halves weigh the same."""

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Table:
    """See skills.understanding.costs.PhonemeCosts."""

    substitution: Matrix
    deletion: Matrix
    insertion: Matrix


def by_features(letters: str) -> Table:
    """Distances of panphon's weighted features, larger between a vowel and a consonant."""
    import panphon  # type: ignore[import-not-found, import-untyped, unused-ignore]  # only whoever makes the table needs it

    features: Any = panphon.FeatureTable()
    vectors = [np.array(features.word_to_vector_list(letter, numeric=True)[0], dtype=float) for letter in letters]
    weights = np.array(features.weights, dtype=float)
    weights = np.concatenate([weights, np.full(len(vectors[0]) - len(weights), weights.min())])
    count = len(letters)
    substitution = np.ones((count + 1, count + 1))
    for said in range(count):
        for heard in range(count):
            far = (np.abs(vectors[said] - vectors[heard]) * weights).sum() / (2 * weights.sum())
            alike = (letters[said] in _VOWELS) == (letters[heard] in _VOWELS)
            substitution[said, heard] = min(1.2, 0.2 + 2.2 * far if alike else 0.8 + 1.2 * far)
    np.fill_diagonal(substitution[:count, :count], 0)
    weak = np.array([0.55 if letter in _WEAK else 0.8 for letter in letters] + [0.8])
    return Table(substitution, weak, weak.copy())


def learnt(pairs: Iterable[tuple[NDArray[np.intp], NDArray[np.intp]]], prior: Table, rounds: int = 3) -> Table:
    """Minus logarithms of smoothed shares of confusions, aligned anew with each round's costs (hard EM)."""
    pairs = list(pairs)
    table = prior
    likely = np.exp(-_PRIOR_SHARPNESS * prior.substitution)
    lost = np.exp(-_PRIOR_SHARPNESS * prior.deletion)
    whole = likely.sum(axis=1) + lost
    for _ in range(rounds):
        confused, deleted, inserted = _counts(pairs, table)
        shares = confused + _PRIOR_COUNTS * likely / whole[:, None]
        gone = deleted + _PRIOR_COUNTS * lost / whole
        total = shares.sum(axis=1) + gone
        same = np.diag(shares) / total
        substitution = _NATS_TO_PHONEMES * (np.log(same)[:, None] - np.log(shares / total[:, None]))
        added = (inserted + _PRIOR_COUNTS * 0.02) / (confused.sum(axis=0) + inserted + _PRIOR_COUNTS)
        table = Table(
            np.clip(substitution, 0.05, 1.6) * (1 - np.eye(len(same))),
            np.clip(_NATS_TO_PHONEMES * (np.log(same) - np.log(gone / total)), 0.2, 1.3),
            np.clip(-_NATS_TO_PHONEMES * np.log(added), 0.2, 1.3),
        )
    said, heard = np.zeros(len(lost)), np.zeros(len(lost))
    for pair in pairs:
        np.add.at(said, pair[0], 1)
        np.add.at(heard, pair[1], 1)
    known, written = said > _LEAST_SEEN, heard > _LEAST_SEEN
    return Table(
        np.where(known[:, None], table.substitution, prior.substitution),
        np.where(known, table.deletion, prior.deletion),
        np.where(written, table.insertion, prior.insertion),
    )


def _counts(pairs: Iterable[tuple[NDArray[np.intp], NDArray[np.intp]]], table: Table) -> tuple[Matrix, Matrix, Matrix]:
    size = len(table.deletion)
    confused, deleted, inserted = np.zeros((size, size)), np.zeros(size), np.zeros(size)
    for said, heard in pairs:
        for one, other in _aligned(said, heard, table):
            if one is None and other is not None:
                inserted[other] += 1
            elif one is not None and other is None:
                deleted[one] += 1
            elif one is not None and other is not None:
                confused[one, other] += 1
    return confused, deleted, inserted


def _aligned(said: NDArray[np.intp], heard: NDArray[np.intp], table: Table) -> Iterable[tuple[int | None, int | None]]:
    """The cheapest alignment, from its end; None where a phoneme has no counterpart."""
    run = np.concatenate([[0], np.cumsum(table.insertion[heard])])
    costs = np.zeros((len(said) + 1, len(heard) + 1))
    costs[0] = run
    for row, phoneme in enumerate(said, start=1):
        above = costs[row - 1] + table.deletion[phoneme]
        above[1:] = np.minimum(above[1:], costs[row - 1, :-1] + table.substitution[phoneme, heard])
        costs[row] = np.minimum.accumulate(above - run) + run
    row, column = len(said), len(heard)
    while row or column:
        here = costs[row, column]
        if (
            row
            and column
            and np.isclose(here, costs[row - 1, column - 1] + table.substitution[said[row - 1], heard[column - 1]])
        ):
            row, column = row - 1, column - 1
            yield int(said[row]), int(heard[column])
        elif row and np.isclose(here, costs[row - 1, column] + table.deletion[said[row - 1]]):
            row -= 1
            yield int(said[row]), None
        else:
            column -= 1
            yield None, int(heard[column])


def _mixed(features: Table, learned: Table) -> Table:
    def mix(one: Matrix, other: Matrix) -> Matrix:
        return _SHARE_OF_FEATURES * one + _SHARE_OF_LEARNT * other

    return Table(
        mix(features.substitution, learned.substitution),
        mix(features.deletion, learned.deletion),
        mix(features.insertion, learned.insertion),
    )


def _numbers(phonemes: Iterable[Phonemes], letters: str) -> NDArray[np.intp]:
    found = (letters.find(letter) for sound in phonemes for letter in sound)
    return np.array([number if number >= 0 else len(letters) for number in found], dtype=np.intp)


def main() -> int:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=Path)
    parser.add_argument("--language", default="en")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    letters = "".join(dict.fromkeys(LETTERS))
    table = by_features(letters)
    if arguments.pairs is not None:
        lines = [json.loads(line) for line in arguments.pairs.read_text(encoding="utf-8").splitlines()]
        with Lexicon() as lexicon:
            pairs = [
                tuple(_numbers(lexicon.phonemes(line[side], arguments.language), letters) for side in ("said", "heard"))
                for line in lines
            ]
        table = _mixed(table, learnt([(said, heard) for said, heard in pairs], table))
    kept = {
        "letters": letters,
        "substitution": table.substitution.round(3).tolist(),
        "deletion": table.deletion.round(3).tolist(),
        "insertion": table.insertion.round(3).tolist(),
    }
    arguments.out.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
