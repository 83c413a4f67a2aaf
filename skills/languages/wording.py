"""How a language puts values into words. Each language folder has a wording.py with a `Spoken` and a `Shown`."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import date, datetime

from commerce.money import Money
from skills.languages.saying import AllOf, AnyOf, Goods, GoodsName, Kind, OrderNumber, Value

_SENTENCE_START = re.compile(r"(?:^|[.?!] )[a-z]")
SOON_MINUTES = 90  # up to here an arrival is told in minutes rather than as a day


class Wording(ABC):
    """Puts values into words, for the ear or for the eye."""

    def put(self, value: Value, now: datetime, particle: str = "") -> str:
        """`value` in words. particle: what the template asks to be attached ("을/를"), for languages that have them."""
        return self.attach(self._words(value, now), particle)

    def _words(self, value: Value, now: datetime) -> str:
        match value:
            case Money():
                return self.money(value)
            case datetime():
                minutes = round((value - now).total_seconds() / 60)
                return self.minutes(minutes) if 0 < minutes <= SOON_MINUTES else self.day(value.date(), now.date())
            case date():
                return self.day(value, now.date())
            case OrderNumber(number):
                return self.order_number(number)
            case Goods():
                return self.goods(value)
            case Kind(text):
                return self.kind(text)
            case GoodsName(goods):
                return self.goods_name(goods)
            case AllOf(values):
                return self.all_of([self._words(one, now) for one in values])
            case AnyOf(values):
                return self.any_of([self._words(one, now) for one in values])
            case int():
                return self.number(value)
            case _:
                return str(value)

    def attach(self, text: str, particle: str) -> str:  # noqa: ARG002  # only some languages have particles
        """`text` with the form of `particle` that its last sound asks for."""
        return text

    def sentence(self, text: str) -> str:
        """Last touches to a whole reply: a capital at the start of each sentence."""
        return _SENTENCE_START.sub(lambda start: start[0].upper(), text)

    @abstractmethod
    def money(self, money: Money) -> str:
        """An amount: "four dollars twenty"."""

    @abstractmethod
    def number(self, number: int) -> str:
        """A whole number: "three"."""

    @abstractmethod
    def order_number(self, number: str) -> str:
        """An order's number: "ten forty-two"."""

    @abstractmethod
    def minutes(self, minutes: int) -> str:
        """A short time ahead: "in about twenty minutes"."""

    @abstractmethod
    def day(self, day: date, today: date) -> str:
        """A day, with its preposition: "tomorrow", "on Tuesday", "on the third of May"."""

    @abstractmethod
    def goods(self, goods: Goods) -> str:
        """Something to buy, with its quantity: "two cartons of oat milk"."""

    @abstractmethod
    def goods_name(self, goods: Goods) -> str:
        """The same without a quantity."""

    def kind(self, text: str) -> str:
        """What tells one variant from another; where the ear wants words for digits, they are put in."""
        return text

    @abstractmethod
    def all_of(self, parts: Sequence[str]) -> str:
        """A list: "a, b and c"."""

    @abstractmethod
    def any_of(self, parts: Sequence[str]) -> str:
        """Alternatives: "a, b or c"."""
