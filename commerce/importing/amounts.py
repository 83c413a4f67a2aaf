"""Decimal amounts in files, minor units in the database."""

from __future__ import annotations

from decimal import Decimal

from babel.numbers import get_currency_precision, is_currency


def is_known(currency: str) -> bool:
    """Whether this is an ISO 4217 code."""
    return bool(is_currency(currency))


def fits(amount: Decimal, currency: str) -> bool:
    """Whether the amount is a whole number of minor units: 2.495 US dollars are not."""
    return amount.scaleb(get_currency_precision(currency)) % 1 == 0


def to_minor(amount: Decimal, currency: str) -> int:
    """2.49 US dollars are 249 cents, 3000 won are 3000."""
    return int(amount.scaleb(get_currency_precision(currency)))


def to_decimal(minor: int, currency: str) -> Decimal:
    """249 cents are 2.49 US dollars."""
    return Decimal(minor).scaleb(-get_currency_precision(currency))
