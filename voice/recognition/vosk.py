"""Vosk behind the StreamingRecogniser interface: the parent's side of its child program."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from skills.contract import Heard, Hypothesis, SoundGone
from voice.audio import Samples
from voice.recognition.engine import PartialWords, UtteranceTooLong, Word
from voice.recognition.framing import Header
from voice.recognition.process import EngineProcess


class VoskRecogniser:
    """Hears whole utterances and streams with Vosk (a `StreamingRecogniser`).

    model: the folder of an unpacked Vosk model; its language is the only one.
    seconds: deadline of one answer.
    Scores are Kaldi's likelihoods, natural log with the acoustic scale of the model. Those of `rescore` come from a
    grammar of each text alone, less one for every letter that was decoded differently; they are not comparable with
    those of `hear`.
    """

    def __init__(self, model: Path, *, seconds: float = 30.0) -> None:
        self._seconds = seconds
        self._streaming: tuple[str, str] | None = None
        self.process = EngineProcess("vosk", "voice.recognition.vosk_child", ["--model", str(model)])

    def warm_up(self) -> None:
        """Starts loading the model, and returns at once."""
        self.process.start()

    def hear(self, samples: Samples, turn_id: str, language: str, hint: str = "") -> Heard:  # noqa: ARG002
        """See Recogniser. Raises UtteranceTooLong for more than 28 s of speech."""
        answer = self._ask({"do": "hear", "turn": turn_id}, samples)
        return _heard(answer, turn_id, language)

    def start(self, turn_id: str, language: str) -> None:
        """See StreamingRecogniser."""
        self._streaming = (turn_id, language)
        self._ask({"do": "start", "turn": turn_id})

    def feed(self, frames: Samples) -> PartialWords:
        """See StreamingRecogniser. Raises EngineFailed when no stream was started, or its engine died since."""
        answer = self._ask({"do": "feed"}, frames)
        return PartialWords(answer["text"], tuple(Word(*word) for word in answer["words"]), answer["ended"])

    def finish(self) -> Heard:
        """See StreamingRecogniser."""
        answer = self._ask({"do": "finish"})
        turn_id, language = self._streaming or ("", "")
        return _heard(answer, turn_id, language)

    def hear_again(self, turn_id: str, hint: str) -> tuple[Hypothesis, ...]:  # noqa: ARG002
        """See skills.contract.Listener. Vosk can make nothing of a hint."""
        return ()

    def rescore(self, turn_id: str, texts: Sequence[str]) -> tuple[float, ...]:
        """See skills.contract.Listener. The last four turns in which something was heard are kept."""
        if not texts:
            return ()
        answer = self._ask({"do": "rescore", "turn": turn_id, "texts": list(texts)})
        if answer.get("refused") == "sound_gone":
            raise SoundGone(turn_id)
        return tuple(answer["scores"])

    def close(self) -> None:
        """See Recogniser."""
        self.process.close()

    def _ask(self, question: Header, samples: Samples | None = None) -> Header:
        body = b"" if samples is None else samples.astype("<i2").tobytes()
        answer = self.process.ask(question, body, seconds=self._seconds)
        if answer.get("refused") == "too_long":
            raise UtteranceTooLong(float(answer["seconds"]), float(answer["limit"]))
        return answer


def _heard(answer: Header, turn_id: str, language: str) -> Heard:
    hypotheses = tuple(Hypothesis(text, score) for text, score in answer["hypotheses"])
    return Heard(turn_id, language, hypotheses, spoken=True)
