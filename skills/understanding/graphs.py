"""Compiled graphs, kept for as long as the shop's words and the moment of the dialogue stay the same."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import Generic, TypeVar

from skills.languages.model import LanguageModel
from skills.understanding.alignment import Aligner
from skills.understanding.automaton import Automaton
from skills.understanding.context import Context, ShopWords
from skills.understanding.costs import phoneme_costs
from skills.understanding.exact import ExactMatcher
from skills.understanding.nearest import NearestSentences
from skills.understanding.parts import fills, joined, part, sockets
from skills.understanding.phonemes import Lexicon
from skills.understanding.restriction import restriction
from skills.understanding.templates import active_intents, sayable

T = TypeVar("T")


class Graph:
    """What can be said in one context, ready to be matched.

    Parts are joined and sounds looked up only when something is not said literally.
    """

    def __init__(self, base: Automaton, parts: Mapping[str, Automaton], exact: ExactMatcher, words: ShopWords) -> None:
        self._base = base
        self._parts = parts
        self._words = words
        self._aligner: Aligner | None = None
        self.exact = exact

    @cached_property
    def _automaton(self) -> Automaton:
        return joined(self._base, self._parts)

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


@dataclass(frozen=True, slots=True)
class _Base:
    """The sentences of one moment, and the names of the sockets in them."""

    automaton: Automaton
    exact: ExactMatcher
    sockets: tuple[str, ...]


class Graphs:
    """Builds graphs and keeps the latest used. Safe to share between threads."""

    def __init__(self, load: Callable[[str], LanguageModel], kept: int = 64) -> None:
        self._load = load
        self._bases: _Kept[_Base] = _Kept(kept)
        self._parts: _Kept[tuple[Automaton, ExactMatcher]] = _Kept(kept)
        self._graphs: _Kept[Graph] = _Kept(kept)
        self._lock = Lock()

    def graph(self, context: Context, whole: Context | None = None) -> Graph:
        """The graph of a context. whole: the same with all of the shop's goods, if `context` names only some.

        Raises GraphTooLarge, and LanguageError for an unknown language.
        """
        language = self._load(context.language)
        intents = active_intents(language, whole or context)
        # A name may stand twice: "a latte" alone is an order in a cafe only.
        moment = (language.version, frozenset((intent.name, intent.when) for intent in intents))
        with self._lock:
            base = self._bases.get(moment, lambda: _base(sayable(language, intents)))
            made_of = tuple((name, fills(name, context)) for name in base.sockets)

            def built() -> Graph:
                parts = {key[0]: self._part(key, context) for key in made_of}
                automata = {name: automaton for name, (automaton, _) in parts.items()}
                matchers = {name: matcher for name, (_, matcher) in parts.items()}
                return Graph(base.automaton, automata, base.exact.with_parts(matchers), context.words)

            return self._graphs.get((moment, made_of), built)

    def _part(self, key: tuple[str, Hashable], context: Context) -> tuple[Automaton, ExactMatcher]:
        return self._parts.get((context.language, *key), lambda: _with_matcher(part(key[0], context)))


class _Kept(Generic[T]):
    """The latest used of what is costly to make."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[Hashable, T] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """What is kept under `key`, made now if there is nothing."""
        value = self._values.pop(key) if key in self._values else make()
        self._values[key] = value
        while len(self._values) > self._most:
            self._values.popitem(last=False)
        return value


def _base(automaton: Automaton) -> _Base:
    return _Base(automaton, ExactMatcher(automaton), sockets(automaton))


def _with_matcher(automaton: Automaton) -> tuple[Automaton, ExactMatcher]:
    return automaton, ExactMatcher(automaton)
