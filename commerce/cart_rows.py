"""A cart's rows: locking, reading, pricing. Everything here works inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from commerce.cart_items import NOT_ANY, Cart, CartLine, LineOption
from commerce.catalogue.loading import variant_value
from commerce.money import Money
from commerce.shop_info import ShopInfo
from commerce.storage.cart_tables import CartChangeRow, CartLineRow, CartRow
from commerce.storage.customer_tables import CustomerRow
from commerce.storage.promotion_tables import CartBenefitsRow
from commerce.storage.shop_tables import OptionChoiceRow, OptionGroupRow, ProductRow, StockRow, VariantRow


@dataclass(frozen=True, slots=True)
class RawLine:
    """A line as it is stored. options: (group key, choice key, amount or None), in the menu's order."""

    number: int
    variant_id: int
    quantity: int
    options: tuple[tuple[str, str, str | None], ...]

    def document(self) -> dict[str, Any]:
        """As JSON keeps it, with the columns of `cart_lines`."""
        return {
            "number": self.number,
            "variant_id": self.variant_id,
            "quantity": self.quantity,
            "options": [list(option) for option in self.options],
        }

    @classmethod
    def of(cls, document: Any) -> RawLine:
        """From a row, or from a document."""
        fields = document if isinstance(document, dict) else vars(document)
        options = tuple((group, value, amount) for group, value, amount in fields["options"])
        return cls(fields["number"], fields["variant_id"], fields["quantity"], options)


def lock_cart(session: Session, customer: int, now: datetime) -> CartRow:
    """The customer's cart, made when there is none; nobody else can change it until the transaction ends."""
    wanted = select(CartRow).where(CartRow.customer_id == customer).with_for_update()
    cart = session.scalar(wanted)
    if cart is None:
        # A cart that does not exist can't be locked, so whoever is to make it holds the customer's row.
        session.execute(select(CustomerRow.id).where(CustomerRow.id == customer).with_for_update(key_share=True))
        cart = session.scalar(wanted)
    if cart is None:
        cart = CartRow(customer_id=customer, version=0, next_line=1, updated_at=now)
        session.add(cart)
        session.flush()
    return cart


def read_lines(session: Session, cart_id: int) -> list[RawLine]:
    """The lines, oldest first."""
    rows = session.execute(
        select(CartLineRow.number, CartLineRow.variant_id, CartLineRow.quantity, CartLineRow.options)
        .where(CartLineRow.cart_id == cart_id)
        .order_by(CartLineRow.number)
    )
    return [RawLine.of(row._asdict()) for row in rows]


def write_lines(session: Session, cart_id: int, lines: Sequence[RawLine]) -> None:
    """Replace the lines."""
    session.execute(delete(CartLineRow).where(CartLineRow.cart_id == cart_id))
    if lines:
        session.execute(insert(CartLineRow), [{"cart_id": cart_id, **line.document()} for line in lines])


def read_cart(session: Session, shop: ShopInfo, customer: int) -> Cart:
    """The customer's cart at today's prices."""
    cart = session.scalar(select(CartRow).where(CartRow.customer_id == customer))
    if cart is None:
        return Cart((), Money(0, shop.currency), 0)
    return price(session, shop, read_lines(session, cart.id), cart.version)


def empty_cart(session: Session, cart: CartRow, now: datetime) -> None:
    """Take everything out of a locked cart for good: what was bought can't come back through undo, and a coupon counted
    once.
    """
    write_lines(session, cart.id, ())
    session.execute(delete(CartChangeRow).where(CartChangeRow.cart_id == cart.id))
    session.execute(delete(CartBenefitsRow).where(CartBenefitsRow.cart_id == cart.id))
    cart.version += 1
    cart.updated_at = now


def price(session: Session, shop: ShopInfo, lines: Sequence[RawLine], version: int) -> Cart:
    """Lines at today's prices."""
    menu = _menu(session, shop) if any(line.options for line in lines) else {}
    variants = {
        row.id: (variant_value(row, key, available, shop.currency), row.retired or product_retired)
        for row, key, product_retired, available in session.execute(
            select(VariantRow, ProductRow.key, ProductRow.retired, StockRow.available)
            .join(ProductRow, ProductRow.id == VariantRow.product_id)
            .join(StockRow, StockRow.variant_id == VariantRow.id)
            .where(VariantRow.id.in_({line.variant_id for line in lines}))
        )
    }
    priced = []
    for line in lines:
        variant, variant_gone = variants[line.variant_id]
        choices = [menu[group, value] for group, value, _ in line.options]
        options = _options(line, choices, shop)
        unit_price = sum((option.price_effect for option in options), variant.price)
        priced.append(
            CartLine(
                id=line.number,
                sku=variant.sku,
                product_key=variant.product_key,
                name=variant.name,
                quantity=line.quantity,
                options=options,
                unit_price=unit_price,
                total=unit_price * line.quantity,
                tax_rate=variant.tax_rate,
                withdrawn=variant_gone or any(gone for _, _, gone in choices),
            )
        )
    return Cart(tuple(priced), sum((line.total for line in priced), Money(0, shop.currency)), version)


_MenuEntry = tuple[OptionChoiceRow, bool, bool]


def _menu(session: Session, shop: ShopInfo) -> dict[tuple[str, str], _MenuEntry]:
    """Every choice there ever was, by group and choice key: its row, whether it is a default, whether it is gone."""
    return {
        (group.key, choice.key): (choice, choice.key in group.defaults, group.retired or choice.retired)
        for group, choice in session.execute(
            select(OptionGroupRow, OptionChoiceRow)
            .join(OptionChoiceRow, OptionChoiceRow.group_id == OptionGroupRow.id)
            .where(OptionGroupRow.shop_id == shop.id)
        )
    }


def _options(line: RawLine, choices: Sequence[_MenuEntry], shop: ShopInfo) -> tuple[LineOption, ...]:
    return tuple(
        LineOption(
            group=group,
            value=value,
            amount=amount,
            spoken=_said(choice.name, amount, shop.language),
            price_effect=Money(0 if amount == NOT_ANY else choice.price_effect, shop.currency),
            default=default and amount is None,
        )
        for (group, value, amount), (choice, default, _) in zip(line.options, choices, strict=True)
    )


_WITHOUT = {"ko": "{} 빼고"}


def _said(name: str, amount: str | None, language: str) -> str:
    """A choice with its amount, as the shop's language says it: "a bit of soy milk", "no onions"."""
    if amount == NOT_ANY:
        return _WITHOUT.get(language.split("-")[0], "no {}").format(name)
    return name if amount is None else f"{amount} {name}"
