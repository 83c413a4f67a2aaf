"""Loyalty points: transfers in the shop's books, in a unit of their own, so that they balance and are never lost.

An account `points:<customer's row>` has no less than nothing on it; the database sees to that. Every booking has a key
made of the order and of what it is, so nothing is earned, used or given back twice. Works inside the caller's
transaction.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from commerce.errors import InsufficientFunds, PointsGone, UnknownAccount
from commerce.ledger import Books, Transfer
from commerce.money import Money
from commerce.storage.order_tables import OrderLineRow, OrderRow
from commerce.storage.promotion_tables import LoyaltyRow, OrderDiscountRow

UNIT = "PTS"
ISSUED = "points"


def points_account(owner: int) -> str:
    """The code of a customer's account of points."""
    return f"{ISSUED}:{owner}"


def balance(session: Session, shop_id: int, owner: int) -> int:
    """A customer's points."""
    try:
        return Books(session, shop_id).balance(points_account(owner)).amount
    except UnknownAccount:  # nothing was ever earned
        return 0


def grant(session: Session, shop_id: int, owner: int, points: int, key: str, at: datetime) -> None:
    """Give a customer points without an order, such as those of another time; the same key counts once."""
    if points:
        _book(session, shop_id, owner, points, ("points granted", "", key), at)


def seed(session: Session, shop_id: int, owner: int, points: int, at: datetime) -> None:
    """Import what a customer had elsewhere; whoever has points here already keeps what there is."""
    try:
        Books(session, shop_id).balance(points_account(owner))
    except UnknownAccount:
        grant(session, shop_id, owner, points, f"{points_account(owner)}:imported", at)


def redeem(session: Session, order: OrderRow, points: int, at: datetime) -> None:
    """Pay for a part of an order with points. Raises PointsGone."""
    try:
        _book(session, order.shop_id, order.customer_id, -points, _for(order, "redeemed"), at)
    except InsufficientFunds as error:
        raise PointsGone(points) from error


def earn(session: Session, order: OrderRow, at: datetime) -> None:
    """Points for goods that were paid."""
    terms = session.get(LoyaltyRow, order.shop_id)
    if terms is None:
        return
    paid = session.scalars(select(OrderLineRow.total).where(OrderLineRow.order_id == order.id)).all()
    points = sum(paid) // terms.spend
    if points:
        _book(session, order.shop_id, order.customer_id, points, _for(order, "earned"), at)


def undo(session: Session, order: OrderRow, at: datetime) -> None:
    """Of an order that is off: what was used comes back, what was earned goes."""
    give_back(session, order, (0, 1), (1, 1), "undone", at)


def give_back(
    session: Session, order: OrderRow, before: tuple[int, int], after: tuple[int, int], occasion: str, at: datetime
) -> None:
    """Goods came back: their share of the points that were used returns, and of those that were earned goes.

    before, after: what part of the goods had come back until then and has now, as (part, whole). Points that were
    earned and are spent already are not asked for: the account is never below nothing.
    """
    used = _share(_redeemed(session, order), before, after)
    if used:
        _book(session, order.shop_id, order.customer_id, used, _for(order, f"redeemed:{occasion}"), at)
    earned = _share(_earned(session, order), before, after)
    taken = min(earned, balance(session, order.shop_id, order.customer_id))
    if taken:
        _book(session, order.shop_id, order.customer_id, -taken, _for(order, f"earned:{occasion}"), at)


def _share(points: int, before: tuple[int, int], after: tuple[int, int]) -> int:
    return points * after[0] // after[1] - points * before[0] // before[1]


def _redeemed(session: Session, order: OrderRow) -> int:
    rows = session.scalars(select(OrderDiscountRow.points).where(OrderDiscountRow.order_id == order.id))
    return sum(rows)


def _earned(session: Session, order: OrderRow) -> int:
    booked = Books(session, order.shop_id).booked(f"order:{order.id}", "points earned")
    return sum(transfer.amount.amount for transfer in booked)


def _for(order: OrderRow, what: str) -> tuple[str, str, str]:
    """Kind, reference and key of a booking. what: `earned`, or with the occasion on which that is taken back."""
    reference = f"order:{order.id}"
    kind = "points returned" if ":" in what else f"points {what}"
    return kind, reference, f"{reference}:points:{what}"


def _book(session: Session, shop_id: int, owner: int, points: int, told: tuple[str, str, str], at: datetime) -> None:
    """Above zero: to the customer. told: kind, reference, key."""
    books = Books(session, shop_id)
    books.ensure([ISSUED], UNIT)
    books.open_account(points_account(owner), UNIT, floor=0)
    debit, credit = (ISSUED, points_account(owner)) if points > 0 else (points_account(owner), ISSUED)
    kind, reference, key = told
    books.transfer(Transfer(debit, credit, Money(abs(points), UNIT), kind, reference, key), at)
