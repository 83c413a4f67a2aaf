"""What was offered and bought, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from commerce.cart_items import Addition, CartLine, ChosenOption, LineOption
from commerce.money import Money
from commerce.order_states import OrderStatus
from commerce.promotions.rules import Discount


class OrderKind(StrEnum):
    """Goods that are delivered or handed over, or a bill that was paid."""

    GOODS = "goods"
    BILL = "bill"


@dataclass(frozen=True, slots=True)
class LineItem:
    """A line of a quote or an order: as it was priced, whatever the catalogue says later.

    number: the cart line's, so that a cart can be restored as it was. sku, product_key: "" for what is no product.
    total: what is paid for it, its share of the discounts taken off.
    """

    number: int
    sku: str
    product_key: str
    name: str
    quantity: int
    options: tuple[LineOption, ...]
    unit_price: Money
    total: Money
    tax_rate: Decimal

    @classmethod
    def of_cart(cls, line: CartLine) -> LineItem:
        """A cart's line as it is offered."""
        return cls(
            line.id,
            line.sku,
            line.product_key,
            line.name,
            line.quantity,
            line.options,
            line.unit_price,
            line.total,
            line.tax_rate,
        )

    def at_price(self, unit_price: Money) -> LineItem:
        """The same at another price of a unit."""
        return replace(self, unit_price=unit_price, total=unit_price * self.quantity)

    def less(self, amount: int) -> LineItem:
        """The same with so many minor units taken off."""
        return replace(self, total=self.full - Money(amount, self.total.currency))

    @property
    def full(self) -> Money:
        """What it would cost without any discount."""
        return self.unit_price * self.quantity

    @property
    def discount(self) -> Money:
        """Its share of the discounts."""
        return self.full - self.total

    @property
    def addition(self) -> Addition:
        """The same again, for a cart."""
        return Addition(self.sku, self.quantity, tuple(chosen(option) for option in self.options))

    def document(self) -> dict[str, Any]:
        """As JSON keeps it; amounts in minor units."""
        return {
            "number": self.number,
            "sku": self.sku,
            "product_key": self.product_key,
            "name": self.name,
            "quantity": self.quantity,
            "options": [option_document(option) for option in self.options],
            "unit_price": self.unit_price.amount,
            "total": self.total.amount,
            "tax_rate": str(self.tax_rate),
        }

    @classmethod
    def of_document(cls, document: Mapping[str, Any], currency: str) -> LineItem:
        """The reverse of `document`."""
        return cls(
            document["number"],
            document["sku"],
            document["product_key"],
            document["name"],
            document["quantity"],
            tuple(option_of(option, currency) for option in document["options"]),
            Money(document["unit_price"], currency),
            Money(document["total"], currency),
            Decimal(document["tax_rate"]),
        )


@dataclass(frozen=True, slots=True)
class StatusChange:
    """One entry of an order's history."""

    status: OrderStatus
    at: datetime


@dataclass(frozen=True, slots=True)
class Order:
    """Something bought.

    number: what is spoken and printed.
    tax: on top of lines and delivery, or contained in the lines where the shop's prices include it.
    payee: who got the money. address: where it goes, "" for a bill.
    expected_at: when it should arrive, or arrived; None for a bill.
    history: oldest first.
    discounts: what came off, each under its name; the lines' totals have it taken off already.
    """

    id: int
    number: str
    kind: OrderKind
    status: OrderStatus
    lines: tuple[LineItem, ...]
    delivery: Money
    tax: Money
    total: Money
    payee: str
    address: str
    placed_at: datetime
    expected_at: datetime | None
    history: tuple[StatusChange, ...]
    discounts: tuple[Discount, ...] = ()


@dataclass(frozen=True, slots=True)
class ReorderLine:
    """A line of a past order, to be bought again.

    still_sold: False when the shop no longer sells it like this; then it can't be added to a cart.
    available: units, or None where nobody counts.
    """

    item: LineItem
    still_sold: bool
    available: int | None

    @property
    def addition(self) -> Addition:
        """The same again, for a cart."""
        return self.item.addition


def chosen(option: LineOption) -> ChosenOption:
    """A line's option as a cart takes it."""
    return ChosenOption(option.group, option.value, option.amount)


def option_document(option: LineOption) -> dict[str, Any]:
    """An option as JSON keeps it."""
    return {
        "group": option.group,
        "value": option.value,
        "amount": option.amount,
        "spoken": option.spoken,
        "price_effect": option.price_effect.amount,
        "default": option.default,
    }


def option_of(document: Mapping[str, Any], currency: str) -> LineOption:
    """The reverse of `option_document`."""
    fields = dict(document)
    effect = Money(fields.pop("price_effect"), currency)
    return LineOption(price_effect=effect, **fields)
