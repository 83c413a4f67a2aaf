"""What a shop sells, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from commerce.money import Money


@dataclass(frozen=True, slots=True)
class Variant:
    """What is put into a cart: one size, pack or colour of a product.

    name: the full name, such as "Oat milk, 1 litre".
    spoken: what tells it from the product's other variants besides its attributes ("the big one").
    attributes: such as {"size": "1 litre"}, in the shop's order.
    price: of one unit without options, before tax unless the shop's prices include it.
    stock: units that can still be sold, or None where nobody counts.
    tax_rate: 0.19 is 19 percent.
    """

    sku: str
    product_key: str
    name: str
    spoken: tuple[str, ...]
    attributes: Mapping[str, str]
    price: Money
    stock: int | None
    tax_rate: Decimal

    @property
    def in_stock(self) -> bool:
        """Whether at least one unit can be sold."""
        return self.stock is None or self.stock > 0


@dataclass(frozen=True, slots=True)
class OptionChoice:
    """One choice of an option group. spoken: names besides `name`; price_effect: added to the unit price."""

    key: str
    name: str
    spoken: tuple[str, ...]
    price_effect: Money

    @property
    def names(self) -> tuple[str, ...]:
        """Every name, the usual one first."""
        return (self.name, *self.spoken)


@dataclass(frozen=True, slots=True)
class OptionGroup:
    """Modifiers of a product.

    minimum, maximum: how many choices an item has; a minimum above 0 without a default makes the shopper choose.
    default: keys of the choices taken when the shopper names none of the group.
    amounts: words that may stand before a choice ("a bit of"); they don't change the price.
    """

    key: str
    name: str
    minimum: int
    maximum: int
    default: tuple[str, ...]
    amounts: tuple[str, ...]
    choices: tuple[OptionChoice, ...]

    def choice(self, key: str) -> OptionChoice | None:
        """The choice of this key, if the group has it."""
        return next((choice for choice in self.choices if choice.key == key), None)


@dataclass(frozen=True, slots=True)
class Product:
    """A product with its variants, at least one.

    spoken: how `name` is said where that is not how it is written; synonyms: other words for it.
    unit: what is counted ("carton"), or None.
    option_groups: in the menu's order.
    """

    key: str
    name: str
    spoken: tuple[str, ...]
    synonyms: tuple[str, ...]
    category: str | None
    brand: str | None
    unit: str | None
    variants: tuple[Variant, ...]
    option_groups: tuple[OptionGroup, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Every name, the usual one first."""
        return (self.name, *self.spoken, *self.synonyms)


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether a variant can be had. available: units, or None where nobody counts."""

    sku: str
    name: str
    available: int | None
    price: Money

    @property
    def in_stock(self) -> bool:
        """Whether at least one unit can be sold."""
        return self.available is None or self.available > 0
