"""Understanding: from what was heard to what was meant."""

from __future__ import annotations

from collections.abc import Callable

from skills.contract import Candidate, Heard, Listener, NotUnderstood, Outcome, Reason, Understood
from skills.languages import load as load_language
from skills.languages.model import LanguageModel
from skills.understanding.context import Context
from skills.understanding.graphs import Graph, Graphs
from skills.understanding.joining import joining_words
from skills.understanding.meaning import Interpreter, Meaning
from skills.understanding.normalise import words_of
from skills.understanding.templates import CHOOSE

MOST_WORDS = 80
"""Longer utterances are not understood: nobody orders in one breath what takes half a minute to say."""
MOST_CHARACTERS = 2_000


class Understanding:
    """Understands utterances. Safe to share between threads; graphs are kept from one utterance to the next."""

    def __init__(self, load: Callable[[str], LanguageModel] = load_language) -> None:
        self._graphs = Graphs(load)

    def understand(self, heard: Heard, context: Context, listener: Listener | None = None) -> Outcome:
        """What the shopper meant: accepted, to be asked about, or not understood.

        listener: hears the recording again with the candidates in mind; not needed for typed text.
        Raises LanguageError for a language that is not there, GraphTooLarge when the shop can't be compiled.
        """
        del listener
        texts = [hypothesis.text for hypothesis in heard.hypotheses if hypothesis.text.strip()]
        if not texts:
            return NotUnderstood(Reason.SILENCE)
        if any(len(text) > MOST_CHARACTERS for text in texts):
            return NotUnderstood(Reason.TOO_LONG)
        graph = self._graphs.graph(context)
        words = words_of(texts[0], context.language)
        if len(words) > MOST_WORDS:
            return NotUnderstood(Reason.TOO_LONG)
        return self._literal(words, texts[0], graph, context) or NotUnderstood(Reason.UNCLEAR)

    def _literal(self, words: tuple[str, ...], text: str, graph: Graph, context: Context) -> Outcome | None:
        """The reading of a sentence that is said word for word."""
        interpreter = Interpreter(context, joining_words(context.language))
        readings: dict[Meaning, float] = {}
        for tokens, cost in graph.exact.readings(words):
            meaning = interpreter.meaning(tokens)
            if meaning is not None:
                readings.setdefault(meaning, cost)
        if not readings:
            return None
        candidates = tuple(Candidate(text, intent, dict(slots), cost) for (intent, slots), cost in readings.items())
        best = candidates[0]
        if best.intent == CHOOSE:
            chosen = best.slots["choice"]
            assert isinstance(chosen, int)
            return context.choices[chosen - 1].meaning
        margin = candidates[1].cost - best.cost if len(candidates) > 1 else float("inf")
        return Understood(best.intent, best.slots, 0.0, margin, text, candidates)
