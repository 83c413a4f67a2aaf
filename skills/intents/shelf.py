"""The shop's goods as the dialogue needs them at hand: read once for each version of the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from commerce.catalogue.products import Product, Variant
from skills.languages.saying import Goods
from skills.understanding.context import SayableChoice, SayableGroup, SayableProduct, SayableVariant, ShopWords


class SpokenOption(Protocol):
    """An option of an item, of a cart line or of an order line."""

    @property
    def group(self) -> str: ...
    @property
    def value(self) -> str: ...
    @property
    def spoken(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Shelf:
    """Every product and variant on sale. Names, units and options only: prices and stock are asked for when needed.

    words: the same as what can be said.
    """

    products: Mapping[str, Product]
    variants: Mapping[str, Variant]
    words: ShopWords

    def product_of(self, sku: str) -> Product | None:
        """The product of a variant; None when it is no longer sold."""
        variant = self.variants.get(sku)
        return self.products[variant.product_key] if variant else None

    def goods(
        self,
        sku: str,
        quantity: int = 1,
        options: Iterable[SpokenOption] = (),
        *,
        fallback: str = "",
        branded: bool = False,
    ) -> Goods:
        """A phrase for a variant.

        options: defaults left out by the caller. fallback: the name of what is no longer sold.
        """
        product = self.product_of(sku)
        if product is None:
            return Goods(fallback or sku, quantity)
        ranked = sorted(options, key=lambda option: _rank(product, option.group))
        behind = {group.key for group in product.option_groups if group.amounts}
        brand, name = _brand_and_name(product)
        return Goods(
            name=name,
            quantity=quantity,
            unit=None if product.option_groups else product.unit,  # nobody says "a large cup of latte"
            brand=brand if branded or name != product.name else None,
            kind=self.kind(sku) if len(product.variants) > 1 else None,
            before=tuple(option.spoken for option in ranked if option.group not in behind),
            after=tuple(option.spoken for option in ranked if option.group in behind),
        )

    def kind(self, sku: str) -> str:
        """What tells a variant from the product's others: "1 litre", "blue large"."""
        variant = self.variants[sku]
        return " ".join(variant.attributes.values()) or variant.name


def shelf_of(shop: str, kind: str, version: str, products: Sequence[Product]) -> Shelf:
    """The shelf of a shop. version: of its catalogue."""
    groups = {group.key: group for product in products for group in product.option_groups}
    words = ShopWords(
        shop=shop,
        version=version,
        kind=kind,
        products=tuple(_sayable(product) for product in products),
        groups=tuple(
            SayableGroup(
                group.key,
                group.minimum,
                group.maximum,
                group.amounts,
                tuple(SayableChoice(choice.key, choice.names) for choice in group.choices),
            )
            for group in groups.values()
        ),
        units=tuple(sorted({product.unit for product in products if product.unit})),
    )
    variants = {variant.sku: variant for product in products for variant in product.variants}
    return Shelf({product.key: product for product in products}, variants, words)


def _sayable(product: Product) -> SayableProduct:
    return SayableProduct(
        key=product.key,
        spoken=product.names,
        variants=tuple(
            SayableVariant(variant.sku, (*variant.attributes.values(), *variant.spoken)) for variant in product.variants
        ),
        unit=product.unit,
        groups=tuple(group.key for group in product.option_groups),
    )


def _brand_and_name(product: Product) -> tuple[str | None, str]:
    """ "Fizzick cola" of Fizzick is the brand and "cola"."""
    if product.brand and product.name.lower().startswith(f"{product.brand.lower()} "):
        return product.brand, product.name[len(product.brand) + 1 :]
    return product.brand, product.name


def _rank(product: Product, group: str) -> int:
    """Place of an option group on the menu."""
    keys = [option_group.key for option_group in product.option_groups]
    return keys.index(group) if group in keys else len(keys)
