"""The Vosk engine's child program: `python -m voice.recognition.vosk_child --model FOLDER`.

Questions (see framing): `hear` with turn and int16 samples; `start`, `feed`, `finish` for a stream; `rescore` with turn
and texts. Nothing but Vosk may be loaded here that links OpenFst: two copies in one process crash.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
import unicodedata
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from voice.audio import SAMPLE_RATE
from voice.recognition.child import Handler, Refusal, serve
from voice.recognition.engine import KEPT_TURNS, LONGEST_SPEECH_SECONDS
from voice.recognition.framing import Header
from voice.recognition.vosk_steady import SteadyNoise, without_dither

if TYPE_CHECKING:
    import vosk

_ALTERNATIVES = 5
_RESCORING_ALTERNATIVES = 10
_PENALTY_PER_LETTER = 1.0
_MARGIN_SECONDS = 0.3
_SCORED_AT_ONCE = 2

Guess = tuple[str, float]


class _Hearing:
    """Answers the parent's questions with one model: one stream at a time, and the sound of the last turns."""

    def __init__(self, model: vosk.Model) -> None:
        self._model = model
        self._turns: OrderedDict[str, bytes] = OrderedDict()
        self._stream: vosk.KaldiRecognizer | None = None
        self._stream_turn = ""
        self._stream_noise = SteadyNoise()
        self._stream_sound = bytearray()
        self._stream_pieces: list[list[Guess]] = []

    def hear(self, question: Header, body: bytes) -> Header:
        """One whole utterance, decoded in one go: then no pause in it can cut it in two."""
        turn = str(question["turn"])
        self._turns.pop(turn, None)
        sound = _speech_in(body)
        if not sound:
            return {"hypotheses": []}
        guesses = _decode(self._recogniser(), sound)
        if guesses:
            self._keep(turn, sound)
        return {"hypotheses": guesses}

    def start(self, question: Header, _body: bytes) -> Header:
        self._stream = self._recogniser()
        self._stream.SetPartialWords(True)
        self._stream_turn = str(question["turn"])
        self._stream_noise = SteadyNoise()
        self._stream_sound.clear()
        self._stream_pieces.clear()
        return {}

    def feed(self, _question: Header, body: bytes) -> Header:
        stream = self._open_stream()
        self._stream_sound += body
        if stream.AcceptWaveform(self._stream_noise.added(body)):
            guesses = _guesses(stream.Result())
            self._stream_pieces.append(guesses)
            return {"text": guesses[0][0] if guesses else "", "words": [], "ended": bool(guesses)}
        partial = json.loads(stream.PartialResult())
        words = [[word["word"], word["start"], word["end"], word["conf"]] for word in partial.get("partial_result", ())]
        return {"text": partial["partial"], "words": words, "ended": False}

    def finish(self, _question: Header, _body: bytes) -> Header:
        stream = self._open_stream()
        self._stream = None
        pieces = [*self._stream_pieces, _guesses(stream.FinalResult())]
        sound = _speech_in(bytes(self._stream_sound))
        guesses = _joined([piece for piece in pieces if piece]) if sound else []
        if guesses:
            self._keep(self._stream_turn, sound)
        return {"hypotheses": guesses}

    def rescore(self, question: Header, _body: bytes) -> Header:
        sound = self._turns.get(str(question["turn"]))
        if sound is None:
            raise Refusal("sound_gone")
        with ThreadPoolExecutor(_SCORED_AT_ONCE) as threads:  # Vosk computes outside of Python's lock
            return {"scores": list(threads.map(lambda text: self._score(sound, text), question["texts"]))}

    def _score(self, sound: bytes, text: str) -> float:
        """The likelihood of the sound under a grammar of this one text.

        Such a grammar still lets words be left out or said twice, and drops words that the model does not know. So
        every letter by which a reading differs from the text costs something, and the best of several readings counts.
        """
        words = [word for word in text.lower().split() if self._model.vosk_model_find_word(word) >= 0]
        grammar = [" ".join(words)] if words else ["[unk]"]
        recogniser = self._recogniser(grammar, _RESCORING_ALTERNATIVES)
        readings = _decode(recogniser, sound) or [("", 0.0)]
        wanted = _letters(text)
        return max(score - _PENALTY_PER_LETTER * _distance(_letters(said), wanted) for said, score in readings)

    def _recogniser(self, grammar: list[str] | None = None, alternatives: int = _ALTERNATIVES) -> vosk.KaldiRecognizer:
        """A fresh recogniser: cheap, where changing the grammar of one leaks and, in mid-utterance, aborts."""
        import vosk

        if grammar is None:
            recogniser = vosk.KaldiRecognizer(self._model, SAMPLE_RATE)
        else:  # a list of strings only: anything else crashes Vosk, and so does escaped text in effect
            recogniser = vosk.KaldiRecognizer(self._model, SAMPLE_RATE, json.dumps(grammar, ensure_ascii=False))
        recogniser.SetMaxAlternatives(alternatives)
        return recogniser

    def _open_stream(self) -> vosk.KaldiRecognizer:
        if self._stream is None:
            raise Refusal("failed", reason="no stream was started")
        return self._stream

    def _keep(self, turn: str, sound: bytes) -> None:
        self._turns[turn] = sound
        while len(self._turns) > KEPT_TURNS:
            self._turns.popitem(last=False)


