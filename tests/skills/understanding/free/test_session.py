"""A model that is kept as it is run says the same, and one that can't be kept or used is no trouble."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest

from skills.understanding.free.encoding import SentenceEncoder, Vector

SENTENCE = ("add", "two", "cartons", "of", "oat", "milk")


@pytest.fixture(scope="module")
def unkept() -> Vector:
    return SentenceEncoder().encode(SENTENCE)


def kept_files(cache: Path) -> list[Path]:
    return sorted(path for path in cache.rglob("*") if path.is_file())


def test_a_kept_model_says_the_same_and_is_not_made_again(tmp_path: Path, unkept: Vector) -> None:
    cache = tmp_path / "cache"
    first = SentenceEncoder(cache).encode(SENTENCE)
    made = [path.stat().st_ino for path in kept_files(cache)]
    again = SentenceEncoder(cache).encode(SENTENCE)
    assert np.array_equal(first, unkept)
    assert np.array_equal(again, unkept)
    assert len(made) == 2
    assert [path.stat().st_ino for path in kept_files(cache)] == made


@pytest.mark.parametrize("damaged", ["model.onnx", "weights"])
def test_a_damaged_one_is_thrown_away(
    tmp_path: Path, unkept: Vector, damaged: str, caplog: pytest.LogCaptureFixture
) -> None:
    SentenceEncoder(tmp_path).encode(SENTENCE)
    (file,) = tmp_path.rglob(damaged)
    file.write_bytes(file.read_bytes()[:1000])
    with caplog.at_level(logging.WARNING):
        assert np.array_equal(SentenceEncoder(tmp_path).encode(SENTENCE), unkept)
    assert str(file.parent) in caplog.text
    assert not kept_files(tmp_path)
    SentenceEncoder(tmp_path).encode(SENTENCE)
    assert len(kept_files(tmp_path)) == 2


def test_where_nothing_can_be_kept_it_works_all_the_same(
    tmp_path: Path, unkept: Vector, caplog: pytest.LogCaptureFixture
) -> None:
    no_folder = tmp_path / "file"
    no_folder.write_text("somebody's own")
    with caplog.at_level(logging.WARNING):
        assert np.array_equal(SentenceEncoder(no_folder).encode(SENTENCE), unkept)
    assert str(no_folder) in caplog.text
    assert no_folder.read_text() == "somebody's own"
