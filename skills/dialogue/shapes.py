"""The stable JSON shapes of items, cart lines, outcomes and turns. Programs and checks read them: add, never change.

    item       {"sku", "name", "quantity", "options": [{"group", "value", "amount", "spoken"}]}
    cart line  an item with "total" in minor units
    outcome    {"outcome": "understood" | "unsure" | "not_understood", "intent", "slots", "choices", "cost", "margin",
               "reason"}; a cost or margin without bound is null
    turn       an outcome with "text", "reply", "screen", "expects", "ends", "done" and "cart", a list of cart lines

While a code was awaited, the text and the slots hold dots: the assistant has put them there.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Protocol

from commerce.cart import Cart, CartLine
from skills.contract import Candidate, Item, NotUnderstood, Outcome, SlotValue, Understood, Unsure
from skills.dialogue.assistant import Turn

Json = dict[str, Any]


class _Option(Protocol):
    @property
    def group(self) -> str: ...
    @property
    def value(self) -> str: ...
    @property
    def amount(self) -> str | None: ...
    @property
    def spoken(self) -> str: ...


def item_json(item: Item) -> Json:
    """An item that was asked for. sku is null until one variant is meant."""
    return {
        "sku": item.sku,
        "name": item.name,
        "quantity": item.quantity,
        "options": [_option_json(option) for option in item.options],
    }


def cart_line_json(line: CartLine) -> Json:
    """A line of the cart. Options that are the menu's defaults are among them."""
    return {
        "sku": line.sku,
        "name": line.name,
        "quantity": line.quantity,
        "options": [_option_json(option) for option in line.options],
        "total": line.total.amount,
    }


def outcome_json(outcome: Outcome) -> Json:
    """What was understood."""
    match outcome:
        case Understood():
            return _outcome("understood", outcome.cost, outcome.margin, outcome.intent, slots_json(outcome.slots))
        case Unsure():
            choices = [
                {"spoken": choice.spoken, "intent": choice.meaning.intent, "slots": slots_json(choice.meaning.slots)}
                for choice in outcome.choices
            ]
            return _outcome("unsure", outcome.cost, outcome.margin) | {"choices": choices}
        case NotUnderstood():
            return _outcome("not_understood", outcome.cost, None) | {"reason": outcome.reason.value}


def candidate_json(candidate: Candidate) -> Json:
    """One sentence that could have been meant, with what speaks for it."""
    return {
        "text": candidate.text,
        "intent": candidate.intent,
        "slots": slots_json(candidate.slots),
        "cost": _bounded(candidate.cost),
        "log_likelihood": candidate.log_likelihood,
    }


def slots_json(slots: Mapping[str, SlotValue]) -> Json:
    """Slots by name; items as lists."""
    return {
        name: [item_json(item) for item in value] if isinstance(value, tuple) else value
        for name, value in slots.items()
    }


def turn_json(turn: Turn, cart: Cart) -> Json:
    """A whole turn, and the cart after it."""
    return outcome_json(turn.outcome) | {
        "text": turn.heard_text,
        "reply": turn.reply.speech,
        "screen": turn.reply.screen,
        "expects": turn.reply.expects.value,
        "ends": turn.reply.ends,
        "done": list(turn.reply.done),
        "cart": [cart_line_json(line) for line in cart.lines],
    }


def _outcome(
    kind: str, cost: float, margin: float | None, intent: str | None = None, slots: Json | None = None
) -> Json:
    return {
        "outcome": kind,
        "intent": intent,
        "slots": slots or {},
        "choices": [],
        "cost": _bounded(cost),
        "margin": _bounded(margin),
        "reason": None,
    }


def _bounded(number: float | None) -> float | None:
    return None if number is None or math.isinf(number) else number


def _option_json(option: _Option) -> Json:
    return {"group": option.group, "value": option.value, "amount": option.amount, "spoken": option.spoken}
