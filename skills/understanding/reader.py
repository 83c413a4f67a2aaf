"""Understanding: from what was heard to what was meant."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from rapidfuzz import fuzz

from skills.contract import Chooser, Heard, Hypothesis, Listener, NotUnderstood, Outcome, Reason, SoundGone
from skills.languages import load as load_language
from skills.languages.model import LanguageModel
from skills.understanding.automaton import GraphTooLarge
from skills.understanding.candidates import Reading, Snap, Snapped
from skills.understanding.context import Context
from skills.understanding.decision import Evidence, decide, decide_among
from skills.understanding.free import FreeReader, FreeReading, sure_outcome
from skills.understanding.graphs import Graphs
from skills.understanding.hint import hint_of
from skills.understanding.joining import joining_words
from skills.understanding.listening import SecondListening
from skills.understanding.meaning import Interpreter, Meaning
from skills.understanding.normalise import number_words, numerals, with_digits, words_of
from skills.understanding.phonemes import Lexicon
from skills.understanding.rewording import Rewording
from skills.understanding.shortlist import Shortlists

MOST_WORDS = 80
"""Longer utterances are not understood: nobody orders in one breath what takes half a minute to say."""
MOST_CHARACTERS = 2_000
_MISTYPED = 60.0  # of 100, rapidfuzz's ratio: "twoo" and "to" for "two" have 86 and 80

SURELY_HEARD = 5
"""Words (in Korean syllables) of a sentence that nobody hears by chance in a mumble, as "yes" and "bye" are."""

_log = logging.getLogger(__name__)


class Understanding:
    """Understands utterances. Safe to share between threads; graphs are kept from one utterance to the next.

    lexicon: how words sound; one with a file spares asking espeak-ng for the same words after every start.
    indexes: a folder for the indexes of large catalogues, which are made there; None looks through all names in memory.
    cache: a folder for what can be made anew of models; None makes it anew at each start, in memory.
    """

    def __init__(
        self,
        load: Callable[[str], LanguageModel] = load_language,
        lexicon: Lexicon | None = None,
        indexes: Path | None = None,
        cache: Path | None = None,
    ) -> None:
        self._load = load
        self._graphs = Graphs(load)
        lexicon = lexicon or Lexicon()
        self._snap = Snap(lexicon)
        self._shortlists = Shortlists(lexicon, indexes)
        self._second = SecondListening()
        self._cache = cache
        self._free: dict[str, FreeReader] = {}
        self._too_large: set[tuple[str, str]] = set()

    def understand(self, heard: Heard, context: Context, listener: Listener | None = None) -> Outcome:
        """What the shopper meant: accepted, to be asked about, or not understood.

        listener: hears the recording again with the candidates in mind; not needed for typed text.
        A shop whose menu is too large for a graph is not understood, and the log says so.
        Raises LanguageError for a language that is not there, and PhonemesMissing when espeak-ng can't be run.
        """
        if _edition(context) in self._too_large:
            return NotUnderstood(Reason.UNCLEAR)
        try:
            outcome = self._outcome(heard, context, listener)
        except GraphTooLarge as error:
            self._refuse(context, error)
            return NotUnderstood(Reason.UNCLEAR)
        return self._shortlists.resolved(outcome, heard, context, listener)

    def at_once(self, text: str, context: Context) -> Outcome | None:
        """What text means that is said word for word, or is surely like something; None where more would have to be
        compared. Raises as `understand` does.
        """
        if _edition(context) in self._too_large or _too_long(text, context.language):
            return None
        words = words_of(text, context.language)
        try:
            literal = self._literally(words, context)
        except GraphTooLarge as error:
            self._refuse(context, error)
            return None
        if literal:
            return decide(Evidence(literal))
        freely = self._freely(text, context, self._shortlists.literal(context, words))
        return sure_outcome(freely, self._load(context.language), " ".join(words))

    def prepare(self, contexts: Iterable[Context]) -> None:
        """Make what the first utterances in these contexts would wait for, as far as it lives in memory alone.

        No child program is started and no index is opened: processes that are forked off this one can share it all.
        Raises LanguageError for a language that is not there.
        """
        for context in contexts:
            try:
                _ = self._graphs.graph(self._shortlists.unnamed(context), context).exact
            except GraphTooLarge as error:
                self._refuse(context, error)
                return
            self._reader(context.language)

    def _refuse(self, context: Context, error: GraphTooLarge) -> None:
        edition = _edition(context)
        _log.error("nothing can be understood in shop %s, its option groups are too many: %s", edition[0], error)
        self._too_large.add(edition)

    def _outcome(self, heard: Heard, context: Context, listener: Listener | None) -> Outcome:
        hypotheses = [hypothesis for hypothesis in heard.hypotheses if hypothesis.text.strip()]
        if not hypotheses:
            return NotUnderstood(Reason.SILENCE)
        if any(_too_long(hypothesis.text, context.language) for hypothesis in hypotheses):
            return NotUnderstood(Reason.TOO_LONG)
        said = [words_of(hypothesis.text, context.language) for hypothesis in hypotheses]
        if not said[0]:
            return NotUnderstood(Reason.OUT_OF_DOMAIN)
        chooser = _chooser(listener)
        if heard.spoken and chooser is not None and self._reader(context.language) is None:
            with suppress(SoundGone):  # then the words alone decide
                return self._chosen(heard.turn_id, said, context, chooser)
        literal = self._literally(said[0], context)
        if literal and not (heard.spoken and listener and self._is_doubtful(literal[0], hypotheses, context)):
            return decide(Evidence(literal))
        if heard.spoken and not literal and (beside := self._literally_beside(said[0], hypotheses, context)):
            return decide(Evidence(beside))
        freely = self._freely(hypotheses[0].text, context, self._shortlists.literal(context, said[0]))
        if not heard.spoken:
            outcome = sure_outcome(freely, self._load(context.language), " ".join(said[0]))
            if outcome is not None:
                return outcome
        return self._compared(heard, hypotheses, freely, context, listener)

    def _chosen(self, turn_id: str, said: list[tuple[str, ...]], whole: Context, chooser: Chooser) -> Outcome:
        """The outcome where only the templates are understood: one of their sentences was said, or none.

        said: what was heard freely; of a large shop it names the goods that may be meant. Raises SoundGone.
        """
        literal = self._literally(said[0], whole)
        if literal and len(said[0]) >= SURELY_HEARD and not _one_word(said[0]):
            return decide(Evidence(literal))
        # a shorter one may be a mumble: it is taken when the sound, too, speaks for it before all others
        context = self._shortlists.near(whole, said)
        readings = [
            replace(reading, log_likelihood=sentence.log_probability)
            for sentence in chooser.choose(turn_id, self._graphs.sayable(context, whole))
            for reading in self._literally(words_of(sentence.text, context.language), whole)[:1]
        ]
        agreed = bool(literal and readings) and literal[0].meaning == readings[0].meaning
        return decide(Evidence(literal)) if agreed else decide_among(readings)

    def _compared(
        self,
        heard: Heard,
        hypotheses: list[Hypothesis],
        freely: tuple[FreeReading, ...],
        whole: Context,
        listener: Listener | None,
    ) -> Outcome:
        """The outcome for what was not said literally, or was heard in two ways."""
        said = [words_of(hypothesis.text, whole.language) for hypothesis in hypotheses]
        snapped, interpreter, context = self._snapped(hypotheses, whole)
        listened: list[Reading] | None = None
        log_likelihood: float | None = None
        if listener is not None and heard.spoken and not snapped.is_clear():
            with suppress(SoundGone):  # then the words alone decide
                again = listener.hear_again(heard.turn_id, hint_of(context, self._load(context.language)))
                if more := [hypothesis for hypothesis in again if hypothesis.text.strip()]:
                    if sure := self._heard_literally(more, hypotheses[0], heard.turn_id, whole, listener):
                        return decide(sure)
                    snapped, interpreter, context = self._snapped(more, whole)
                rewording = Rewording(context.words, joining_words(context.language), context.language)
                listened = self._second.listen(
                    snapped, rewording, interpreter, listener, heard.turn_id, context.language
                )
                log_likelihood = hypotheses[0].log_probability
        readings = snapped.readings if listened is None else listened
        if not heard.spoken:  # "thirty" is like "thirteen", but whoever types it means it
            readings = [reading for reading in readings if _same_numbers(said[0], reading.words, whole.language)]
        if not readings:
            return decide(Evidence(readings, snapped.phonemes, freely))
        misfit = 0.0 if heard.spoken else snapped.misfit(readings[0])
        spelling = fuzz.ratio(" ".join(said[0]), " ".join(readings[0].words)) / 100
        return decide(Evidence(readings, snapped.phonemes, freely, log_likelihood, misfit, spelling))

    def _heard_literally(
        self, again: list[Hypothesis], freely: Hypothesis, turn_id: str, context: Context, listener: Listener
    ) -> Evidence | None:
        """What was heard again, where its best is a whole sentence, nothing else comes near, and the sound supports it.

        Of 136 such dev hearings 132 were right, and the others were no better once all was compared. A hint makes a
        recogniser hear what it names: so a few words are not believed, and the sound is asked without it.
        Raises SoundGone.
        """
        words = words_of(again[0].text, context.language)
        literal = self._literally(words, context)
        if not literal or len(words) < SURELY_HEARD or self._is_doubtful(literal[0], again, context):
            return None
        (log_likelihood,) = listener.rescore(turn_id, [with_digits(words, context.language)])
        readings = [replace(reading, log_likelihood=log_likelihood) for reading in literal]
        evidence = Evidence(readings, log_likelihood=freely.log_probability)
        return evidence if evidence.is_supported() else None

    def _snapped(self, hypotheses: list[Hypothesis], whole: Context) -> tuple[Snapped, Interpreter, Context]:
        """What was heard beside all that can be said; the context has only the products that may be meant."""
        said = [words_of(hypothesis.text, whole.language) for hypothesis in hypotheses]
        context = self._shortlists.near(whole, said)
        interpreter = Interpreter(context, joining_words(context.language))
        snapped = self._snap.snap(hypotheses, self._graphs.graph(context, whole), interpreter, context)
        return snapped, interpreter, context

    def _literally(self, words: tuple[str, ...], context: Context) -> list[Reading]:
        """The readings of a sentence that is said word for word, the likeliest first; its distance is 0.

        "Yes, yes, yes" is yes, and Whisper writes a single yes so. "Two two two" is a number first.
        """
        literal = self._literal_readings(words, context)
        if literal or not _one_word(words):
            return literal
        return self._literal_readings(words[:1], context)

    def _literal_readings(self, words: tuple[str, ...], context: Context) -> list[Reading]:
        named = self._shortlists.literal(context, words)
        interpreter = Interpreter(named, joining_words(context.language))
        readings: dict[Meaning, Reading] = {}
        cheapest: float | None = None
        for tokens, cost in self._graphs.graph(named, context).exact.readings(words):
            meaning = interpreter.meaning(tokens)
            if meaning is not None:
                cheapest = cost if cheapest is None else cheapest
                odd = interpreter.counts_oddly(words, meaning)
                readings.setdefault(meaning, Reading(meaning, words, cost - cheapest, odd=odd))
        return _ordered_again_first(list(readings.values()), context)

    def _is_doubtful(self, literal: Reading, hypotheses: list[Hypothesis], context: Context) -> bool:
        """Whether another sentence was heard almost as likely, or goods are counted by a word by which others are sold.

        The former was so with every wrong literal dev recording but "two cartons of oatmeal".
        """
        rivals = (readings[0] for _, readings in self._literal_rivals(hypotheses, context))
        if any(rival.meaning != literal.meaning and (literal.odd or not rival.odd) for rival in rivals):
            return True
        return literal.odd and self._snapped(hypotheses, context)[0].is_oddly_counted()

    def _literally_beside(self, best: tuple[str, ...], hypotheses: list[Hypothesis], context: Context) -> list[Reading]:
        """The readings of what was heard almost as likely as the best, where that is a sentence and the best is none.

        "Ode milk" was oat milk then, and need not be listened to again: 156 of 156 dev recordings were right. Nothing
        where the numbers differ, where two sentences were heard, or for a few words, which a mumble may be like.
        """
        found = list(self._literal_rivals(hypotheses, context))
        if len({readings[0].meaning for _, readings in found}) != 1:
            return []
        words, readings = found[0]
        if readings[0].odd:
            return []
        sure = len(words) >= SURELY_HEARD and _same_numbers(best, words, context.language)
        return readings if sure else []

    def _literal_rivals(
        self, hypotheses: list[Hypothesis], context: Context
    ) -> Iterator[tuple[tuple[str, ...], list[Reading]]]:
        """What else was heard almost as likely as the best, and is said word for word."""
        for words in self._snap.rivals(hypotheses, context.language):
            if readings := self._literally(words, context):
                yield words, readings

    def _freely(self, text: str, context: Context, named: Context) -> tuple[FreeReading, ...]:
        """What the sentence is like; nothing for a language without examples."""
        reader = self._reader(context.language)
        if reader is None:
            return ()
        return reader.read(text, context, named, looked_up=self._shortlists.looks_up(context))

    def _reader(self, language: str) -> FreeReader | None:
        """None for a language without examples."""
        if not FreeReader.knows(language):
            return None
        if language not in self._free:
            self._free.setdefault(language, FreeReader(self._load(language), self._cache))
        return self._free[language]


def _chooser(listener: Listener | None) -> Chooser | None:
    """The listener, if it can choose among sentences."""
    return listener if hasattr(listener, "choose") else None  # type: ignore[return-value]


def _edition(context: Context) -> tuple[str, str]:
    return context.words.shop, context.words.version


def _ordered_again_first(readings: list[Reading], context: Context) -> list[Reading]:
    """ "Order toothbrush heads" adds to the cart; from somebody who has bought such before, it orders them again."""
    again = [
        reading
        for reading in readings
        if reading.meaning[0] == "Reorder"
        for _, value in reading.meaning[1]
        if isinstance(value, tuple) and any(context.bought.intersection(item.products) for item in value)
    ]
    return again + [reading for reading in readings if reading not in again]


def _same_numbers(typed: Sequence[str], words: Sequence[str], language: str) -> bool:
    """Whether a reading has the numbers that were typed and no others: one that was not typed must be a typing error.

    ("twoo" is, but nobody typed the two of "change the quantity to two" who typed "change the quantity".)
    """
    numbers = numerals(language)
    unread = set(typed).difference(words)
    if numbers.intersection(unread):
        return False
    invented = numbers.union(number_words(1, language)).intersection(words).difference(typed)
    return all(any(fuzz.ratio(number, word) >= _MISTYPED for word in unread) for number in invented)


def _one_word(words: Sequence[str]) -> bool:
    """Whether the same word is said again and again, and nothing else."""
    return len(words) > 1 and len(set(words)) == 1


def _too_long(text: str, language: str) -> bool:
    return len(text) > MOST_CHARACTERS or len(words_of(text, language)) > MOST_WORDS
