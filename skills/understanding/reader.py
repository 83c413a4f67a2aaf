"""Understanding: from what was heard to what was meant."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from rapidfuzz import fuzz

from skills.contract import Heard, Listener, NotUnderstood, Outcome, Reason, SoundGone
from skills.languages import load as load_language
from skills.languages.model import LanguageModel
from skills.understanding.candidates import Reading, Snap, is_clear
from skills.understanding.context import Context
from skills.understanding.decision import Evidence, decide
from skills.understanding.free import FreeReader, FreeReading, sure_outcome
from skills.understanding.graphs import Graph, Graphs
from skills.understanding.joining import joining_words
from skills.understanding.listening import SecondListening
from skills.understanding.meaning import Interpreter, Meaning
from skills.understanding.normalise import words_of
from skills.understanding.phonemes import Lexicon
from skills.understanding.rewording import Rewording
from skills.understanding.shortlist import Shortlists

MOST_WORDS = 80
"""Longer utterances are not understood: nobody orders in one breath what takes half a minute to say."""
MOST_CHARACTERS = 2_000


class Understanding:
    """Understands utterances. Safe to share between threads; graphs are kept from one utterance to the next.

    lexicon: how words sound; one with a file spares asking espeak-ng for the same words after every start.
    """

    def __init__(self, load: Callable[[str], LanguageModel] = load_language, lexicon: Lexicon | None = None) -> None:
        self._load = load
        self._graphs = Graphs(load)
        lexicon = lexicon or Lexicon()
        self._snap = Snap(lexicon)
        self._shortlists = Shortlists(lexicon)
        self._second = SecondListening()
        self._free: dict[str, FreeReader] = {}

    def understand(self, heard: Heard, context: Context, listener: Listener | None = None) -> Outcome:
        """What the shopper meant: accepted, to be asked about, or not understood.

        listener: hears the recording again with the candidates in mind; not needed for typed text.
        Raises LanguageError for a language that is not there, GraphTooLarge when the shop can't be compiled, and
        PhonemesMissing when espeak-ng can't be run.
        """
        hypotheses = [hypothesis for hypothesis in heard.hypotheses if hypothesis.text.strip()]
        if not hypotheses:
            return NotUnderstood(Reason.SILENCE)
        if any(_too_long(hypothesis.text, context.language) for hypothesis in hypotheses):
            return NotUnderstood(Reason.TOO_LONG)
        said = [words_of(hypothesis.text, context.language) for hypothesis in hypotheses]
        if not said[0]:
            return NotUnderstood(Reason.OUT_OF_DOMAIN)
        named = self._shortlists.literal(context, said[0])
        literal = _literal(
            said[0], self._graphs.graph(named, context), Interpreter(named, joining_words(context.language))
        )
        if literal:
            return decide(Evidence(literal))
        freely = self._freely(hypotheses[0].text, context, named)
        if not heard.spoken:
            outcome = sure_outcome(freely, self._load(context.language), " ".join(said[0]))
            if outcome is not None:
                return outcome
        whole, context = context, self._shortlists.near(context, said)
        interpreter = Interpreter(context, joining_words(context.language))
        snapped = self._snap.snap(hypotheses, self._graphs.graph(context, whole), interpreter, context.language)
        readings = snapped.readings
        log_likelihood: float | None = None
        if listener is not None and heard.spoken and readings and not is_clear(readings):
            rewording = Rewording(context.words, joining_words(context.language), context.language)
            with suppress(SoundGone):  # then the words alone decide
                readings = self._second.listen(
                    snapped, rewording, interpreter, listener, heard.turn_id, context.language
                )
                log_likelihood = hypotheses[0].log_probability
        if not readings:
            return decide(Evidence(readings, snapped.phonemes, freely))
        misfit = 0.0 if heard.spoken else snapped.misfit(readings[0])
        spelling = fuzz.ratio(" ".join(said[0]), " ".join(readings[0].words)) / 100
        return decide(Evidence(readings, snapped.phonemes, freely, log_likelihood, misfit, spelling))

    def _freely(self, text: str, context: Context, named: Context) -> tuple[FreeReading, ...]:
        """What the sentence is like; nothing for a language without examples."""
        if not FreeReader.knows(context.language):
            return ()
        reader = self._free.get(context.language)
        if reader is None:
            reader = self._free.setdefault(context.language, FreeReader(self._load(context.language)))
        return reader.read(text, context, named)


def _too_long(text: str, language: str) -> bool:
    return len(text) > MOST_CHARACTERS or len(words_of(text, language)) > MOST_WORDS


def _literal(words: tuple[str, ...], graph: Graph, interpreter: Interpreter) -> list[Reading]:
    """The readings of a sentence that is said word for word."""
    readings: dict[Meaning, Reading] = {}
    for tokens, cost in graph.exact.readings(words):
        meaning = interpreter.meaning(tokens)
        if meaning is not None:
            readings.setdefault(meaning, Reading(meaning, words, cost))
    return list(readings.values())
