"""What a shop should look like after a turn, as it is written in YAML, and whether it does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, Field

from commerce.cart import Cart
from commerce.importing.amounts import to_minor
from commerce.order_items import Order
from commerce.shop import Shop
from voicecart.replaying.meanings import Strict

ALL_ORDERS = 1_000_000
Amount = Annotated[Decimal, BeforeValidator(lambda number: Decimal(number) if isinstance(number, int) else number)]
"""Money in the shop's currency, written with or without decimals."""


class ExpectedLine(Strict):
    """A line of a cart. options: as they are spoken, defaults left out, in any order."""

    sku: str
    quantity: int
    options: list[str] = Field(default_factory=list)


class ExpectedOrder(Strict):
    """The newest order of goods. lines: SKU to quantity."""

    status: str | None = None
    total: Amount | None = None
    lines: dict[str, int] | None = None


class ExpectedState(Strict):
    """What must be so; what is not named may be anything.

    cart: SKU to quantity, or lines with options; exactly these. orders: placed since the scenario began.
    stock: units that can still be sold. balances: of the customer's accounts. bills: what is left to pay, by key.
    """

    cart: dict[str, int] | list[ExpectedLine] | None = None
    orders: int | None = None
    order: ExpectedOrder | None = None
    stock: dict[str, int | None] | None = None
    balances: dict[str, Amount] | None = None
    bills: dict[str, Amount] | None = None


@dataclass(frozen=True, slots=True)
class ShopState:
    """Everything of a shop that a turn of one customer could change."""

    cart: tuple[tuple[str, int, tuple[str, ...]], ...]
    orders: tuple[tuple[str, str], ...]
    stock: tuple[tuple[str, int | None], ...]
    balances: tuple[tuple[str, int], ...]
    bills: tuple[tuple[str, int], ...]

    @classmethod
    def of(cls, shop: Shop, customer: str) -> ShopState:
        """The state now."""
        return cls(
            cart=_cart_lines(shop.carts.get(customer)),
            orders=tuple((order.number, order.status.value) for order in shop.orders.all(ALL_ORDERS)),
            stock=tuple((item.sku, item.stock) for product in shop.catalogue.products() for item in product.variants),
            balances=tuple((account.key, account.balance.amount) for account in shop.accounts.list(customer)),
            bills=tuple((bill.key, bill.outstanding.amount) for bill in shop.accounts.bills(customer, due_only=False)),
        )


def differences(expected: ExpectedState, shop: Shop, customer: str, began: ShopState) -> Iterator[str]:
    """What is not as expected, a clause each. began: the state when the scenario began."""
    now = ShopState.of(shop, customer)
    if expected.cart is not None:
        yield from _compared("cart", _wanted_lines(expected.cart), sorted(now.cart))
    if expected.orders is not None:
        yield from _compared("orders placed", expected.orders, len(now.orders) - len(began.orders))
    if expected.order is not None:
        yield from _order_differences(expected.order, shop.orders.latest(customer))
    for sku, units in (expected.stock or {}).items():
        yield from _compared(f"stock of {sku}", units, dict(now.stock).get(sku, "no such SKU"))
    for name, wanted, amounts in (
        ("balance of", expected.balances, dict(now.balances)),
        ("left to pay of", expected.bills, dict(now.bills)),
    ):
        for key, amount in (wanted or {}).items():
            yield from _compared(f"{name} {key}", to_minor(amount, shop.info.currency), amounts.get(key, "unknown"))


def _order_differences(expected: ExpectedOrder, order: Order | None) -> Iterator[str]:
    if order is None:
        yield "newest order: there is none"
        return
    if expected.status is not None:
        yield from _compared("status of the newest order", expected.status, order.status.value)
    if expected.total is not None:
        wanted = to_minor(expected.total, order.total.currency)
        yield from _compared("total of the newest order", wanted, order.total.amount)
    if expected.lines is not None:
        got = {line.sku: line.quantity for line in order.lines}
        yield from _compared("lines of the newest order", expected.lines, got)


def _cart_lines(cart: Cart) -> tuple[tuple[str, int, tuple[str, ...]], ...]:
    return tuple(
        (line.sku, line.quantity, tuple(sorted(option.spoken for option in line.options if not option.default)))
        for line in cart.lines
    )


def _wanted_lines(cart: dict[str, int] | Sequence[ExpectedLine]) -> list[tuple[str, int, tuple[str, ...]]]:
    if isinstance(cart, dict):
        return sorted((sku, quantity, ()) for sku, quantity in cart.items())
    return sorted((line.sku, line.quantity, tuple(sorted(line.options))) for line in cart)


def _compared(name: str, wanted: object, got: object) -> Iterator[str]:
    if wanted != got:
        yield f"{name}: expected {wanted}, is {got}"
