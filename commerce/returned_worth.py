"""What goods that come back are worth: to the cent what was paid for them, however the return is split up.

What is given back for the first n units of a line is a fixed share of the line's total, rounded down; a later return
gets the difference to what was given before. So parts always add up to the whole, and so does their tax.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from commerce.money import Money
from commerce.pricing import MILLION, tax_on
from commerce.storage.order_tables import OrderLineRow, OrderRow


@dataclass(frozen=True, slots=True)
class Worth:
    """Minor units. net: of the goods without tax."""

    net: int
    tax: int
    delivery: int

    @property
    def total(self) -> int:
        """What goes back."""
        return self.net + self.tax + self.delivery


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a line, as far as tax is concerned."""

    total: Money
    tax_rate: Decimal


def worth(order: OrderRow, lines: Sequence[OrderLineRow], before: Mapping[int, int], now: Mapping[int, int]) -> Worth:
    """What units (by line) are worth after others have come back before. Delivery is given back with the last unit."""
    after = {line.position: before.get(line.position, 0) + now.get(line.position, 0) for line in lines}
    first, last = _goods(order, lines, before), _goods(order, lines, after)
    everything = all(after[line.position] == line.quantity for line in lines)
    return Worth(last.net - first.net, last.tax - first.tax, order.delivery if everything else 0)


def _goods(order: OrderRow, lines: Sequence[OrderLineRow], units: Mapping[int, int]) -> Worth:
    is_included = sum(line.total for line in lines) + order.delivery == order.total
    parts = [
        _Part(
            Money(line.total * units.get(line.position, 0) // line.quantity, order.currency),
            Decimal(line.tax_ppm) / MILLION,
        )
        for line in lines
    ]
    tax = tax_on(parts, is_included, Money(0, order.currency)).amount
    total = sum(part.total.amount for part in parts)
    return Worth(total - tax if is_included else total, tax, 0)
