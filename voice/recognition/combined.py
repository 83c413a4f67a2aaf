"""Two engines as one: Vosk hears while somebody speaks, Whisper hears the whole again and listens again."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from skills.contract import Heard, Hypothesis, Sayable, SoundGone
from voice.audio import Samples
from voice.recognition.engine import PartialWords
from voice.recognition.vosk import VoskRecogniser
from voice.recognition.whisper import WhisperRecogniser

VOSK_HANDICAP = 2.0
"""What Vosk's best hypothesis is taken to be less likely than Whisper's, in natural log."""

_MOST_HYPOTHESES = 5


class CombinedRecogniser:
    """Vosk's live words, the hypotheses of both, and Whisper's second listening (a `StreamingRecogniser`).

    The engines' scores are on different scales. So Vosk's are moved as a whole: its best stands VOSK_HANDICAP under
    Whisper's best. A text that both have heard counts once, with the better score.

    vosk_in_streams_only: whole recordings are heard by Whisper alone, and Vosk is loaded with the first stream.
    """

    def __init__(self, vosk: VoskRecogniser, whisper: WhisperRecogniser, *, vosk_in_streams_only: bool = False) -> None:
        self._vosk = vosk
        self._whisper = whisper
        self._in_streams_only = vosk_in_streams_only
        self._stream: list[Samples] = []

    def warm_up(self) -> None:
        """Starts loading the models, and returns at once."""
        if not self._in_streams_only:
            self._vosk.warm_up()
        self._whisper.warm_up()

    def hear(self, samples: Samples, turn_id: str, language: str, hint: str = "") -> Heard:
        """See Recogniser."""
        heard = self._whisper.hear(samples, turn_id, language, hint)
        return heard if self._in_streams_only else merged(heard, self._vosk.hear(samples, turn_id, language))

    def start(self, turn_id: str, language: str) -> None:
        """See StreamingRecogniser."""
        self._stream.clear()
        self._vosk.start(turn_id, language)

    def feed(self, frames: Samples) -> PartialWords:
        """See StreamingRecogniser."""
        self._stream.append(frames)
        return self._vosk.feed(frames)

    def finish(self) -> Heard:
        """See StreamingRecogniser."""
        streamed = self._vosk.finish()
        sound = np.concatenate(self._stream) if self._stream else np.zeros(0, np.int16)
        self._stream.clear()
        return merged(self._whisper.hear(sound, streamed.turn_id, streamed.language), streamed)

    def hear_again(self, turn_id: str, hint: str) -> tuple[Hypothesis, ...]:
        """See skills.contract.Listener. Nothing where Whisper had heard nothing."""
        try:
            return self._whisper.hear_again(turn_id, hint)
        except SoundGone:
            return ()

    def rescore(self, turn_id: str, texts: Sequence[str]) -> tuple[float, ...]:
        """See skills.contract.Listener. Vosk answers where Whisper had heard nothing."""
        try:
            return self._whisper.rescore(turn_id, texts)
        except SoundGone:
            return self._vosk.rescore(turn_id, texts)

    def choose(self, turn_id: str, sayable: Sayable) -> tuple[Hypothesis, ...]:
        """See skills.contract.Chooser. Raises SoundGone where Whisper had heard nothing."""
        return self._whisper.choose(turn_id, sayable)

    def close(self) -> None:
        """See Recogniser."""
        self._vosk.close()
        self._whisper.close()


def merged(whisper: Heard, vosk: Heard) -> Heard:
    """What both have heard, on Whisper's scale."""
    if not whisper.hypotheses or not vosk.hypotheses:
        return whisper if whisper.hypotheses else vosk
    moved = whisper.hypotheses[0].log_probability - VOSK_HANDICAP - vosk.hypotheses[0].log_probability
    best: dict[str, Hypothesis] = {}
    for one in (*whisper.hypotheses, *(Hypothesis(v.text, v.log_probability + moved) for v in vosk.hypotheses)):
        key = "".join(c for c in one.text.casefold() if c.isalnum())
        if key not in best or best[key].log_probability < one.log_probability:
            best[key] = one
    ordered = sorted(best.values(), key=lambda one: -one.log_probability)
    return Heard(whisper.turn_id, whisper.language, tuple(ordered[:_MOST_HYPOTHESES]), spoken=True)
