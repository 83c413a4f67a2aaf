"""What happens to the books, the stock and the cart as an order goes its way. Works inside the caller's transaction.

Every booking has a key made of the order's id and of what it is, so nothing is booked twice, whoever tries again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from commerce.cart_rows import RawLine, lock_cart, read_lines, write_lines
from commerce.catalogue import stock
from commerce.ledger import ALLOWANCES, CASH, DELIVERY, GATEWAY, OPENING, RECEIVABLE, SALES, TAX, Books, Transfer
from commerce.money import Money
from commerce.promotions.redeeming import restore_benefits
from commerce.storage.order_tables import OrderLineRow, OrderRow

SHOP_ACCOUNTS = (SALES, TAX, DELIVERY, RECEIVABLE, GATEWAY, CASH, OPENING)
MOST_UNITS_RESTORED = 99  # what a cart's line holds at most


def reference(row: OrderRow) -> str:
    """What an order's transfers are booked for."""
    return f"order:{row.id}"


def book_sale(session: Session, row: OrderRow, net: Money, at: datetime) -> None:
    """The buyer owes the total. net: of the lines without tax."""
    books = Books(session, row.shop_id)
    books.ensure(SHOP_ACCOUNTS, row.currency)
    parts = {SALES: net.amount, DELIVERY: row.delivery, TAX: row.tax}
    for code, amount in parts.items():
        if amount:
            money = Money(amount, row.currency)
            key = f"{reference(row)}:sale:{code}"
            books.transfer(Transfer(RECEIVABLE, code, money, "sale", reference(row), key), at)


def reverse_sale(session: Session, row: OrderRow, at: datetime) -> None:
    """The buyer owes nothing any more, or is owed what was paid and was not given back yet."""
    books = Books(session, row.shop_id)
    for kind in ("sale", "allowance"):
        for booked in books.booked(reference(row), kind):
            key = f"{booked.key}:reversed"
            books.transfer(Transfer(booked.credit, booked.debit, booked.amount, "reversal", booked.reference, key), at)


def book_return(session: Session, row: OrderRow, parts: Mapping[str, int], return_id: int, at: datetime) -> None:
    """The buyer is owed what came back. parts: minor units by account: sales, tax, delivery."""
    books = Books(session, row.shop_id)
    for code, amount in parts.items():
        if amount:
            key = f"{reference(row)}:return:{return_id}:{code}"
            money = Money(amount, row.currency)
            books.transfer(Transfer(code, RECEIVABLE, money, "return", reference(row), key), at)


def book_allowance(session: Session, row: OrderRow, amount: int, request: str, at: datetime) -> None:
    """The buyer is owed `amount` for no goods, such as for a scratch; below 0, one is taken back."""
    books = Books(session, row.shop_id)
    books.ensure([ALLOWANCES], row.currency)
    debit, credit = (ALLOWANCES, RECEIVABLE) if amount > 0 else (RECEIVABLE, ALLOWANCES)
    kind = "allowance" if amount > 0 else "allowance used"
    key = f"{reference(row)}:allowance:{request}"
    books.transfer(Transfer(debit, credit, Money(abs(amount), row.currency), kind, reference(row), key), at)


def book_payment(session: Session, row: OrderRow, source: str, at: datetime) -> None:
    """The total arrived from the account `source`."""
    if row.total:
        money = Money(row.total, row.currency)
        transfer = Transfer(source, RECEIVABLE, money, "payment", reference(row), f"{reference(row)}:payment")
        Books(session, row.shop_id).transfer(transfer, at)


def book_refund(session: Session, row: OrderRow, source: str, amount: int, refund_id: int, at: datetime) -> None:
    """Money went back to where it came from."""
    Books(session, row.shop_id).transfer(refund_transfer(row, source, amount, refund_id), at)


def refund_transfer(row: OrderRow, target: str, amount: int, refund_id: int) -> Transfer:
    """How a refund is booked, whoever books it."""
    money = Money(amount, row.currency)
    return Transfer(RECEIVABLE, target, money, "refund", reference(row), f"{reference(row)}:refund:{refund_id}")


def mark_owed(session: Session, row: OrderRow, owed: Mapping[str, int]) -> None:
    """Some of an order's units (by SKU) are not here yet: its last lines wait for them."""
    missing = Counter(owed)
    for line in reversed(_lines(session, row) if owed else []):
        line.owed = min(line.quantity, missing[line.sku])
        line.held -= line.owed
        missing[line.sku] -= line.owed
    session.flush()


def release_stock(session: Session, row: OrderRow) -> None:
    """Give back every unit that the order still holds, and claim none any more."""
    held: Counter[str] = Counter()
    owed: Counter[str] = Counter()
    for line in _lines(session, row):
        held[line.sku] += line.held
        owed[line.sku] += line.owed
        line.held = line.owed = 0
    session.flush()
    stock.owe_less(session, row.shop_id, +owed)
    stock.put_back(session, row.shop_id, +held)


def return_to_stock(session: Session, row: OrderRow, units: Mapping[int, int]) -> None:
    """Put units (by line) that came back on the shelf again, as far as they were taken from it."""
    back: Counter[str] = Counter()
    for line in _lines(session, row):
        count = min(line.held, units.get(line.position, 0))
        back[line.sku] += count
        line.held -= count
    session.flush()
    stock.put_back(session, row.shop_id, +back)


def restore_cart(session: Session, row: OrderRow, at: datetime) -> None:
    """Put an order's lines back into the cart that they came from, under their old numbers where those are free."""
    cart = lock_cart(session, row.customer_id, at)
    lines = read_lines(session, cart.id)
    for line in _lines(session, row):
        if line.variant_id is not None:
            lines = _with(lines, _raw(line), cart.next_line)
            cart.next_line = max(cart.next_line, *(other.number + 1 for other in lines))
    write_lines(session, cart.id, sorted(lines, key=lambda line: line.number))
    restore_benefits(session, row, cart.id)
    cart.version += 1
    cart.updated_at = at


def _lines(session: Session, row: OrderRow) -> Sequence[OrderLineRow]:
    wanted = select(OrderLineRow).where(OrderLineRow.order_id == row.id).order_by(OrderLineRow.position)
    return session.scalars(wanted.execution_options(populate_existing=True)).all()


def _raw(line: OrderLineRow) -> RawLine:
    assert line.variant_id is not None
    options = tuple((str(group), str(value), amount) for group, value, amount in line.options)
    return RawLine(line.position, line.variant_id, line.quantity, options)


def _with(lines: list[RawLine], back: RawLine, next_number: int) -> list[RawLine]:
    for index, line in enumerate(lines):
        if line.variant_id == back.variant_id and line.options == back.options:
            units = min(line.quantity + back.quantity, MOST_UNITS_RESTORED)
            return [*lines[:index], RawLine(line.number, line.variant_id, units, line.options), *lines[index + 1 :]]
    taken = {line.number for line in lines}
    number = next_number if back.number in taken else back.number
    return [*lines, RawLine(number, back.variant_id, back.quantity, back.options)]
