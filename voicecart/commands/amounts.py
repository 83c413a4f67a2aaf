"""Amounts of money as a merchant types them."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from commerce.importing.amounts import fits, to_minor
from commerce.money import Money
from voicecart.commands.options import UsageProblem

LIMIT = 1_000_000_000  # as in a shop's files


def amount_of(text: str, currency: str) -> Money:
    """ "2.49" in US dollars is 249 cents. Raises UsageProblem for what is no amount of the currency, or too much."""
    try:
        amount = Decimal(text)
    except InvalidOperation as error:
        raise UsageProblem(f"{text!r} is no amount; write one like 2.49") from error
    if not amount.is_finite() or not 0 <= amount < LIMIT or not fits(amount, currency):
        raise UsageProblem(f"{text} {currency} is no price")
    return Money(to_minor(amount, currency), currency)
