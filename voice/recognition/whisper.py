"""Whisper behind the Recogniser interface: the parent's side of its child program."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from skills.contract import Heard, Hypothesis, Sayable, SoundGone
from voice.audio import Samples
from voice.recognition.engine import UtteranceTooLong
from voice.recognition.process import START_SECONDS, EngineProcess


class WhisperRecogniser:
    """Hears whole utterances with Whisper (a `Recogniser`).

    model: a CTranslate2 model folder (model.bin, config.json, tokenizer.json, vocabulary).
    second: the folder of a larger model, which listens again where the first leaves a doubt; None: the first does.
    threads: of the child program.
    seconds: deadline of one answer. Measured on two quiet cores, an answer takes well under one second.
    Scores of `hear` and of `rescore` are sums over Whisper's tokens in natural log.
    """

    def __init__(self, model: Path, *, second: Path | None = None, threads: int = 2, seconds: float = 20.0) -> None:
        self._seconds = seconds
        arguments = ["--model", str(model), "--threads", str(threads)]
        if second is not None:
            arguments += ["--second", str(second)]
        self.process = EngineProcess("whisper", "voice.recognition.whisper_child", arguments)

    def warm_up(self) -> None:
        """Starts loading the model, and returns at once."""
        self.process.start()

    def hear(self, samples: Samples, turn_id: str, language: str, hint: str = "") -> Heard:
        """See Recogniser. Raises UtteranceTooLong for more than 28 s of speech."""
        question = {"do": "hear", "turn": turn_id, "language": language, "hint": hint}
        answer = self.process.ask(question, samples.astype("<i2").tobytes(), seconds=self._seconds)
        if answer.get("refused") == "too_long":
            raise UtteranceTooLong(float(answer["seconds"]), float(answer["limit"]))
        hypotheses = tuple(Hypothesis(text, score) for text, score in answer["hypotheses"])
        return Heard(turn_id, language, hypotheses, spoken=True)

    def hear_again(self, turn_id: str, hint: str) -> tuple[Hypothesis, ...]:
        """See skills.contract.Listener."""
        answer = self.process.ask({"do": "hear_again", "turn": turn_id, "hint": hint}, seconds=self._seconds)
        if answer.get("refused") == "sound_gone":
            raise SoundGone(turn_id)
        return tuple(Hypothesis(text, score) for text, score in answer["hypotheses"])

    def rescore(self, turn_id: str, texts: Sequence[str]) -> tuple[float, ...]:
        """See skills.contract.Listener. The last four turns in which something was heard are kept.

        texts: plain words, lower case and without a full stop: the child spells them as Whisper spelled what it heard.
        """
        if not texts:
            return ()
        question = {"do": "rescore", "turn": turn_id, "texts": list(texts)}
        answer = self.process.ask(question, seconds=self._seconds)
        if answer.get("refused") == "sound_gone":
            raise SoundGone(turn_id)
        return tuple(answer["scores"])

    def choose(self, turn_id: str, sayable: Sayable) -> tuple[Hypothesis, ...]:
        """See skills.contract.Chooser. The last four turns in which something was heard are kept."""
        said = {"arcs": sayable.arcs, "ends": sayable.ends, "attached": sayable.attached}
        question = {"do": "choose", "turn": turn_id, "sayable": said}
        answer = self.process.ask(question, seconds=self._seconds + START_SECONDS)  # the first one loads the decoder
        if answer.get("refused") == "sound_gone":
            raise SoundGone(turn_id)
        return tuple(Hypothesis(text, evidence) for text, evidence in answer["hypotheses"])

    def close(self) -> None:
        """See Recogniser."""
        self.process.close()
