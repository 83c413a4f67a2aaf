"""What can become of an order: one table, read by the code, by the tests and by people."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from commerce.errors import IllegalTransition


class OrderStatus(StrEnum):
    """Where an order is.

    PLACED: committed with its stock held; payment is awaited, or is due on delivery.
    DECLINED: the payment was refused; the stock was given back and the cart restored.
    """

    PLACED = "placed"
    PAID = "paid"
    ACCEPTED = "accepted"
    DISPATCHED = "dispatched"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    DECLINED = "declined"


TRANSITIONS: Mapping[OrderStatus, frozenset[OrderStatus]] = MappingProxyType(
    {
        OrderStatus.PLACED: frozenset(
            {OrderStatus.PAID, OrderStatus.ACCEPTED, OrderStatus.CANCELLED, OrderStatus.DECLINED}
        ),
        OrderStatus.PAID: frozenset({OrderStatus.ACCEPTED, OrderStatus.DISPATCHED, OrderStatus.CANCELLED}),
        OrderStatus.ACCEPTED: frozenset({OrderStatus.DISPATCHED, OrderStatus.CANCELLED}),
        OrderStatus.DISPATCHED: frozenset({OrderStatus.DELIVERED}),
        OrderStatus.DELIVERED: frozenset(),
        OrderStatus.CANCELLED: frozenset(),
        OrderStatus.DECLINED: frozenset(),
    }
)

CANCELLABLE: tuple[OrderStatus, ...] = tuple(
    status for status, following in TRANSITIONS.items() if OrderStatus.CANCELLED in following
)


def check_transition(number: str, current: OrderStatus, wanted: OrderStatus) -> None:
    """Raises IllegalTransition when an order in `current` can't become `wanted`."""
    if wanted not in TRANSITIONS[current]:
        raise IllegalTransition(number, current.value, wanted.value)
