"""The benchmark of products measures what it says, on catalogues and queries that are the same every time."""

from __future__ import annotations

import csv
import json
import random
import wave
from pathlib import Path

import numpy as np
import pytest

from bench.products import NoRecogniser, run
from bench.products_catalogue import names, write_catalogue
from bench.products_garble import garbled, write_queries
from bench.products_speech import mix

KEYS = ["method", "n", "hit@1", "hit@3", "precision", "coverage", "ms_p50", "ms_p95", "index_mb", "build_s"]


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    path = tmp_path / "catalogue.csv"
    write_catalogue(path, 400, seed=3)
    return path


def test_a_catalogue_has_as_many_different_names_as_asked_for() -> None:
    """Two thousand names are two thousand different ones, the same again for the same seed."""
    made = list(names(2000, seed=5))
    assert len(set(made)) == 2000
    assert made == list(names(2000, seed=5))
    assert made != list(names(2000, seed=6))


def test_garbling_hurts_a_name_as_much_as_told() -> None:
    """At rate 0 only the case changes; at a fifth, the name is another one of about the same length."""
    rng = random.Random(1)
    assert garbled("Salt & Stone Rye Bread", 0.0, rng) == "salt and stone rye bread"
    hurt = garbled("Maple Row Organic Vanilla Almond Milk", 0.2, rng)
    assert hurt != "maple row organic vanilla almond milk"
    assert abs(len(hurt) - 37) < 8


def test_noise_is_mixed_at_the_ratio_asked_for() -> None:
    """The loudest frames of speech and noise stand in the ratio, and the peak is one half."""
    time = np.arange(32_000) / 16_000
    speech, noise = np.sin(2 * np.pi * 440 * time), np.random.default_rng(1).normal(size=32_000)
    mixed = mix(speech, noise, 10.0)
    assert np.abs(mixed).max() == pytest.approx(0.5)
    share = np.dot(mixed, speech) / np.dot(speech, speech)
    left = mixed - share * speech
    loudest = [max(float(np.sum(s[i : i + 2048] ** 2)) for i in range(0, 29_953, 2048)) for s in (share * speech, left)]
    assert 10 * np.log10(loudest[0] / loudest[1]) == pytest.approx(10.0, abs=0.3)


def test_typed_queries_give_a_row_for_the_index_and_one_for_the_scan(
    catalogue: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both rows have all keys; clean names are all found, and nothing wrong is accepted."""
    queries = tmp_path / "queries.jsonl"
    write_queries(catalogue, queries, count=40, rate=0.0)
    assert run(catalogue, queries, as_json=True) == 0
    ours, scan = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert list(ours) == list(scan) == KEYS
    assert (ours["n"], ours["hit@1"], ours["precision"]) == (40, 1.0, 1.0)
    assert ours["coverage"] > 0.9
    assert ours["index_mb"] > 0
    assert scan["method"] == "rapidfuzz ratio"


def test_a_wrong_answer_counts_as_wrong(catalogue: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Queries whose SKU is another product's hit nothing, and what was accepted has no precision."""
    with catalogue.open(newline="") as file:
        rows = list(csv.DictReader(file))[:10]
    queries = tmp_path / "queries.jsonl"
    queries.write_text("".join(json.dumps({"text": row["name"], "sku": "another"}) + "\n" for row in rows))
    run(catalogue, queries, as_json=True)
    ours = json.loads(capsys.readouterr().out.splitlines()[0])
    assert (ours["hit@1"], ours["hit@3"], ours["precision"]) == (0.0, 0.0, 0.0)


def test_recordings_need_a_recogniser(catalogue: Path, tmp_path: Path) -> None:
    """Audio queries without a recogniser are refused with a line that says what to do."""
    with wave.open(str(tmp_path / "said.wav"), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(bytes(3200))
    queries = tmp_path / "queries.jsonl"
    queries.write_text(json.dumps({"audio": "said.wav", "sku": "P0000001"}) + "\n")
    with pytest.raises(NoRecogniser, match="choose a recogniser"):
        run(catalogue, queries, as_json=True)


def test_no_queries_are_an_error(catalogue: Path, tmp_path: Path) -> None:
    """An empty file of queries is named, not divided by."""
    queries = tmp_path / "queries.jsonl"
    queries.write_text("\n")
    with pytest.raises(ValueError, match="holds no queries"):
        run(catalogue, queries, as_json=True)
