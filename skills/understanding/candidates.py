"""The meanings that are nearest to what was heard."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from skills.contract import Hypothesis
from skills.understanding.alignment import Aligner, Alignment, cost_of, word_costs
from skills.understanding.automaton import Tokens
from skills.understanding.context import Context
from skills.understanding.graphs import Graph
from skills.understanding.meaning import Interpreter, Meaning
from skills.understanding.nearest import ROUNDING, Sentence, Step
from skills.understanding.normalise import words_of
from skills.understanding.phonemes import Lexicon, Phonemes

PREFIX_BEAM = 4.0
"""Beginnings of sentences that cost so many phonemes more than the best one are given up."""
NATS_A_PHONEME = 4.0
"""What a phoneme of distance is worth in natural-log likelihood; from 4 to 9 all are alike on the dev recordings."""
COUNTED_ODDLY = 10.0
"""Natural-log likelihood that an order loses in which goods are counted by a word by which they are not sold."""
ODD_REACH = 3.0
"""Phonemes up to which goods that are sold by that word may be what was said."""
CORRECTING_NOTHING = 1.5
_CORRECTIONS = frozenset({"Correct", "RemoveFromCart", "ChangeQuantity", "ClearCart", "Undo"})
_DECIDING = frozenset({"product", "choice", "variant", "key"})
_HOPEFUL = 0.3  # phonemes of distance for each phoneme heard
_MEANINGS_TO_SHOW = 3
_SHORT_WORD = 3  # phonemes; one wrong one of two is no misfit yet
NEAR = 1.0
CLEAR = 0.5
"""Phonemes up to which the best reading is near, and by which the next one must be farther, to leave no doubt."""
SENTENCE_BEAM = 4.0
"""Sentences that cost so many phonemes more than the best one are no candidates."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One meaning and the nearest way to say it.

    steps, ended: the words with what they decide; `steps` is empty for a sentence that was said literally.
    cost: distance to the hypothesis that it fits best, in phonemes, and how much less likely that hypothesis was.
    log_likelihood: of the recording, given these words; None until it was listened to again.
    odd: whether goods are counted by a word by which they are not sold.
    """

    meaning: Meaning
    words: tuple[str, ...]
    cost: float
    steps: tuple[Step, ...] = ()
    ended: Tokens = ()
    log_likelihood: float | None = None
    odd: bool = False

    @property
    def score(self) -> float:
        """Log-likelihood less what the distance is worth, in nats; the distance alone when nobody listened again."""
        return (self.log_likelihood or 0.0) - NATS_A_PHONEME * self.cost - COUNTED_ODDLY * self.odd


def _surprise(intent: str, context: Context) -> float:
    """Extra cost, in phonemes, of correcting an order that was not given."""
    return CORRECTING_NOTHING if intent in _CORRECTIONS and not context.in_cart else 0.0


def _leave_no_doubt(costs: Iterable[float]) -> bool:
    nearest = sorted(costs)[:2]
    return bool(nearest) and nearest[0] <= NEAR and (len(nearest) == 1 or nearest[1] - nearest[0] >= CLEAR)


class Snapped:
    """What was heard, beside all that can be said. Nothing is searched before somebody asks.

    hypotheses: the phonemes of each, and what it costs to be less likely than the first.
    meanings: how many are kept for each. Not safe to share between threads.
    """

    def __init__(
        self,
        hypotheses: Sequence[tuple[Phonemes, float]],
        graph: Graph,
        aligner: Aligner,
        interpreter: Interpreter,
        context: Context,
        meanings: int,
    ) -> None:
        self._hypotheses = hypotheses
        self._graph = graph
        self._aligner = aligner
        self._interpreter = interpreter
        self._context = context
        self._meanings = meanings

    @property
    def readings(self) -> list[Reading]:
        """Nearest first."""
        return self._found[0]

    @property
    def phonemes(self) -> int:
        """How many were heard, in the likeliest hypothesis."""
        return len(self._hypotheses[0][0]) if self._hypotheses else 0

    def is_clear(self) -> bool:
        """Whether the words leave no doubt: of 528 noisy orders with so near and so clear a reading none was wrong.

        Sentences that are too far to make a difference are not searched, but where goods are counted oddly.
        """
        near, _ = self._searched(NEAR + CLEAR + ROUNDING)
        return _leave_no_doubt(reading.cost for reading in near) and not (near[0].odd and self.is_oddly_counted())

    def is_oddly_counted(self) -> bool:
        """Whether the nearest reading counts goods oddly, and one that does not is near enough to be what was said."""
        near, _ = self._searched(ODD_REACH)
        return bool(near) and near[0].odd and not all(reading.odd for reading in near)

    def misfit(self, reading: Reading) -> float:
        """The largest share of a deciding word's phonemes that was not heard: whether it is quite another word."""
        numbers = [self._aligner.numbers[word] for word, _ in reading.steps]
        alignment = min(self._found[1], key=lambda heard: cost_of(numbers, heard[0]) + heard[1])[0]
        costs = word_costs(numbers, alignment)
        return max(
            (
                cost / max(_SHORT_WORD, self._aligner.lengths[word])
                for (word, tokens), cost in zip(reading.steps, costs, strict=True)
                if any(token[0] in _DECIDING for token in tokens)
            ),
            default=0.0,
        )

    def cost(self, words: Sequence[str]) -> float:
        """What any sentence out of the vocabulary costs."""
        numbers = [self._aligner.numbers[word] for word in words]
        return min(
            (cost_of(numbers, alignment) + penalty for alignment, penalty in self._found[1]), default=float("inf")
        )

    @cached_property
    def _found(self) -> tuple[list[Reading], list[tuple[Alignment, float]]]:
        return self._searched(float("inf"))

    def _searched(self, most: float) -> tuple[list[Reading], list[tuple[Alignment, float]]]:
        """The readings that cost up to `most`, and the hypotheses looked at: no further ones once there is no doubt."""
        best: dict[Meaning, Reading] = {}
        heard: list[tuple[Alignment, float]] = []
        for number, (sounds, penalty) in enumerate(self._hypotheses):
            if penalty > most:
                break
            alignment = self._aligner.align(sounds, PREFIX_BEAM, most - penalty)
            heard.append((alignment, penalty))
            for meaning, sentence in self._meanings_of(alignment):
                cost = sentence.cost + penalty + _surprise(meaning[0], self._context)
                if meaning not in best or cost < best[meaning].cost:
                    odd = self._interpreter.counts_oddly(sentence.words, meaning)
                    best[meaning] = Reading(meaning, sentence.words, cost, sentence.steps, sentence.ended, odd=odd)
            following = self._hypotheses[number + 1 :]
            clear = _leave_no_doubt(reading.cost for reading in best.values())
            if clear and not (following and following[0][1] < CLEAR):
                break
        return sorted(best.values(), key=lambda reading: reading.cost), heard

    def _meanings_of(self, alignment: Alignment) -> Iterator[tuple[Meaning, Sentence]]:
        """Nearest first; the search ends early where the first two leave no doubt, or where nothing is near anyway."""
        found: dict[Meaning, float] = {}
        hopeful = alignment.best <= _HOPEFUL * len(alignment.insertion)
        wanted = self._meanings if hopeful else _MEANINGS_TO_SHOW
        for sentence in self._graph.nearest.sentences(alignment, SENTENCE_BEAM):
            meaning = self._interpreter.meaning(sentence.tokens)
            if meaning is not None and meaning not in found:
                found[meaning] = sentence.cost
                yield meaning, sentence
                if len(found) == wanted or (len(found) > 1 and _leave_no_doubt(found.values())):
                    return


