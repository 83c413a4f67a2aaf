"""The shopper's cart as a device shows it, whether the shop is here or far away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from commerce.cart import Cart
from commerce.money import Money
from skills.dialogue.shapes import cart_line_json


@dataclass(frozen=True, slots=True)
class ShownCart:
    """lines: in the shape of `skills.dialogue.shapes`. currency: ISO 4217."""

    lines: tuple[Mapping[str, Any], ...]
    currency: str

    @property
    def total(self) -> Money:
        """What the lines come to, without delivery."""
        return Money(sum(line["total"] for line in self.lines), self.currency)


CartNow = Callable[[], ShownCart | None]
"""The cart as it is now; None where it is not known."""


def shown(cart: Cart) -> ShownCart:
    """A cart of the shop on this machine."""
    return ShownCart(tuple(cart_line_json(line) for line in cart.lines), cart.subtotal.currency)
