"""The Whisper engine's child program: `python -m voice.recognition.whisper_child --model FOLDER`.

Questions (see framing): `hear` with turn, language and int16 samples as the body; `hear_again` with turn and hint;
`rescore` with turn and texts; `choose` with turn and all that can be said.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections import OrderedDict
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np

from skills.contract import Sayable
from voice.audio import SAMPLE_RATE
from voice.recognition.child import Handler, Refusal, serve
from voice.recognition.engine import KEPT_TURNS, LONGEST_SPEECH_SECONDS
from voice.recognition.framing import Header

if TYPE_CHECKING:
    from voice.recognition.whisper_model import Encoding, Guess, Sound, WhisperModel

_log = logging.getLogger(__name__)

_DOUBTFUL_PER_TOKEN = -1.0
_NOTHING_PER_TOKEN = -1.0
"""Natural log, mean over the tokens: what is less likely than this is next to nothing."""
_NO_SPEECH = 0.6

_ONE_WORD_SECONDS = 1.2
"""With the margins around it. A doubtful word is not heard better the second time: of 97 such words 35 were right, and
36 with six seconds of silence after it; of 74 others 28, and 28 in the whole window, 27 by the larger model. Only what
would be nothing is heard again: of 4 such words of 318 the larger model heard 3."""

MOST_WITH_HINT = 8
"""How many hypotheses are given when there was a hint: of those heard with it and those heard without."""


@dataclass(slots=True)
class _Turn:
    """One utterance. again: the second model's encoding, made when that is first asked about the turn."""

    speech: Sound
    encoding: Encoding
    language: str
    guesses: list[Guess]
    again: Encoding | None = None


class Hearing:
    """Answers the parent's questions, and keeps the last turns.

    second: a larger model that listens again, loaded by the time it is needed; None leaves that to the first one, as
    does one that can't be loaded: stderr says so.
    """

    def __init__(self, model: WhisperModel, second: Future[WhisperModel] | None = None) -> None:
        self._model = model
        self._loading = second
        self._turns: OrderedDict[str, _Turn] = OrderedDict()

    def hear(self, question: Header, body: bytes) -> Header:
        name, language = str(question["turn"]), str(question["language"])
        self._turns.pop(name, None)
        speech = self._model.speech_in(np.frombuffer(body, dtype="<i2"))
        if not len(speech):
            return {"hypotheses": []}
        if len(speech) > LONGEST_SPEECH_SECONDS * SAMPLE_RATE:
            raise Refusal("too_long", seconds=len(speech) / SAMPLE_RATE, limit=LONGEST_SPEECH_SECONDS)
        encoding = self._model.encode(speech)
        guesses, no_speech = self._model.hypothesise(encoding, language)
        turn = _Turn(speech, encoding, language, guesses)
        is_sentence = len(speech) >= _ONE_WORD_SECONDS * SAMPLE_RATE
        if _is_nothing(guesses, no_speech) or (is_sentence and _per_token(guesses[0]) < _DOUBTFUL_PER_TOKEN):
            turn.guesses, no_speech = self._closer(turn)
        if _is_nothing(turn.guesses, no_speech):
            return {"hypotheses": []}
        self._keep(name, turn)
        hint = str(question.get("hint", ""))
        return _listed(self._heard_with(hint, self._model, encoding, turn) if hint else turn.guesses)

    def hear_again(self, question: Header, _body: bytes) -> Header:
        turn = self._kept(question)
        return _listed(self._heard_with(str(question["hint"]), *self._attentive(turn), turn))

    def rescore(self, question: Header, _body: bytes) -> Header:
        turn = self._kept(question)
        model, encoding = self._attentive(turn)
        texts = [spelled_like(turn.guesses[0].text, text) for text in question["texts"]]
        return {"scores": model.score(encoding, turn.language, texts)}

    def choose(self, question: Header, _body: bytes) -> Header:
        turn, said = self._kept(question), question["sayable"]
        arcs = tuple((source, target, word) for source, target, word in said["arcs"])
        model, encoding = self._attentive(turn)
        sayable = Sayable(arcs, tuple(said["ends"]), tuple(said["attached"]))
        return {"hypotheses": model.choose(encoding, turn.language, sayable)}

    def _closer(self, turn: _Turn) -> tuple[list[Guess], float]:
        """What is heard the second time, as `WhisperModel.hypothesise` gives it.

        The larger model hears as well in the short window as the small one in the whole, in half the time.
        """
        if self._larger() is None:
            return self._model.hypothesise(self._model.encode(turn.speech, None), turn.language)
        model, encoding = self._attentive(turn)
        return model.hypothesise(encoding, turn.language)

    def _larger(self) -> WhisperModel | None:
        """The second model, once it is loaded; None where there is none that can be used, which is said once."""
        if self._loading is None:
            return None
        error = self._loading.exception()
        if error is None:
            return self._loading.result()
        _log.warning("the second model can't be used, the first one listens again: %s", error)
        self._loading = None
        return None

    def _heard_with(self, hint: str, model: WhisperModel, encoding: Encoding, turn: _Turn) -> list[Guess]:
        return model.hypothesise_with(hint, encoding, turn.language, turn.guesses)[:MOST_WITH_HINT]

    def _attentive(self, turn: _Turn) -> tuple[WhisperModel, Encoding]:
        """The model that listens again, and what it makes of the sound."""
        larger = self._larger()
        if larger is None:
            return self._model, turn.encoding
        if turn.again is None:
            turn.again = larger.encode(turn.speech)
        return larger, turn.again

    def _kept(self, question: Header) -> _Turn:
        turn = self._turns.get(str(question["turn"]))
        if turn is None:
            raise Refusal("sound_gone")
        return turn

    def _keep(self, name: str, turn: _Turn) -> None:
        self._turns[name] = turn
        while len(self._turns) > KEPT_TURNS:
            self._turns.popitem(last=False)


