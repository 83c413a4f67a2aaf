"""Order numbers that can be spoken: four digits as long as they last, and no two alike in a row."""

from __future__ import annotations

from itertools import count
from math import gcd

from sqlalchemy import select
from sqlalchemy.orm import Session

from commerce.storage.order_tables import OrderRow

FEWEST_DIGITS = 4
GOLDEN_RATIO = 0.6180339887498949


def spread(serial: int) -> int:
    """The number of the order with this serial number, from 1 on; no two serials share one.

    The 9,000 numbers of four digits are walked through in great steps, then the 90,000 of five, and so on.
    """
    index = serial - 1
    for digits in count(FEWEST_DIGITS):
        first: int = 10 ** (digits - 1)
        size = 9 * first
        if index < size:
            return first + (index * _step(size) + size // 3) % size
        index -= size
    raise AssertionError("there are numbers of any length")


def free_number(session: Session, shop_id: int, serial: int) -> str:
    """The number for this serial; longer by a digit when an imported order of the shop has it."""
    number = str(spread(serial))
    while _is_taken(session, shop_id, number):
        number += number[0]
    return number


def _step(size: int) -> int:
    step = int(size * GOLDEN_RATIO)
    while gcd(step, size) != 1:
        step += 1
    return step


def _is_taken(session: Session, shop_id: int, number: str) -> bool:
    taken = select(OrderRow.id).where(OrderRow.shop_id == shop_id, OrderRow.number == number)
    return session.scalar(taken) is not None
