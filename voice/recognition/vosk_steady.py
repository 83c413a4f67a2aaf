"""Vosk without chance: the same sound always gets the same score.

Kaldi adds random noise to every sample before it computes features, so that digital silence does no harm. Listening to
one sound twice then differs by several nats, more than many candidates differ. Here the features get no noise, and the
sound gets the same small noise each time.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

_FEATURES = Path("conf", "mfcc.conf")
_NOISE = 1.0
"""Standard deviation in steps of a 16-bit sample: what Kaldi adds."""


@contextmanager
def without_dither(model: Path) -> Iterator[Path]:
    """A folder with the same model that adds no noise; it need only live while the model is loaded.

    An old model that keeps its features' configuration elsewhere is given as it is.
    """
    if not (model / _FEATURES).is_file():
        yield model
        return
    with tempfile.TemporaryDirectory(prefix="voicecart-vosk-") as name:
        folder = Path(name)
        for part in model.resolve().iterdir():
            if part.name != _FEATURES.parent.name:
                (folder / part.name).symlink_to(part)
        configuration = folder / _FEATURES.parent
        configuration.mkdir()
        for file in (model / _FEATURES.parent).resolve().iterdir():
            if file.name != _FEATURES.name:
                (configuration / file.name).symlink_to(file)
        (folder / _FEATURES).write_text(f"{(model / _FEATURES).read_text().rstrip()}\n--dither=0.0\n")
        yield folder


class SteadyNoise:
    """The same noise for every utterance, piece by piece."""

    def __init__(self) -> None:
        self._noise = np.random.default_rng(0)

    def added(self, body: bytes) -> bytes:
        """The next int16 samples with their noise."""
        samples = np.frombuffer(body, dtype="<i2")
        noisy = np.rint(samples + self._noise.normal(0.0, _NOISE, len(samples)))
        return noisy.clip(-32768, 32767).astype("<i2").tobytes()
