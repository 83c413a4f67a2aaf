"""Carts: what a customer is about to buy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from commerce.cart_items import Addition, Cart, CartLine, ChosenOption, LineOption, settle_options
from commerce.cart_rows import RawLine, lock_cart, price, read_cart, read_lines, write_lines
from commerce.catalogue import stock
from commerce.catalogue.loading import load_product_groups
from commerce.clock import Clock
from commerce.customers import customer_id
from commerce.errors import InsufficientStock, NothingToUndo, QuantityOutOfRange, UnknownLine, UnknownSku
from commerce.promotions.applying import with_discounts
from commerce.shop_info import ShopInfo
from commerce.storage.cart_tables import CartChangeRow, CartLineRow, CartRow
from commerce.storage.customer_tables import CustomerRow
from commerce.storage.database import Database
from commerce.storage.shop_tables import ProductRow, VariantRow

__all__ = ["Addition", "Cart", "CartLine", "Carts", "ChosenOption", "LineOption"]

MOST_UNITS = 99  # of one line
UNDO_LEVELS = 20

Change = Callable[[list[RawLine], int], list[RawLine]]


_PRODUCTS = (
    select(ProductRow.key)
    .join(VariantRow, VariantRow.product_id == ProductRow.id)
    .join(CartLineRow, CartLineRow.variant_id == VariantRow.id)
    .join(CartRow, CartRow.id == CartLineRow.cart_id)
    .join(CustomerRow, CustomerRow.id == CartRow.customer_id)
    .where(CustomerRow.shop_id == bindparam("shop"), CustomerRow.key == bindparam("customer"))
    .order_by(CartLineRow.number)
)


class Carts:
    """The carts of one shop's customers. Every change can be undone, and either happens as a whole or not at all."""

    def __init__(self, database: Database, shop: ShopInfo, clock: Clock) -> None:
        self._database = database
        self._shop = shop
        self._clock = clock

    def get(self, customer: str) -> Cart:
        """The cart as it is, at today's prices. Raises UnknownCustomer."""
        with self._database.reading() as session:
            owner = customer_id(session, self._shop.id, customer)
            return with_discounts(session, self._shop, owner, read_cart(session, self._shop, owner), self._clock.now())

    def products(self, customer: str) -> tuple[str, ...]:
        """Keys of the products in the cart, in its order; cheaper than the cart."""
        found = self._database.at_once(_PRODUCTS, shop=self._shop.id, customer=customer)
        return tuple(dict.fromkeys(line.key for line in found))

    def add(self, customer: str, sku: str, quantity: int = 1, options: Sequence[ChosenOption] = ()) -> Cart:
        """Add units; a line with the same options grows. Left-out options take their defaults.

        Raises UnknownCustomer, UnknownSku, QuantityOutOfRange, OptionError, InsufficientStock.
        """
        return self.add_all(customer, [Addition(sku, quantity, tuple(options))])

    def add_all(self, customer: str, additions: Sequence[Addition]) -> Cart:
        """Add several items as one change: all or none, and one undo takes all back. Raises what `add` raises."""
        with self._database.transaction() as session:

            def change(lines: list[RawLine], owner: int) -> list[RawLine]:
                for addition in additions:
                    lines = self._with(session, lines, addition, owner)
                return lines

            return self._change(session, customer, "add", change)

    def set_quantity(self, customer: str, line_id: int, quantity: int) -> Cart:
        """Make a line hold so many units.

        Raises UnknownCustomer, UnknownLine, QuantityOutOfRange, InsufficientStock.
        """
        _check_range(quantity, MOST_UNITS)
        with self._database.transaction() as session:

            def change(lines: list[RawLine], owner: int) -> list[RawLine]:
                line = _find(lines, line_id)
                changed = _replaced(lines, line, quantity)
                if quantity > line.quantity:
                    self._check_stock(session, changed, line.variant_id, owner)
                return changed

            return self._change(session, customer, "set", change)

    def remove(self, customer: str, line_id: int, quantity: int | None = None) -> Cart:
        """Take a line out, or some units of it. Raises UnknownCustomer, UnknownLine, QuantityOutOfRange."""

        def change(lines: list[RawLine], _owner: int) -> list[RawLine]:
            line = _find(lines, line_id)
            if quantity is not None:
                _check_range(quantity, line.quantity)
            left = 0 if quantity is None else line.quantity - quantity
            return _replaced(lines, line, left)

        with self._database.transaction() as session:
            return self._change(session, customer, "remove", change)

    def clear(self, customer: str) -> Cart:
        """Take everything out. Raises UnknownCustomer."""
        with self._database.transaction() as session:
            return self._change(session, customer, "clear", lambda _lines, _owner: [])

    def undo(self, customer: str) -> Cart:
        """Take the last change back, then the one before; the last twenty. Raises UnknownCustomer, NothingToUndo."""
        with self._database.transaction() as session:
            now = self._clock.now()
            cart = lock_cart(session, customer_id(session, self._shop.id, customer), now)
            last = session.scalar(
                select(CartChangeRow)
                .where(CartChangeRow.cart_id == cart.id)
                .order_by(CartChangeRow.version.desc())
                .limit(1)
            )
            if last is None:
                raise NothingToUndo
            lines = [RawLine.of(document) for document in last.before]
            session.delete(last)
            write_lines(session, cart.id, lines)
            cart.version += 1
            cart.updated_at = now
            return self._priced(session, cart, lines)

    def _change(self, session: Session, customer: str, what: str, change: Change) -> Cart:
        """Apply a change and remember the lines as they were; a change that changes nothing leaves no trace."""
        now = self._clock.now()
        owner = customer_id(session, self._shop.id, customer)
        cart = lock_cart(session, owner, now)
        before = read_lines(session, cart.id)
        after = _numbered(change(before, owner), cart.next_line)
        if after != before:
            session.add(
                CartChangeRow(
                    cart_id=cart.id,
                    version=cart.version,
                    what=what,
                    before=[line.document() for line in before],
                    made_at=now,
                )
            )
            _forget_old_changes(session, cart)
            write_lines(session, cart.id, after)
            cart.version += 1
            cart.next_line = max([cart.next_line, *(line.number + 1 for line in after)])
            cart.updated_at = now
        return self._priced(session, cart, after)

    def _priced(self, session: Session, cart: CartRow, lines: Sequence[RawLine]) -> Cart:
        priced = price(session, self._shop, lines, cart.version)
        return with_discounts(session, self._shop, cart.customer_id, priced, self._clock.now())

    def _with(self, session: Session, lines: list[RawLine], addition: Addition, owner: int) -> list[RawLine]:
        _check_range(addition.quantity, MOST_UNITS)
        variant_id, options = self._resolve(session, addition)
        same = next((line for line in lines if line.variant_id == variant_id and line.options == options), None)
        if same is None:
            changed = [*lines, RawLine(0, variant_id, addition.quantity, options)]
        else:
            _check_range(same.quantity + addition.quantity, MOST_UNITS)
            changed = _replaced(lines, same, same.quantity + addition.quantity)
        self._check_stock(session, changed, variant_id, owner)
        return changed

    def _resolve(self, session: Session, addition: Addition) -> tuple[int, tuple[tuple[str, str, str | None], ...]]:
        found = session.execute(
            select(VariantRow.id, VariantRow.product_id)
            .join(ProductRow, ProductRow.id == VariantRow.product_id)
            .where(VariantRow.shop_id == self._shop.id, VariantRow.sku == addition.sku)
            .where(VariantRow.retired.is_(False), ProductRow.retired.is_(False))
        ).one_or_none()
        if found is None:
            raise UnknownSku(addition.sku)
        groups = load_product_groups(session, self._shop, ProductRow.id == found.product_id)[found.product_id]
        settled = settle_options(addition.sku, groups, addition.options)
        return found.id, tuple((option.group, option.value, option.amount) for option in settled)

    def _check_stock(self, session: Session, lines: Sequence[RawLine], variant_id: int, owner: int) -> None:
        wanted = sum(line.quantity for line in lines if line.variant_id == variant_id)
        sku, orderable = stock.orderable(session, VariantRow.id == variant_id, owner, self._clock.now())
        if orderable is not None and orderable < wanted:
            raise InsufficientStock(sku, wanted, orderable)


