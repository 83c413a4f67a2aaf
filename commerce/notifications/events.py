"""What people are told about, and through what."""

from __future__ import annotations

from enum import StrEnum


class Event(StrEnum):
    """Something worth telling.

    FINISH: the payment needs a step on the customer's phone. REFUNDED: money is on its way back, `amount` of it.
    DISPATCHED: once for each parcel.
    LOCKED_OUT: a link to choose a new password. REMINDER: a cart was left standing; advertising.
    RUNNING_OUT: what the customer buys in a rhythm is due, `product_ids` (row ids) of it; advertising.
    """

    PLACED = "order.placed"
    PAID = "order.paid"
    DECLINED = "order.declined"
    FINISH = "order.finish"
    CANCELLED = "order.cancelled"
    READDRESSED = "order.readdressed"
    DISPATCHED = "order.dispatched"
    RETURNED = "order.returned"
    REFUNDED = "order.refunded"
    BILL_PAID = "bill.paid"
    LOCKED_OUT = "account.password"
    REMINDER = "cart.reminder"
    RUNNING_OUT = "reorder.reminder"


class Channel(StrEnum):
    """How. WEBHOOK goes to the merchant's own system, the others to the customer; ALEXA to their smart speaker."""

    EMAIL = "email"
    SMS = "sms"
    WEBHOOK = "webhook"
    ALEXA = "alexa"


class NotificationState(StrEnum):
    """What became of a notification."""

    WAITING = "waiting"
    SENT = "sent"
    WITHHELD = "withheld"
    UNDELIVERABLE = "undeliverable"


ADVERTISING = frozenset({Event.REMINDER, Event.RUNNING_OUT})
"""Sent only with the customer's consent, each kind with its own, and with a way to end it."""

CONFIDENTIAL = frozenset({Event.LOCKED_OUT})
"""Told to the customer alone, never to the merchant's own system."""

URGENT = frozenset({Event.DECLINED, Event.FINISH, Event.DISPATCHED})
"""Also sent as a text message to customers who gave a phone number."""

SPOKEN = frozenset({Event.PAID, Event.DISPATCHED, Event.REMINDER, Event.RUNNING_OUT})
"""Also told by the smart speaker of whoever agreed to it there."""
