"""Money: an integer number of minor units with a currency. Never a float."""

from __future__ import annotations

from dataclasses import dataclass

from commerce.errors import MixedCurrencies


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount of money.

    amount: minor units (cents; whole won), may be negative.
    currency: ISO 4217 code.
    """

    amount: int
    currency: str

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.amount - other.amount, self.currency)

    def __mul__(self, times: int) -> Money:
        return Money(self.amount * times, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.amount < other.amount

    def __le__(self, other: Money) -> bool:
        self._same(other)
        return self.amount <= other.amount

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise MixedCurrencies(self.currency, other.currency)
