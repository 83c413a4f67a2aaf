"""The cafe's orders over noise: mixed as the benchmark mixes them, and counted honestly."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from bench.barista import BadData, Fold, Recording, mixed, run, slots_of
from skills.contract import Item, NotUnderstood, OptionValue, Reason, Understood
from voice.recognition.engine import ModelMissing
from voice.recognition.models import ModelStore

FIXTURE = Path(__file__).parents[2] / "audio_fixtures" / "en" / "a-large-latte-with-soy-milk.flac"


def energy(sound: np.ndarray) -> float:
    whole = sound[: len(sound) // 2048 * 2048].astype(np.float64)
    return float((whole.reshape(-1, 2048) ** 2).sum(axis=1).max())


def test_noise_is_scaled_to_the_ratio_and_the_peak_to_one_half() -> None:
    """At 6 dB the loudest stretch of speech has four times the energy of the loudest stretch of noise."""
    chance = np.random.default_rng(1)
    speech = (chance.standard_normal(40_960) * 0.1).astype(np.float32)
    noise = (chance.standard_normal(163_840) * 0.02).astype(np.float32)
    recording = Recording("one.wav", speech, {})
    clean, noisy = mixed(recording, noise, "clean"), mixed(recording, noise, "6")
    assert np.abs(noisy).max() == np.abs(clean).max() == 16384
    scale = (clean @ noisy.astype(np.float64)) / (clean @ clean.astype(np.float64))
    added = noisy - scale * clean
    assert 10 * np.log10(energy(scale * clean) / energy(added)) == pytest.approx(6, abs=0.5)
    assert np.array_equal(noisy, mixed(recording, noise, "6"))


def test_the_halves_for_cross_validation_share_nothing() -> None:
    """Each recording and each moment of the noise is in one of them."""
    recordings = [Recording(f"{number}.wav", np.zeros(1, np.float32), {}) for number in range(5)]
    noise = np.arange(11, dtype=np.float32)
    (some, early), (others, late) = (fold.of(recordings, noise) for fold in Fold)
    assert sorted(recording.name for recording in (*some, *others)) == [recording.name for recording in recordings]
    assert np.array_equal(np.concatenate([early, late]), noise)
    assert len(early) == 5


def test_an_order_is_right_only_with_exactly_the_labelled_slots() -> None:
    """A second drink, a quantity, another intent or no understanding at all have no slots to compare."""
    milk = OptionValue("milk", "soy-milk", "a bit of", "a bit of soy milk")
    latte = Item("LATTE", "Latte", 1, (milk,), ("latte",))
    assert slots_of(Understood("AddToCart", {"items": (latte,)})) == {
        "coffeeDrink": "latte",
        "milkAmount": "a bit of soy milk",
    }
    assert slots_of(Understood("AddToCart", {"items": (latte, latte)})) is None
    assert slots_of(Understood("AddToCart", {"items": (Item("LATTE", "Latte", 2),)})) is None
    assert slots_of(Understood("RemoveFromCart", {"product": (latte,)})) is None
    assert slots_of(NotUnderstood(Reason.UNCLEAR)) is None


def test_a_folder_without_labels_is_named(tmp_path: Path) -> None:
    """The message says what is missing."""
    with pytest.raises(BadData, match=r"label\.json"):
        run(tmp_path)


def test_a_recording_goes_the_whole_way(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One order, clean and over noise: a JSON line a ratio with the figures of the table."""
    try:
        ModelStore().find("whisper", "en", None)
    except ModelMissing:
        pytest.skip("no English Whisper model is installed")
    for folder in ("speech/clean", "label", "noise"):
        (tmp_path / folder).mkdir(parents=True)
    sound, rate = soundfile.read(FIXTURE, dtype="float32")
    soundfile.write(tmp_path / "speech" / "clean" / "one.wav", sound, rate)
    noise = np.random.default_rng(1).standard_normal(len(sound) * 2).astype(np.float32) * 0.01
    soundfile.write(tmp_path / "noise" / "kitchen.wav", noise, rate)
    label = {"intent": "orderDrink", "slots": {"coffeeDrink": "latte", "size": "large", "milkAmount": " soy milk"}}
    (tmp_path / "label" / "label.json").write_text(json.dumps({"one.wav": label}))
    assert run(tmp_path, ("clean", "24"), as_json=True) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(row["snr"], row["n"], row["right"], row["acceptance"]) for row in rows] == [
        ("clean", 1, 1, 1),
        (24, 1, 1, 1),
    ]
    assert set(rows[0]) == {
        "snr", "n", "right", "acceptance", "wrong_accepted", "asked", "seconds_mean", "seconds_p50", "seconds_p95",
    }  # fmt: skip
