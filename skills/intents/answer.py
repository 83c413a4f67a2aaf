"""What an intent's handler gives back: what to say, what to ask next, what was done.

A question carries its own continuations as meanings: "your usual oat milk?" knows what a yes means (AddToCart with that
SKU) and what a no means. So a session between two turns is plain data, and answering is running a meaning.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from skills.contract import Choice, Item, SlotValue, Understood
from skills.languages.saying import Say

Slots: TypeAlias = Mapping[str, SlotValue]


@dataclass(frozen=True, slots=True)
class AskYesNo:
    """A question to be answered by yes or no. no: None when a no just closes it."""

    yes: Understood
    no: Understood | None = None
    kind: Literal["yes_no"] = "yes_no"


@dataclass(frozen=True, slots=True)
class AskChoice:
    """Which of these?

    no: what "none of them" means; None when it just closes the question. yes: what a yes means, where one is offered.
    about: what was said to begin with, if it can still be corrected ("no, two").
    """

    choices: tuple[Choice, ...]
    yes: Understood | None = None
    about: Understood | None = None
    no: Understood | None = None
    kind: Literal["choice"] = "choice"


@dataclass(frozen=True, slots=True)
class AskSlot:
    """What is still missing to do what `meaning` says."""

    slot: str
    meaning: Understood
    kind: Literal["slot"] = "slot"


@dataclass(frozen=True, slots=True)
class AskQuote:
    """Whether to buy what was just read out. meaning: what makes a new quote when this one no longer holds."""

    quote_id: str
    digest: str
    meaning: Understood
    kind: Literal["quote"] = "quote"


@dataclass(frozen=True, slots=True)
class AskCode:
    """The voice code for a quote that was confirmed."""

    quote_id: str
    digest: str
    meaning: Understood
    kind: Literal["code"] = "code"


Question: TypeAlias = Annotated[AskYesNo | AskChoice | AskSlot | AskQuote | AskCode, Field(discriminator="kind")]


@dataclass(frozen=True, slots=True)
class Ask:
    """A question with its words. again: a shorter way of putting it once more."""

    question: Question
    says: Say
    again: Say | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """The last change of the cart, which "no, I said three" is about.

    line_id: the cart line; before, after: its quantity. item: what was asked for, its SKU resolved.
    """

    line_id: int
    item: Item
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a meaning.

    done: business events, such as "cart.added OATMILK-1L x2".
    ends: the conversation is over. closes: every open question is settled.
    repeats: the last reply is given again. slower: from now on speech is slower.
    then: what to do next, in the same turn.
    """

    says: tuple[Say, ...] = ()
    ask: Ask | None = None
    done: tuple[str, ...] = ()
    change: Change | None = None
    ends: bool = False
    closes: bool = False
    repeats: bool = False
    slower: bool = False
    then: Understood | None = None