def _speech_in(body: bytes) -> bytes:
    """The speech with a small margin and a little noise; empty when there is none."""
    from voice.audio import speech_span

    samples = np.frombuffer(body, dtype="<i2")
    span = speech_span(samples)
    if span is None:
        return b""
    if span.end - span.start > LONGEST_SPEECH_SECONDS:
        raise Refusal("too_long", seconds=span.end - span.start, limit=LONGEST_SPEECH_SECONDS)
    first, last = span.start - _MARGIN_SECONDS, span.end + _MARGIN_SECONDS
    return SteadyNoise().added(samples[max(0, int(first * SAMPLE_RATE)) : int(last * SAMPLE_RATE)].tobytes())


def _decode(recogniser: vosk.KaldiRecognizer, sound: bytes) -> list[Guess]:
    recogniser.AcceptWaveform(sound)
    return _guesses(recogniser.FinalResult())


def _guesses(result: str) -> list[Guess]:
    """The alternatives of an n-best result, best first, without those that have no words."""
    alternatives: list[dict[str, Any]] = json.loads(result).get("alternatives", [])
    cleaned = [(" ".join(w for w in one["text"].split() if w != "[unk]"), one["confidence"]) for one in alternatives]
    return [(text, float(score)) for text, score in cleaned if text]


def _joined(pieces: Sequence[list[Guess]]) -> list[Guess]:
    """The best readings of an utterance that pauses cut into pieces."""
    if not pieces:
        return []
    readings = [
        (" ".join(text for text, _ in reading), sum(score for _, score in reading))
        for reading in itertools.islice(itertools.product(*pieces), 1_000)
    ]
    return sorted(readings, key=lambda one: -one[1])[:_ALTERNATIVES]


def _letters(text: str) -> str:
    """The text as single letters, Korean syllables taken apart, without spaces."""
    return unicodedata.normalize("NFD", "".join(text.lower().split()))


def _distance(one: str, other: str) -> int:
    from rapidfuzz.distance import Levenshtein

    return Levenshtein.distance(one, other)


def _load(folder: Path) -> Mapping[str, Handler]:
    import vosk

    vosk.SetLogLevel(-1)
    with without_dither(folder) as steady:
        hearing = _Hearing(vosk.Model(str(steady)))
    return {
        "hear": hearing.hear,
        "start": hearing.start,
        "feed": hearing.feed,
        "finish": hearing.finish,
        "rescore": hearing.rescore,
    }


def main() -> int:
    """Runs until stdin closes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="folder of an unpacked Vosk model")
    arguments = parser.parse_args()
    return serve(lambda: _load(arguments.model))


if __name__ == "__main__":
    sys.exit(main())
