"""Compiled graphs, kept for as long as the shop's words and the moment of the dialogue stay the same."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

from skills.languages.model import LanguageModel
from skills.understanding.alignment import Aligner
from skills.understanding.automaton import Automaton
from skills.understanding.context import Context
from skills.understanding.costs import phoneme_costs
from skills.understanding.exact import ExactMatcher
from skills.understanding.nearest import NearestSentences, Restriction
from skills.understanding.phonemes import Lexicon
from skills.understanding.restriction import restriction
from skills.understanding.templates import active_intents, sayable


class Graph:
    """What can be said in one context, ready to be matched.

    Sounds are looked up only when something is not said literally.
    """

    def __init__(self, automaton: Automaton, allowed: Restriction) -> None:
        self._automaton = automaton
        self._aligner: Aligner | None = None
        self.exact = ExactMatcher(automaton)
        self.nearest = NearestSentences(automaton, allowed)

    def aligner(self, lexicon: Lexicon, language: str) -> Aligner:
        """Raises PhonemesMissing."""
        if self._aligner is None:
            sounds = lexicon.phonemes(self._automaton.vocabulary, language)
            self._aligner = Aligner(self._automaton, sounds, phoneme_costs())
        return self._aligner


class Graphs:
    """Builds graphs and keeps the latest used. Safe to share between threads."""

    def __init__(self, load: Callable[[str], LanguageModel], kept: int = 32) -> None:
        self._load = load
        self._kept = kept
        self._graphs: OrderedDict[Hashable, Graph] = OrderedDict()
        self._lock = Lock()

    def graph(self, context: Context) -> Graph:
        """The graph of a context. Raises GraphTooLarge, and LanguageError for an unknown language."""
        language = self._load(context.language)
        key = _key(language, context)
        with self._lock:
            graph = self._graphs.pop(key, None)
            if graph is None:
                graph = Graph(sayable(language, context), restriction(context.words))
            self._graphs[key] = graph
            while len(self._graphs) > self._kept:
                self._graphs.popitem(last=False)
        return graph


def _key(language: LanguageModel, context: Context) -> Hashable:
    """All that the graph depends on. A customer's priors don't: they only order what one name may mean."""
    return (
        language.version,
        context.words.shop,
        context.words.version,
        frozenset(intent.name for intent in active_intents(language, context)),
        context.expects,
        context.slot,
        tuple(choice.spoken for choice in context.choices),
        tuple(sorted(context.payees.items())),
        tuple(sorted(context.accounts.items())),
    )
