"""What crosses the borders between hearing, understanding, the dialogue and the edges.

Frozen values without behaviour. `voice` sees only this module of `skills`; the entry points translate to and from it.
Nothing here imports another room.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol, TypeAlias


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One thing that a recogniser may have heard.

    log_probability: natural log, summed over tokens; comparable only within one `Heard`.
    """

    text: str
    log_probability: float = 0.0


@dataclass(frozen=True, slots=True)
class Heard:
    """One utterance as a recogniser, a smart speaker or a keyboard gave it.

    hypotheses: best first; empty when there was sound but no speech.
    language: BCP 47 tag of what was spoken, such as "en" or "ko".
    spoken: False for typed text, which can't be listened to again.
    """

    turn_id: str
    language: str
    hypotheses: tuple[Hypothesis, ...]
    spoken: bool


class SoundGone(Exception):
    """The recording of this turn is no longer kept, so it can't be listened to again."""

    def __init__(self, turn_id: str) -> None:
        super().__init__(f"the sound of turn {turn_id} is no longer kept")
        self.turn_id = turn_id


class ListeningFailed(Exception):
    """A recogniser could not do what was asked of it; it can be used again. str() is one line that says what to do."""


class Listener(Protocol):
    """Listens again to the sound of a turn, knowing what could have been said."""

    def hear_again(self, turn_id: str, hint: str) -> tuple[Hypothesis, ...]:
        """Hypotheses of the same sound, best first, those of the first hearing among them.

        hint: text in the manner of what may be said, such as orders or names of goods, at most 200 words.
        Empty when a hint makes no difference to the recogniser. Raises as `rescore` does.
        """
        ...

    def rescore(self, turn_id: str, texts: Sequence[str]) -> tuple[float, ...]:
        """Natural-log likelihoods of `texts`, summed over tokens; comparable only within one turn.

        Raises SoundGone when the recording was dropped, ListeningFailed when the recogniser fails.
        """
        ...


@dataclass(frozen=True, slots=True)
class Sayable:
    """All that can be said at one moment, as ways through nodes; node 0 is the start.

    arcs: source, target and the word, as it is written, of each way. ends: the nodes at which a sentence may end.
    attached: words that may stand right behind the one before, without a space, as particles do in Korean.
    """

    arcs: tuple[tuple[int, int, str], ...]
    ends: tuple[int, ...]
    attached: tuple[str, ...] = ()


class Chooser(Listener, Protocol):
    """A listener that can also look for the likeliest of all sentences that can be said."""

    def choose(self, turn_id: str, sayable: Sayable) -> tuple[Hypothesis, ...]:
        """The sentences that the sound speaks for most, best first; none when it speaks for nothing at all.

        Their log-probabilities say how much likelier the sound has made them: they are comparable from turn to turn,
        and what was meant for nobody stays around 0 or below. Raises as `rescore` does.
        """
        ...


@dataclass(frozen=True, slots=True)
class OptionValue:
    """One modifier of an item: `spoken` is how the shopper would say it ("a bit of soy milk")."""

    group: str
    value: str
    amount: str | None
    spoken: str


@dataclass(frozen=True, slots=True)
class Item:
    """What the shopper asked for.

    sku: None until the words are resolved to one variant; `name` is then the product's or the shopper's own words.
    products: keys of the products that the words may mean, likeliest first; empty when only words are known.
    quantity: at least 1.
    """

    sku: str | None
    name: str
    quantity: int = 1
    options: tuple[OptionValue, ...] = ()
    products: tuple[str, ...] = ()


SlotValue: TypeAlias = str | int | tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One sentence that could have been meant, with what speaks for it (for explanations)."""

    text: str
    intent: str
    slots: Mapping[str, SlotValue]
    cost: float
    log_likelihood: float | None = None


@dataclass(frozen=True, slots=True)
class Understood:
    """One meaning, accepted.

    cost: distance to the nearest sayable sentence, in phonemes; 0 when said literally.
    margin: how much farther the nearest other meaning is.
    """

    intent: str
    slots: Mapping[str, SlotValue]
    cost: float = 0.0
    margin: float = float("inf")
    text: str = ""
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the meanings between which the shopper is asked; `spoken` names only the doubtful part ("soy milk")."""

    spoken: str
    meaning: Understood


@dataclass(frozen=True, slots=True)
class Unsure:
    """Two or three meanings are too close to pick one. choices: nearest first, 2 to 3 of them."""

    choices: tuple[Choice, ...]
    cost: float = 0.0
    margin: float = 0.0
    candidates: tuple[Candidate, ...] = ()


class Reason(Enum):
    """Why nothing was understood."""

    SILENCE = "silence"
    OUT_OF_DOMAIN = "out_of_domain"
    UNCLEAR = "unclear"
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """Nothing that can be said now was near enough. Nothing may change because of it."""

    reason: Reason
    cost: float = float("inf")
    candidates: tuple[Candidate, ...] = ()


Outcome: TypeAlias = Understood | Unsure | NotUnderstood


class Expectation(Enum):
    """What the assistant waits for after a reply."""

    NOTHING = "nothing"
    ANYTHING = "anything"
    YES_OR_NO = "yes_or_no"
    CONFIRM_QUOTE = "confirm_quote"
    CHOICE = "choice"
    SLOT = "slot"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer.

    speech: plain text as it is spoken; SSML is made only at the edge.
    screen: the same for the eye ("$4.20" where speech says "four dollars twenty"); lines separated by newlines.
    done: business events of this turn, for logs, the demo and scenarios, such as "cart.added milk-1l x2".
    slower: the shopper asked for slower speech.
    """

    speech: str
    screen: str
    expects: Expectation = Expectation.ANYTHING
    ends: bool = False
    language: str = "en"
    slower: bool = False
    choices: tuple[str, ...] = ()
    done: tuple[str, ...] = field(default=())