class Snap:
    """Aligns hypotheses with a graph.

    hypotheses: how many different ones are looked at. meanings: how many are kept for each.
    doubt: phonemes that a hypothesis costs for each nat by which the recogniser found it less likely than its best.
    """

    def __init__(self, lexicon: Lexicon, hypotheses: int = 3, meanings: int = 20, doubt: float = 0.25) -> None:
        self._lexicon = lexicon
        self._hypotheses = hypotheses
        self._meanings = meanings
        self._doubt = doubt

    def snap(
        self, hypotheses: Sequence[Hypothesis], graph: Graph, interpreter: Interpreter, context: Context
    ) -> Snapped:
        """Raises PhonemesMissing."""
        heard = [
            (self._sounds(words, context.language), penalty)
            for words, penalty in self._distinct(hypotheses, context.language)
        ]
        aligner = graph.aligner(self._lexicon, context.language)
        return Snapped(heard, graph, aligner, interpreter, context, self._meanings)

    def rivals(self, hypotheses: Sequence[Hypothesis], language: str) -> list[tuple[str, ...]]:
        """Other words that were heard almost as likely as the first ones."""
        return [words for words, penalty in self._distinct(hypotheses, language)[1:] if penalty < CLEAR]

    def _distinct(self, hypotheses: Sequence[Hypothesis], language: str) -> list[tuple[tuple[str, ...], float]]:
        distinct: dict[tuple[str, ...], float] = {}
        for hypothesis in hypotheses:
            words = words_of(hypothesis.text, language)
            lost = hypotheses[0].log_probability - hypothesis.log_probability
            if words and len(distinct) < self._hypotheses:
                distinct.setdefault(words, max(0.0, lost) * self._doubt)
        return list(distinct.items())

    def _sounds(self, words: Sequence[str], language: str) -> Phonemes:
        return tuple(letter for sound in self._lexicon.phonemes(words, language) for letter in sound)
