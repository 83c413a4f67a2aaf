"""The recordings of shoppers: complete, of the kinds that they should be, and made again by their script."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import yaml

from audio_fixtures.kitchen import kitchen
from audio_fixtures.make import HERE, main, make, recipes
from bench.voices import VOICES, VoiceMissing, speak

RECIPES = {recipe["file"]: recipe for recipe in recipes()}
EXPECTED: dict[str, dict[str, Any]] = yaml.safe_load((HERE / "expected.yaml").read_text(encoding="utf-8"))
INTENTS = {
    "AddToCart BillDue Cancel ChangeQuantity CheckBalance Checkout ClearCart Confirm Correct Deny Help Launch",
    "ListOrders OrderStatus PayBill ProductAvailability ProductPrice ReadCart RecentTransactions RemoveFromCart",
    "Reorder Repeat Slower Stop Undo",
}


def sound_of(name: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    samples, _ = soundfile.read(HERE / name, dtype="float64", always_2d=True)
    return np.asarray(samples.mean(axis=1))


def test_every_recording_is_there_has_a_recipe_and_a_meaning() -> None:
    """The files, the recipes and the list of meanings name the same recordings, with the same words."""
    files = {path.relative_to(HERE).as_posix() for path in HERE.rglob("*") if path.suffix in (".wav", ".flac")}
    assert files == set(RECIPES) == set(EXPECTED)
    for name, recipe in RECIPES.items():
        assert recipe.get("says") == EXPECTED[name].get("says")


def test_the_recordings_cover_every_intent_and_stay_small() -> None:
    """At least eighty, at least one an intent, at least a fifth that must change nothing, under twelve megabytes."""
    intents: set[str] = set()
    for expected in EXPECTED.values():
        said = expected.get("intent", [])
        intents.update([said] if isinstance(said, str) else said)
    assert intents == set(" ".join(INTENTS).split())
    assert len(RECIPES) >= 80
    assert sum("intent" not in expected for expected in EXPECTED.values()) >= len(RECIPES) / 5
    assert sum((HERE / name).stat().st_size for name in RECIPES) < 12_000_000


@pytest.mark.parametrize("voice", ["slt", "kal", "gb", "ko-woman"])
def test_a_voice_repeats_itself(voice: str, tmp_path: Path) -> None:
    """Made twice, a recording is the same to the byte."""
    if shutil.which(VOICES[voice].program) is None:
        pytest.skip(f"{VOICES[voice].program} is not installed: only needed to make recordings again")
    name = next(name for name, recipe in RECIPES.items() if recipe.get("voice") == voice)
    first = make(RECIPES[name], tmp_path / "first").read_bytes()
    second = make(RECIPES[name], tmp_path / "second").read_bytes()
    assert first == second
    assert len(first) > 10_000


def test_the_noises_and_broken_files_are_made_as_they_lie_here(tmp_path: Path) -> None:
    """What needs no voice comes out as it was committed."""
    for name, recipe in RECIPES.items():
        if "says" not in recipe:
            made = make(recipe, tmp_path)
            if "broken" in recipe:
                assert made.read_bytes() == (HERE / name).read_bytes()
            else:
                difference = soundfile.read(made, dtype="float64")[0] - soundfile.read(HERE / name, dtype="float64")[0]
                assert np.abs(difference).max() < 0.001


def test_several_voices_speak() -> None:
    """Three programs speak English, at least five voices of them each many times, and no voice most of the time."""
    english = [recipe["voice"] for recipe in RECIPES.values() if recipe["file"].startswith("en/")]
    assert {VOICES[voice].program for voice in english} == {"piper", "flite", "espeak-ng"}
    assert sum(english.count(voice) >= 5 for voice in set(english)) >= 5
    assert max(english.count(voice) for voice in set(english)) < len(english) / 2


def test_the_odd_ones_are_odd() -> None:
    """Quiet is quiet, clipped is clipped, a breath is a silence in the middle, and the formats are what they say."""
    assert np.abs(sound_of("en/add-a-bag-of-pretzels-quiet.wav")).max() < 0.05
    clipped = np.abs(sound_of("en/add-a-bottle-of-mouthwash-clipped.wav"))
    assert (clipped > 0.99).mean() > 0.01
    breath = sound_of("en/add-two-cartons-of-almond-milk.flac")
    middle = breath[4000:-8000]
    quiet = np.convolve(np.abs(middle) < 0.005, np.ones(9600), mode="valid").max()
    assert quiet > 9400
    assert soundfile.info(HERE / "en/add-three-cucumbers-8khz.wav").samplerate == 8000
    stereo = soundfile.info(HERE / "en/put-a-tub-of-cottage-cheese-in-my-cart-44khz-stereo.wav")
    assert (stereo.samplerate, stereo.channels) == (44100, 2)


def test_the_kitchen_is_as_loud_as_asked() -> None:
    """A second of kitchen has RMS 1 and another seed gives another kitchen."""
    one, other = kitchen(16_000, 1), kitchen(16_000, 2)
    assert np.sqrt(np.mean(one**2)) == pytest.approx(1)
    assert not np.allclose(one, other)


def test_a_missing_voice_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Without flite on the path the script says what to install and ends with 2."""
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(VoiceMissing, match="apt-get install flite"):
        speak("hello", "slt", 1.0)
    spoken_by_flite = next(name for name, recipe in RECIPES.items() if recipe.get("voice") == "slt")
    assert main([spoken_by_flite]) == 2
    assert "apt-get install flite" in capsys.readouterr().err
