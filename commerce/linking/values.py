"""What is known of links and of the speakers behind them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from commerce.money import Money

LONGEST_NAME = 60


class LinkKind(StrEnum):
    """SKILL: a smart speaker's skill, linked by OAuth. DEVICE: a device of ours, paired with a short code."""

    SKILL = "skill"
    DEVICE = "device"


@dataclass(frozen=True, slots=True)
class LinkedSpeaker:
    """For whom a token speaks.

    customer: the customer's key. device: names the speaker's conversations; give it to SessionKey.
    may_buy, spend_cap: told for politeness only; the checkout itself looks them up.
    """

    customer: str
    device: str
    name: str
    may_buy: bool
    spend_cap: Money | None


@dataclass(frozen=True, slots=True)
class Speaker:
    """One speaker as its owner sees it. spend_cap: the most that one order from here may cost, or None."""

    key: str
    name: str
    may_buy: bool
    spend_cap: Money | None
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class Link:
    """A permission to act for the customer, and the speakers that came with it."""

    id: int
    kind: LinkKind
    made_at: datetime
    speakers: tuple[Speaker, ...]


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a link is used with. lasts: seconds until the access token ends, None for as long as the link."""

    access: str
    refresh: str | None
    lasts: int | None
