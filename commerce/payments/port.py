"""What the shop asks of whoever takes the money.

Every request carries an idempotency key: a gateway that has seen the key answers as it did before and moves no money
twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from commerce.money import Money


class GatewayState(StrEnum):
    """What a gateway knows about a key.

    UNKNOWN: it has no record of the key, so no money moved; a request may still be on its way.
    """

    CAPTURED = "captured"
    DECLINED = "declined"
    PENDING = "pending"
    VOIDED = "voided"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ChargeRequest:
    """Take `amount` by the method behind `token`. reference: the order's number, for the customer's statement."""

    key: str
    amount: Money
    token: str
    reference: str


@dataclass(frozen=True, slots=True)
class RefundRequest:
    """Give back `amount` of the charge made under `charge_key`."""

    key: str
    charge_key: str
    amount: Money


@dataclass(frozen=True, slots=True)
class GatewayAnswer:
    """What became of a charge.

    reference: the gateway's own name for it, "" when it has none.
    reason: why it was declined, in the gateway's words, else "".
    finish_at: where the shopper must finish a pending one, on a screen of their own; else "".
    """

    key: str
    state: GatewayState
    reference: str = ""
    reason: str = ""
    finish_at: str = ""


class GatewayTimeout(Exception):
    """The gateway did not answer in time. What it did is unknown: ask for the state, never charge again."""

    def __init__(self, key: str, waited: float) -> None:
        super().__init__(f"no answer about {key} within {waited:g} seconds")
        self.key = key
        self.waited = waited


class PaymentGateway(Protocol):
    """Takes and returns money. Every call returns or raises GatewayTimeout within `patience` seconds of real time."""

    def charge(self, request: ChargeRequest, patience: float) -> GatewayAnswer:
        """Take the money once, however often it is asked with this key."""
        ...

    def state(self, key: str, patience: float) -> GatewayAnswer:
        """What became of the charge under `key`; moves no money."""
        ...

    def void(self, key: str, patience: float) -> GatewayAnswer:
        """Withdraw the charge under `key` unless it was captured; afterwards a late request with this key is refused.

        The answer is final: captured, declined or voided.
        """
        ...

    def refund(self, request: RefundRequest, patience: float) -> None:
        """Give money back once, however often it is asked with this key."""
        ...
