"""What a purchase costs, in whole minor units.

Tax is worked out once for each rate, on the sum of all lines of that rate, and rounded half up to a minor unit: so the
tax depends neither on how the units are spread over lines nor on the order of the lines. Delivery is not taxed. Where a
shop's prices include tax, the tax is the part of them that it makes up, rounded alike, and the total does not grow.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from commerce.errors import AmountOutOfRange
from commerce.ledger import MOST
from commerce.money import Money

MILLION = 1_000_000


class Priced(Protocol):
    """A line of a cart or an order."""

    @property
    def total(self) -> Money: ...

    @property
    def tax_rate(self) -> Decimal: ...


@dataclass(frozen=True, slots=True)
class Terms:
    """A shop's terms. delivery_free_from: subtotal from which delivery costs nothing, or None."""

    delivery_fee: Money
    delivery_free_from: Money | None
    prices_include_tax: bool


@dataclass(frozen=True, slots=True)
class Totals:
    """What it comes to. tax: contained in `subtotal` where prices include it, else on top.

    net: what the lines come to without tax.
    """

    subtotal: Money
    delivery: Money
    tax: Money
    total: Money
    net: Money


def add_up(lines: Sequence[Priced], terms: Terms) -> Totals:
    """The totals of at least one line. Raises MixedCurrencies, AmountOutOfRange."""
    zero = Money(0, terms.delivery_fee.currency)
    for line in lines:
        _check(line.total)
    subtotal = _check(sum((line.total for line in lines), zero))
    waived = terms.delivery_free_from is not None and terms.delivery_free_from <= subtotal
    delivery = zero if waived else _check(terms.delivery_fee)
    tax = tax_on(lines, terms.prices_include_tax, zero)
    net = subtotal - tax if terms.prices_include_tax else subtotal
    return Totals(subtotal, delivery, tax, _check(net + tax + delivery), net)


def tax_on(lines: Sequence[Priced], included: bool, zero: Money) -> Money:
    """The tax in (or on top of) lines; `zero` tells the currency."""
    by_rate: dict[int, int] = defaultdict(int)
    for line in lines:
        by_rate[ppm(line.tax_rate)] += line.total.amount
    tax = sum(_round_half_up(base * rate, MILLION + rate if included else MILLION) for rate, base in by_rate.items())
    return Money(tax, zero.currency)


def ppm(rate: Decimal) -> int:
    """A tax rate in millionths: 190000 is 19 percent."""
    return int(rate * MILLION)


def _round_half_up(dividend: int, divisor: int) -> int:
    """Of nothing negative."""
    return (2 * dividend + divisor) // (2 * divisor)


def _check(amount: Money) -> Money:
    if not 0 <= amount.amount <= MOST:
        raise AmountOutOfRange(amount.amount, 0, MOST)
    return amount
