"""The committed weights belong to the examples, and what they are learned from is cut into the right pieces."""

from __future__ import annotations

import numpy as np
import pytest

from skills.languages import load
from skills.understanding.free.classifier import Classifier, Weights, mix
from skills.understanding.free.encoding import SentenceEncoder, word_pieces
from skills.understanding.free.examples import digest, examples, weights_file
from skills.understanding.free.features import COLUMNS, features


def test_the_weights_were_learned_from_these_examples() -> None:
    """After a change of examples `python -m skills.understanding.free.training` must be run."""
    weights = Weights.read(weights_file("en"))
    assert weights.digest == digest(examples(load("en")))
    assert set(weights.labels) == {intent.name for intent in load("en").intents if intent.examples} | {"none"}


@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")
def test_learning_tells_intents_apart() -> None:
    """From a dozen examples of three intents, sentences left out are recognised; the same weights come out twice."""
    training = pytest.importorskip("skills.understanding.free.training", reason="pip install -e .[training]")
    encoder = SentenceEncoder()
    known = [
        example
        for name in ("Slower", "CheckBalance", "OrderStatus")
        for example in [found for found in examples(load("en")) if found.label == name][:12]
    ]
    left_out = [known.pop(place) for place in (30, 17, 4)]
    vectors = training.embedded(known, encoder)
    weights = training.learn(known, vectors)
    classifier = Classifier(weights, encoder)
    for example in left_out:
        probabilities = classifier.probabilities(example.words)
        assert max(probabilities, key=probabilities.__getitem__) == example.label
    assert np.array_equal(weights.hidden, training.learn(known, vectors).hidden)


def test_words_are_cut_into_known_pieces() -> None:
    """Accents vanish, apostrophes stand alone, unknown endings are pieces, and a word of strange signs is unknown."""
    pieces = word_pieces()
    begin, *inner, end = pieces.ids(["café", "what's"])
    assert inner == pieces.ids(["cafe", "what", "'", "s"])[1:-1]
    assert (begin, end) == (101, 102)
    assert len(pieces.ids(["voicecarts"])) > 3
    assert pieces.ids(["ﷺ" * 50])[1:-1] == [100]


def test_features_have_length_one() -> None:
    """However long a sentence is, its columns are in range and its values have length 1."""
    for words in (("yes",), ("add", "two", "oat", "milks"), ("word",) * 80):
        columns, values = features(words)
        assert columns.max() < COLUMNS
        assert float(np.linalg.norm(values)) == pytest.approx(1.0, abs=1e-5)


def test_mixing_keeps_a_distribution() -> None:
    """Two opinions become one that sums to 1 and lies between them."""
    mixed = mix(np.array([0.9, 0.1], dtype=np.float32), np.array([0.5, 0.5], dtype=np.float32))
    assert float(mixed.sum()) == pytest.approx(1.0, abs=1e-5)
    assert 0.5 < mixed[0] < 0.9
