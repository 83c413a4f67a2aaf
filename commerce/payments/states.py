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


class PaymentMethod(StrEnum):
    """How an order is paid: through the gateway, from an account in our books, at the door, or outside these books."""

    CARD = "card"
    ACCOUNT = "account"
    DELIVERY = "delivery"
    ELSEWHERE = "elsewhere"


class PaymentOutcome(StrEnum):
    """What can be said of a payment to the customer. PENDING: not known yet, and not failed."""

    PAID = "paid"
    DECLINED = "declined"
    PENDING = "pending"
    ON_DELIVERY = "on_delivery"


TRANSITIONS: Mapping[PaymentState, frozenset[PaymentState]] = MappingProxyType(
    {
        PaymentState.REQUESTED: frozenset(
            {PaymentState.PENDING, PaymentState.CAPTURED, PaymentState.DECLINED, PaymentState.VOIDED}
        ),
        PaymentState.PENDING: frozenset({PaymentState.CAPTURED, PaymentState.DECLINED, PaymentState.VOIDED}),
        PaymentState.ON_DELIVERY: frozenset({PaymentState.CAPTURED, PaymentState.VOIDED}),
        PaymentState.CAPTURED: frozenset({PaymentState.REFUNDED}),
        # Money that arrives after all is ours to give back: it must never be overlooked.
        PaymentState.DECLINED: frozenset({PaymentState.CAPTURED}),
        PaymentState.VOIDED: frozenset({PaymentState.CAPTURED}),
        PaymentState.REFUNDED: frozenset(),
    }
)

OPEN = frozenset({PaymentState.REQUESTED, PaymentState.PENDING})
"""The states in which the gateway has the last word."""

OUTCOMES: Mapping[PaymentState, PaymentOutcome] = MappingProxyType(
    {
        PaymentState.REQUESTED: PaymentOutcome.PENDING,
        PaymentState.PENDING: PaymentOutcome.PENDING,
        PaymentState.ON_DELIVERY: PaymentOutcome.ON_DELIVERY,
        PaymentState.CAPTURED: PaymentOutcome.PAID,
        PaymentState.REFUNDED: PaymentOutcome.PAID,
        PaymentState.DECLINED: PaymentOutcome.DECLINED,
        PaymentState.VOIDED: PaymentOutcome.DECLINED,
    }
)


def moves(current: PaymentState, wanted: PaymentState) -> bool:
    """Whether an answer `wanted` changes a payment in `current`.

    An answer that repeats, arrives late or contradicts a final state changes nothing: what the gateway says twice is
    said once, and "pending" after "captured" is old news.
    """
    return wanted in TRANSITIONS[current]
