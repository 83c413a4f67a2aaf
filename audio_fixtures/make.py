"""Makes the recordings that recordings.yaml lists: `python -m audio_fixtures.make [FILE...]`."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import soxr
import yaml

from audio_fixtures import kitchen
from audio_fixtures.kitchen import Sound
from bench.voices import SAMPLE_RATE, VoiceMissing, speak

HERE = Path(__file__).parent
_LEAD, _TAIL = 0.25, 0.5
_BREATH = " ... "
_ROOM = 10 ** (-66 / 20)

Recipe = Mapping[str, Any]


def recipes() -> list[Recipe]:
    """The entries of recordings.yaml."""
    listed: list[Recipe] = yaml.safe_load((HERE / "recordings.yaml").read_text(encoding="utf-8"))
    return listed


def make(recipe: Recipe, folder: Path) -> Path:
    """Make one recording below `folder`. Raises VoiceMissing."""
    path = folder / recipe["file"]
    path.parent.mkdir(parents=True, exist_ok=True)
    if "broken" in recipe:
        path.write_bytes(_broken(recipe["broken"]))
        return path
    seed = zlib.crc32(recipe["file"].rsplit(".", 1)[0].encode())
    sound = _speech(recipe) if "says" in recipe else _noise(recipe, seed)
    sound = _in_a_room(sound, recipe.get("snr"), seed)
    if "overdrive" in recipe:
        sound = sound * 10 ** (recipe["overdrive"] / 20)
    _write(np.clip(sound, -1, 1), recipe.get("format", {}), path)
    return path


def _speech(recipe: Recipe) -> Sound:
    """The sentence at its level (dB below full scale), with a breath of `pause` seconds at each " ... "."""
    speed = recipe.get("speed", 1.0)
    parts = [speak(part, recipe["voice"], speed) for part in recipe["says"].split(_BREATH)]
    breath = _silence(recipe.get("pause", 0.8))
    joined = [sound for part in parts for sound in (breath, part)][1:]
    said = np.concatenate([_silence(_LEAD), *joined, _silence(_TAIL)])
    return said * (10 ** (recipe.get("peak", -4) / 20) / np.abs(said).max())


def _noise(recipe: Recipe, seed: int) -> Sound:
    """A recording in which nobody speaks, at `rms` dB below full scale."""
    length = round(recipe["seconds"] * SAMPLE_RATE)
    random = np.random.default_rng(seed)
    made = {
        "silence": lambda: np.zeros(length),
        "kitchen": lambda: kitchen.kitchen(length, seed),
        "hum": lambda: kitchen.hum(length),
        "water": lambda: kitchen.water(length, random),
        "dishes": lambda: kitchen.dishes(length, random),
        "tune": lambda: _tune(length, random),
    }[recipe["noise"]]()
    return made * 10 ** (recipe.get("rms", -26) / 20)


def _tune(length: int, random: np.random.Generator) -> Sound:
    """Plucked notes of a pentatonic scale: music without a voice."""
    sound = np.zeros(length)
    beat = SAMPLE_RATE // 3
    time = np.arange(beat) / SAMPLE_RATE
    for start in range(0, length - beat, beat):
        pitch = 220 * 2 ** (random.choice([0, 2, 4, 7, 9, 12]) / 12)
        sound[start : start + beat] = np.sin(2 * np.pi * pitch * time) * np.exp(-6 * time)
    return sound


def _in_a_room(sound: Sound, snr: float | None, seed: int) -> Sound:
    """A recording is never digitally silent; with `snr` (dB, by RMS over the whole) a kitchen is heard behind it."""
    if snr is None:
        return sound + _ROOM * np.random.default_rng(seed).standard_normal(len(sound))
    level = float(np.sqrt(np.mean(sound**2))) / 10 ** (snr / 20)
    return sound + level * kitchen.kitchen(len(sound), seed)


def _silence(seconds: float) -> Sound:
    return np.zeros(round(seconds * SAMPLE_RATE))


def _write(sound: Sound, form: Mapping[str, Any], path: Path) -> None:
    rate = form.get("rate", SAMPLE_RATE)
    if rate != SAMPLE_RATE:
        sound = np.clip(soxr.resample(sound, SAMPLE_RATE, rate, quality="VHQ"), -1, 1)
    if form.get("channels", 1) == 2:
        sound = np.stack([sound, 0.6 * sound], axis=1)
    soundfile.write(path, sound, rate, subtype=form.get("subtype", "PCM_16"))


def _broken(kind: str) -> bytes:
    """Files that are no recordings."""
    header = (
        b"RIFF\x24\x7d\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x80\x3e\x00\x00\x00\x7d\x00\x00\x02\x00\x10\x00"
    )
    return {
        "empty": b"",
        "text": b"Add two cartons of oat milk to my cart.\n",
        "cut off": header[:30],
        "no frames": header + b"data\x00\x00\x00\x00",
    }[kind]


def main(wanted: Sequence[str]) -> int:
    """Make the recordings named, or all."""
    chosen = [recipe for recipe in recipes() if not wanted or recipe["file"] in wanted]
    for recipe in chosen:
        try:
            made = make(recipe, HERE)
        except VoiceMissing as error:
            sys.stderr.write(f"{recipe['file']}: {error}\n")
            return 2
        sys.stdout.write(f"{made.relative_to(HERE)}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
