"""What a sentence probably means, judged by examples and not by templates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from skills.contract import Expectation, SlotValue
from skills.languages.model import LanguageModel
from skills.understanding.context import Context
from skills.understanding.free.classifier import Classifier, Weights
from skills.understanding.free.encoding import SentenceEncoder
from skills.understanding.free.examples import NONE, weights_file
from skills.understanding.free.filling import SlotFiller
from skills.understanding.normalise import words_of
from skills.understanding.templates import active_intents

_MOST_READINGS = 3
_LEAST_PROBABILITY = 0.02
_YES_NO = {"Confirm": 4.0, "Deny": 4.0, "Correct": 2.0}
_UNASKED = {"Confirm": 0.3, "Deny": 0.3, NONE: 6.0}
_ODDS: Mapping[Expectation, Mapping[str, float]] = {
    Expectation.YES_OR_NO: _YES_NO,
    Expectation.CONFIRM_QUOTE: _YES_NO,
    Expectation.ANYTHING: _UNASKED,
    Expectation.NOTHING: _UNASKED,
}
"""How much likelier an intent is made by what the assistant asked: nobody says yes to nothing, and who was not asked
may be talking to somebody else. Chosen on left-out sentences (docs/benchmarks.md)."""


@dataclass(frozen=True, slots=True)
class FreeReading:
    """One meaning.

    intent: "none" when the sentence was probably meant for nobody here. probability: 0 to 1.
    whole: False when a product may be called by more words than were found of it.
    """

    intent: str
    probability: float
    slots: Mapping[str, SlotValue]
    whole: bool = True


class FreeReader:
    """Reads sentences of one language. Safe to share between threads; the model is loaded at the first sentence.

    cache: a folder for what is made of the model; None makes it anew at each start.
    """

    def __init__(self, language: LanguageModel, cache: Path | None = None) -> None:
        self._language = language
        self._cache = cache
        self._classifier: Classifier | None = None
        self._filler = SlotFiller(language)
        self._lock = Lock()

    @staticmethod
    def knows(language: str) -> bool:
        """Whether there are examples to judge by."""
        return weights_file(language).is_file()

    def read(
        self, text: str, context: Context, near: Context | None = None, *, looked_up: bool = False
    ) -> tuple[FreeReading, ...]:
        """Likeliest first: up to three intents that can be said now, and "none".

        A number that could be read in part only is worse than none: its intent is left out.

        near: the context with only the products that the text can be about, where the shop has many.
        looked_up: unknown products are looked up in an index afterwards.
        Raises GraphTooLarge.
        """
        words = words_of(text, self._language.language)
        if not words:
            return (FreeReading(NONE, 1.0, {}),)
        believed = self._believed(self._loaded().probabilities(words), context)
        likeliest = sorted((label for label in believed if label != NONE), key=believed.__getitem__, reverse=True)
        readings = [FreeReading(NONE, believed[NONE], {})]
        for intent in likeliest[:_MOST_READINGS]:
            if believed[intent] < _LEAST_PROBABILITY:
                break
            filled = self._filler.fill(self._language.intent(intent), words, near or context, looked_up=looked_up)
            if not filled.cut:
                readings.append(FreeReading(intent, believed[intent], filled.slots, filled.whole))
        return tuple(sorted(readings, key=lambda reading: -reading.probability))

    def _believed(self, probabilities: Mapping[str, float], context: Context) -> dict[str, float]:
        """What can't be said now counts as none; what answers the question that was asked is likelier."""
        sayable = {intent.name for intent in active_intents(self._language, context)}
        factors = _ODDS.get(context.expects, {})
        odds = {
            intent: probabilities[intent] * factors.get(intent, 1.0) for intent in probabilities if intent in sayable
        }
        foreign = sum(p for intent, p in probabilities.items() if intent not in sayable)
        nothing = foreign * factors.get(NONE, 1.0)
        whole = nothing + sum(odds.values())
        believed = {intent: value / whole for intent, value in odds.items()}
        believed[NONE] = nothing / whole
        return believed

    def _loaded(self) -> Classifier:
        with self._lock:
            if self._classifier is None:
                weights = Weights.read(weights_file(self._language.language))
                self._classifier = Classifier(weights, SentenceEncoder(self._cache))
            return self._classifier
