"""What can become of a payment: one table, driven by answers that come in any order and any number of times."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class PaymentState(StrEnum):
    """Where a payment is.

    REQUESTED: committed with the order; the gateway may not have been asked yet.
    PENDING: the gateway was asked and its final word is still out. Never a failure.
    ON_DELIVERY: will be handed over at the door.
    CAPTURED: the money is ours.
    DECLINED: refused; no money moved, none will.
    VOIDED: withdrawn before any money moved.
    REFUNDED: captured, and given back in full.
    """

    REQUESTED = "requested"
    PENDING = "pending"
    ON_DELIVERY = "on_delivery"
    CAPTURED = "captured"
    DECLINED = "declined"
    VOIDED = "voided"
    REFUNDED = "refunded"


TRANSITIONS: Mapping[PaymentState, frozenset[PaymentState]] = MappingProxyType(
    {
        PaymentState.REQUESTED: frozenset(
            {PaymentState.PENDING, PaymentState.CAPTURED, PaymentState.DECLINED, PaymentState.VOIDED}
        ),
        PaymentState.PENDING: frozenset({PaymentState.CAPTURED, PaymentState.DECLINED, PaymentState.VOIDED}),
        PaymentState.ON_DELIVERY: frozenset({PaymentState.CAPTURED, PaymentState.VOIDED}),
        PaymentState.CAPTURED: frozenset({PaymentState.REFUNDED}),
        PaymentState.DECLINED: frozenset(),
        PaymentState.VOIDED: frozenset(),
        PaymentState.REFUNDED: frozenset(),
    }
)

OPEN = frozenset({PaymentState.REQUESTED, PaymentState.PENDING})
"""The states that a gateway's answer can still end."""


def moves(current: PaymentState, wanted: PaymentState) -> bool:
    """Whether an answer `wanted` changes a payment in `current`.

    An answer that repeats, arrives late or contradicts a final state changes nothing: what the gateway says twice is
    said once, and "pending" after "captured" is old news.
    """
    return wanted in TRANSITIONS[current]
