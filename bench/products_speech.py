"""Spoken queries for `bench products`: names of a catalogue said by several voices over noise.

`python -m bench.products_speech CATALOGUE.csv FOLDER --noise NOISE.wav [--count 120] [--snr 15,3] [--seed 1]`

Writes FOLDER/queries-SNR.jsonl (audio, sku, said) and the WAVs beside it. Needs flite; takes piper's voice too when
it is installed.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from voice.speech.voices import NATURAL, installed, open_synthesiser

RATE = 16_000
_FRAME = 2048
_LOUDEST = 0.5
_SILENCE_SECONDS = 0.3
_FLITE_VOICES = ("slt", "rms", "awb")

Sound = NDArray[np.float64]
"""Mono sound at RATE in -1 to 1, shape (n,)."""

Voice = Callable[[str], Sound]


def at_rate(samples: NDArray[np.float64], rate: int) -> Sound:
    """Resampled to RATE."""
    return np.asarray(soxr.resample(samples, rate, RATE), dtype=np.float64)


def read_sound(path: Path) -> Sound:
    """A sound file, its channels averaged."""
    samples, rate = soundfile.read(path, always_2d=True, dtype="float64")
    return at_rate(samples.mean(axis=1), rate)


def mix(speech: Sound, noise: Sound, snr: float) -> Sound:
    """Speech over noise of the same length, with a peak of 0.5.

    snr: in dB, of the highest energies of a frame of 2048 samples, as Picovoice's speech-to-intent-benchmark has it.
    """
    gain = np.sqrt(_loudest_frame(speech) / _loudest_frame(noise) / 10 ** (snr / 10))
    mixed = speech + gain * noise
    return np.asarray(mixed / np.abs(mixed).max() * _LOUDEST)


def _loudest_frame(sound: Sound) -> float:
    starts = range(0, max(1, len(sound) - _FRAME + 1), _FRAME)
    return max(float(np.sum(sound[start : start + _FRAME] ** 2)) for start in starts)


def _flite(voice: str) -> Voice:
    program = shutil.which("flite")
    if program is None:
        raise FileNotFoundError("flite is not installed: apt-get install flite")

    def say(text: str) -> Sound:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "said.wav")
            subprocess.run([program, "-voice", voice, "-t", text, "-o", str(path)], check=True, capture_output=True)
            return read_sound(path)

    return say


def voices(stack: ExitStack) -> list[Voice]:
    """The voices that speak here; `stack` closes what they need."""
    found = [_flite(voice) for voice in _FLITE_VOICES]
    if installed(NATURAL):
        synthesiser = stack.enter_context(closing(open_synthesiser(NATURAL)))

        def say(text: str) -> Sound:
            speech = synthesiser.say(text, "en")
            return at_rate(speech.samples / 32768, speech.sample_rate)

        found.append(say)
    return found


def write_queries(
    catalogue: Path, folder: Path, noise: Path, *, count: int, snrs: Sequence[float], seed: int = 1
) -> None:
    """Says `count` names drawn from the catalogue, each once a voice in turn and once an SNR."""
    rng = random.Random(seed)
    with catalogue.open(encoding="utf-8", newline="") as file:
        products = rng.sample(list(csv.DictReader(file)), count)
    kitchen = read_sound(noise)
    folder.mkdir(parents=True, exist_ok=True)
    queries: dict[float, list[str]] = {snr: [] for snr in snrs}
    with ExitStack() as stack:
        speakers = voices(stack)
        for number, product in enumerate(products):
            said = speakers[number % len(speakers)](product["name"].replace("&", "and").lower())
            speech = np.pad(said, int(_SILENCE_SECONDS * RATE))
            start = rng.randrange(len(kitchen) - len(speech))
            for snr in snrs:
                audio = f"{product['sku']}-{snr:g}.wav"
                soundfile.write(folder / audio, mix(speech, kitchen[start : start + len(speech)], snr), RATE)
                queries[snr].append(json.dumps({"audio": audio, "sku": product["sku"], "said": product["name"]}))
    for snr, lines in queries.items():
        (folder / f"queries-{snr:g}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Writes spoken queries."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("catalogue", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--noise", type=Path, required=True)
    parser.add_argument("--count", type=int, default=120)
    parser.add_argument("--snr", default="15,3")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    write_queries(
        arguments.catalogue,
        arguments.folder,
        arguments.noise,
        count=arguments.count,
        snrs=[float(snr) for snr in arguments.snr.split(",")],
        seed=arguments.seed,
    )


if __name__ == "__main__":
    main()
