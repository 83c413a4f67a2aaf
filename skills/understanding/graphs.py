"""Compiled graphs, kept for as long as the shop's words and the moment of the dialogue stay the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from threading import Lock

from skills.contract import Sayable
from skills.languages.model import LanguageModel
from skills.understanding.alignment import Aligner
from skills.understanding.automaton import Automaton
from skills.understanding.context import Context, ShopWords
from skills.understanding.costs import phoneme_costs
from skills.understanding.exact import ExactMatcher
from skills.understanding.joining import joining_words
from skills.understanding.kept import Kept
from skills.understanding.nearest import NearestSentences
from skills.understanding.normalise import written
from skills.understanding.parts import Part, Parts, fills
from skills.understanding.phonemes import Lexicon
from skills.understanding.restriction import restriction
from skills.understanding.sockets import joined
from skills.understanding.templates import active_intents, sayable

_KEPT_NEAR = 8
"""Graphs of some of a shop's goods: each takes some two megabytes, and is of use for as long as one turn is about."""


class Frame:
    """The sentences of one moment with all of the shop's and the customer's words in them but the names of goods."""

    def __init__(self, base: Part, parts: Mapping[str, Part]) -> None:
        self._base = base
        self._parts = parts
        self.sockets = tuple(dict.fromkeys(name for part in parts.values() for name in part.sockets))

    @cached_property
    def automaton(self) -> Automaton:
        """With sockets for the names of goods."""
        return joined(self._base.automaton, {name: part.automaton for name, part in self._parts.items()})

    def exact(self, names: Mapping[str, Part]) -> ExactMatcher:
        """The search for sentences word by word. names: of goods, by their sockets."""
        parts = {**self._parts, **names}
        return self._base.matcher.with_parts({name: part.matcher for name, part in parts.items()})


class Graph:
    """What can be said in one context, ready to be matched.

    Parts are joined and sounds looked up only when something is not said literally.
    """

    def __init__(self, frame: Frame, names: Mapping[str, Part], words: ShopWords, language: str) -> None:
        self._frame = frame
        self._names = names
        self._language = language
        self._words = words
        self._aligner: Aligner | None = None

    @cached_property
    def exact(self) -> ExactMatcher:
        """The search for sentences that were said word for word."""
        return self._frame.exact(self._names)

    @cached_property
    def _automaton(self) -> Automaton:
        return joined(self._frame.automaton, {name: part.automaton for name, part in self._names.items()})

    @cached_property
    def sayable(self) -> Sayable:
        """The same for a recogniser, of a graph in written words."""
        automaton = self._automaton
        columns = (automaton.source.tolist(), automaton.target.tolist(), automaton.word.tolist())
        arcs = ((source, target, automaton.vocabulary[word]) for source, target, word in zip(*columns, strict=True))
        return Sayable(tuple(dict.fromkeys(arcs)), tuple(automaton.finals), joining_words(self._language).attached)

    @cached_property
    def nearest(self) -> NearestSentences:
        """The search for sentences that are like what was heard."""
        return NearestSentences(self._automaton, restriction(self._words))

    def aligner(self, lexicon: Lexicon, language: str) -> Aligner:
        """Raises PhonemesMissing."""
        if self._aligner is None:
            sounds = lexicon.phonemes(self._automaton.vocabulary, language)
            self._aligner = Aligner(self._automaton, sounds, phoneme_costs())
        return self._aligner


class Graphs:
    """Builds graphs and keeps the latest used. Safe to share between threads."""

    def __init__(self, load: Callable[[str], LanguageModel], kept: int = 64) -> None:
        self._load = load
        self._bases: Kept[Part] = Kept(kept)
        self._parts = Parts(kept)
        self._names = Parts(kept)  # no flood of shortlists shall wash the other parts away
        self._frames: Kept[Frame] = Kept(kept)
        self._graphs: Kept[Graph] = Kept(kept)
        self._near: Kept[Graph] = Kept(_KEPT_NEAR)
        self._lock = Lock()

    def graph(self, context: Context, whole: Context | None = None) -> Graph:
        """The graph of a context. whole: the same with all of the shop's goods, if `context` names only some.

        Raises GraphTooLarge, and LanguageError for an unknown language.
        """
        language = replace(self._load(context.language.split("-")[0]), language=context.language)
        intents = active_intents(language, whole or context)
        # A name may stand twice: "a latte" alone is an order in a cafe only.
        moment = (language.language, language.version, frozenset((intent.name, intent.when) for intent in intents))
        with self._lock:
            base = self._bases.get(moment, lambda: Part(sayable(language, intents)))
            made_of = fills(base.sockets, context)
            frame = self._frames.get((moment, made_of), lambda: Frame(base, self._parts.of(base.sockets, context)))
            named = fills(frame.sockets, context)
            graphs = self._graphs if context.words.part_of is None else self._near
            return graphs.get(
                (moment, made_of, named),
                lambda: Graph(frame, self._names.of(frame.sockets, context), context.words, context.language),
            )

    def sayable(self, context: Context, whole: Context | None = None) -> Sayable:
        """What can be said in a context, in words as they are written. Raises as `graph` does."""
        return self.graph(replace(context, language=written(context.language)), whole).sayable