def _check_range(quantity: int, most: int) -> None:
    if not 1 <= quantity <= most:
        raise QuantityOutOfRange(quantity, 1, most)


def _find(lines: Sequence[RawLine], number: int) -> RawLine:
    line = next((line for line in lines if line.number == number), None)
    if line is None:
        raise UnknownLine(str(number), [str(line.number) for line in lines])
    return line


def _replaced(lines: Sequence[RawLine], line: RawLine, quantity: int) -> list[RawLine]:
    """The lines with this one holding `quantity` units, or without it when that is none."""
    changed = RawLine(line.number, line.variant_id, quantity, line.options)
    return [changed if other is line else other for other in lines if other is not line or quantity]


def _numbered(lines: Sequence[RawLine], first: int) -> list[RawLine]:
    """Give the new lines, which have number 0, the numbers from `first` on."""
    fresh = count(first)
    return [
        line if line.number else RawLine(next(fresh), line.variant_id, line.quantity, line.options) for line in lines
    ]


def _forget_old_changes(session: Session, cart: CartRow) -> None:
    if cart.version >= UNDO_LEVELS:
        oldest = cart.version - UNDO_LEVELS
        session.execute(delete(CartChangeRow).where(CartChangeRow.cart_id == cart.id, CartChangeRow.version <= oldest))