def _listed(guesses: list[Guess]) -> Header:
    return {"hypotheses": [[guess.text, guess.log_probability] for guess in guesses]}


def _is_nothing(guesses: list[Guess], no_speech: float) -> bool:
    return not guesses or (no_speech > _NO_SPEECH and _per_token(guesses[0]) < _NOTHING_PER_TOKEN)


def _per_token(guess: Guess) -> float:
    return guess.log_probability / guess.tokens


def spelled_like(best: str, text: str) -> str:
    """Writes a candidate as Whisper wrote its own best: a capital first, a full stop last, where that has them.

    Without it every candidate pays for the missing capital and stop, the shorter ones relatively more.
    """
    text = text.strip()
    if best[:1].isupper() and text.islower():
        text = " ".join("I" + word[1:] if word.split("'")[0] == "i" else word for word in text.split())
        text = text[:1].upper() + text[1:]
    if best[-1:] in {".", "?", "!"} and text[-1:].isalnum():
        text += best[-1]
    return text


def _load(folder: Path, second: Path | None, threads: int) -> Mapping[str, Handler]:
    # faster_whisper imports PyAV to read sound files, of which there are none here: 17 MB, and a tenth of a second
    sys.modules.setdefault("av", ModuleType("av"))
    from voice.recognition.whisper_model import WhisperModel

    loading = ThreadPoolExecutor(1).submit(WhisperModel, second, threads) if second else None  # nobody waits for it yet
    hearing = Hearing(WhisperModel(folder, threads), loading)
    questions = (hearing.hear, hearing.hear_again, hearing.rescore, hearing.choose)
    return {question.__name__: question for question in questions}


def main() -> int:
    """Runs until stdin closes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="folder with model.bin and tokenizer.json")
    parser.add_argument("--second", type=Path, help="folder of a larger model that listens again")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    return serve(lambda: _load(arguments.model, arguments.second, arguments.threads))


if __name__ == "__main__":
    sys.exit(main())
