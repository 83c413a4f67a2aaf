"""What lies in a cart, as values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from commerce.catalogue.products import OptionGroup
from commerce.errors import OptionRequired, TooManyOptions, UnknownAmount, UnknownOption
from commerce.money import Money
from commerce.promotions.rules import Discount

NOT_ANY = "no"
"""The amount of an option that was refused, in any group: the item is to be made without it."""


@dataclass(frozen=True, slots=True)
class ChosenOption:
    """A modifier as it was asked for.

    group, value: keys of the catalogue; amount: one of the group's, NOT_ANY for what is refused, or None.
    """

    group: str
    value: str
    amount: str | None = None


@dataclass(frozen=True, slots=True)
class Addition:
    """What goes into a cart."""

    sku: str
    quantity: int = 1
    options: tuple[ChosenOption, ...] = ()


@dataclass(frozen=True, slots=True)
class LineOption:
    """A modifier of a line.

    spoken: how it is said, with its amount ("a bit of soy milk", "no onions").
    price_effect: added to the unit price; nothing for what is refused.
    default: the group's default, which nobody needs to hear.
    """

    group: str
    value: str
    amount: str | None
    spoken: str
    price_effect: Money
    default: bool


@dataclass(frozen=True, slots=True)
class CartLine:
    """A line of a cart.

    id: stays with the line, also through undo.
    unit_price: with the options' price effects; total: unit_price times quantity.
    withdrawn: the shop no longer sells it like this; it must go before a checkout.
    """

    id: int
    sku: str
    product_key: str
    name: str
    quantity: int
    options: tuple[LineOption, ...]
    unit_price: Money
    total: Money
    tax_rate: Decimal
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class Cart:
    """A customer's cart, the same through every channel.

    subtotal: of the lines, before any discount. version: rises with every change, 0 before the first.
    discounts: what comes off now, each under its name.
    """

    lines: tuple[CartLine, ...]
    subtotal: Money
    version: int
    discounts: tuple[Discount, ...] = ()

    @property
    def units(self) -> int:
        """How many units lie in it."""
        return sum(line.quantity for line in self.lines)

    @property
    def goods_total(self) -> Money:
        """What the goods come to with the discounts, before delivery and tax on top."""
        return sum((-discount.amount for discount in self.discounts), self.subtotal)

    def line(self, line_id: int) -> CartLine | None:
        """The line of this id, if it is there."""
        return next((line for line in self.lines if line.id == line_id), None)


def settle_options(sku: str, groups: Sequence[OptionGroup], chosen: Sequence[ChosenOption]) -> tuple[ChosenOption, ...]:
    """Every option that the item will have: what was chosen, else the defaults, in the menu's order.

    What is refused stands among them, because whoever makes the item must know; it is no choice, and no default then.
    A choice named twice counts once, with its last amount.
    Raises UnknownOption, UnknownAmount, TooManyOptions, OptionRequired.
    """
    known = {group.key: group for group in groups}
    taken: dict[str, dict[str, ChosenOption]] = {group.key: {} for group in groups}
    for option in chosen:
        group = known.get(option.group)
        if group is None or group.choice(option.value) is None:
            raise UnknownOption(sku, option.group, option.value)
        if option.amount not in (None, NOT_ANY, *group.amounts):
            raise UnknownAmount(sku, option.group, str(option.amount))
        taken[option.group][option.value] = option
    return tuple(option for group in groups for option in _settle_group(sku, group, taken[group.key]))


def _settle_group(sku: str, group: OptionGroup, taken: dict[str, ChosenOption]) -> list[ChosenOption]:
    refused = {key: option for key, option in taken.items() if option.amount == NOT_ANY}
    wanted = {key: option for key, option in taken.items() if key not in refused}
    wanted = wanted or {key: ChosenOption(group.key, key) for key in group.default if key not in refused}
    if len(wanted) > group.maximum:
        raise TooManyOptions(sku, group.key, len(wanted), group.maximum)
    if len(wanted) < group.minimum:
        raise OptionRequired(sku, group.key, len(wanted), group.minimum)
    settled = wanted | refused
    return [settled[choice.key] for choice in group.choices if choice.key in settled]
