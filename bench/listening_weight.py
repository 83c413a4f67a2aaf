"""Cross-validates the weight of the second listening: chosen on one half of the recordings, scored on the other.

    python -m bench.listening_weight --data DIR [--snr 24,12,6] [--weights 2,4,6,9]

DIR is that of `voicecart bench barista`. The halves share neither a recording nor a moment of the noise (`Fold`). A
weight is the nats that one phoneme of distance is worth (`skills.understanding.candidates.NATS_A_PHONEME`).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from bench.barista import ALL_SNRS, CLEAN, Fold, Recording, Sound, cafe, mixed, orders_and_noise, slots_of
from skills.contract import Heard
from skills.understanding import Understanding, candidates
from skills.understanding.context import Context
from skills.understanding.phonemes import Lexicon
from voice.recognition.engine import Recogniser
from voice.recognition.opening import open_recogniser

Right = Counter[tuple[Fold, float, str]]
"""How many orders were right, by half, weight and signal-to-noise ratio."""


def main() -> int:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--snr", default=",".join(snr for snr in ALL_SNRS if snr != CLEAN))
    parser.add_argument("--weights", default="2,4,6,9")
    arguments = parser.parse_args()
    recordings, noise = orders_and_noise(arguments.data)
    snrs, weights = arguments.snr.split(","), [float(weight) for weight in arguments.weights.split(",")]
    right: Right = Counter()
    with closing(open_recogniser("whisper", "en")) as recogniser, Lexicon() as lexicon:
        ears = _Ears(recogniser, Understanding(lexicon=lexicon), cafe())
        for fold in Fold:
            half, its_noise = fold.of(recordings, noise)
            for recording, snr, heard in ears.hearings(half, its_noise, snrs):
                for weight in weights:
                    right[fold, weight, snr] += ears.is_right(recording, heard, weight)
    sizes = {fold: len(fold.of(recordings, noise)[0]) for fold in Fold}
    for row in _rows(right, sizes, weights, snrs):
        sys.stdout.write(json.dumps(row) + "\n")
    return 0


class _Ears:
    """Hears a recording once and understands it with several weights."""

    def __init__(self, recogniser: Recogniser, understanding: Understanding, context: Context) -> None:
        self._recogniser = recogniser
        self._understanding = understanding
        self._context = context

    def hearings(
        self, recordings: Sequence[Recording], noise: Sound, snrs: Sequence[str]
    ) -> Iterator[tuple[Recording, str, Heard]]:
        for snr in snrs:
            for recording in recordings:
                turn = f"{recording.name}/{snr}"
                yield recording, snr, self._recogniser.hear(mixed(recording, noise, snr), turn, self._context.language)

    def is_right(self, recording: Recording, heard: Heard, weight: float) -> bool:
        candidates.NATS_A_PHONEME = weight  # a constant to everybody but this benchmark
        outcome = self._understanding.understand(heard, self._context, self._recogniser)
        return slots_of(outcome) == recording.slots


def _rows(
    right: Right, sizes: dict[Fold, int], weights: Sequence[float], snrs: Sequence[str]
) -> Iterator[dict[str, object]]:
    """A row a half and weight, one a half with the weight that the other half chose, and the mean over the ratios."""
    totals = {(fold, weight): sum(right[fold, weight, snr] for snr in snrs) for fold in Fold for weight in weights}
    for (fold, weight), total in totals.items():
        yield {"fold": fold.value, "weight": weight, "n": sizes[fold] * len(snrs), "right": total}
    scored: Counter[str] = Counter()
    for fold, other in ((Fold.FIRST, Fold.SECOND), (Fold.SECOND, Fold.FIRST)):
        chosen = _best({weight: totals[other, weight] for weight in weights})
        yield {"fold": fold.value, "chosen_on": other.value, "weight": chosen, "right": totals[fold, chosen]}
        scored.update({snr: right[fold, chosen, snr] for snr in snrs})
    everybody = sum(sizes.values())
    for snr in snrs:
        yield {"snr": int(snr), "n": everybody, "right": scored[snr], "acceptance": round(scored[snr] / everybody, 4)}
    yield {"mean": round(scored.total() / everybody / len(snrs), 4)}


def _best(totals: dict[float, int]) -> float:
    """The weight with which most orders are right; of several the first."""
    return max(totals, key=totals.__getitem__)


if __name__ == "__main__":
    sys.exit(main())
