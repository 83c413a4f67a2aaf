"""Writing a shop in the format that an import reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel
from sqlalchemy.orm import Session

from commerce.catalogue.instead import load_back_orders, load_substitutes
from commerce.catalogue.loading import load_groups, load_products
from commerce.catalogue.products import OptionGroup, Product, Variant
from commerce.clock import Clock
from commerce.errors import ExportFailed
from commerce.importing.amounts import to_decimal
from commerce.importing.catalogue_rows import full_name
from commerce.importing.exporting_customers import customers_file
from commerce.importing.exporting_promotions import promotions_file, reviews_file
from commerce.importing.format import (
    CatalogueFile,
    ChoiceEntry,
    DeliveryEntry,
    OptionGroupEntry,
    ProductEntry,
    ShopFile,
    VariantEntry,
)
from commerce.shop_info import ShopInfo, load_info
from commerce.storage.database import Database


def export_shop(database: Database, key: str, folder: Path, clock: Clock) -> None:
    """Write the shop's files over what is there. The folder is made when it is missing.

    What is no longer sold, carts, and quotes are not in it. Days are counted from the clock's now.
    Raises UnknownShop, ExportFailed.
    """
    with database.reading() as session:
        info = load_info(session, key)
        files = {
            "shop.yaml": _shop_file(info),
            "catalogue.yaml": _catalogue_file(session, info),
            "customers.yaml": customers_file(session, info, clock.now()),
            "promotions.yaml": promotions_file(session, info),
            "reviews.yaml": reviews_file(session, info, clock.now()),
        }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, file in files.items():
            (folder / name).write_text(_to_yaml(file), encoding="utf-8")
    except OSError as error:
        raise ExportFailed(str(folder), error.strerror or str(error)) from error


def _shop_file(info: ShopInfo) -> ShopFile:
    free_from = info.delivery_free_from
    return ShopFile(
        key=info.key,
        name=info.name,
        kind=info.kind,  # type: ignore[arg-type]  # pydantic refuses what the format does not know
        currency=info.currency,
        language=info.language,
        seller=info.seller,
        address=info.address,
        returns=info.returns,
        delivery=DeliveryEntry(
            fee=to_decimal(info.delivery_fee.amount, info.currency),
            free_from=None if free_from is None else to_decimal(free_from.amount, info.currency),
            days=info.delivery_days,
        ),
        prices_include_tax=info.prices_include_tax,
    )


def _catalogue_file(session: Session, info: ShopInfo) -> CatalogueFile:
    promised, substitutes = load_back_orders(session, info), load_substitutes(session, info)
    products = load_products(session, info)
    return CatalogueFile(
        option_groups=[_group_entry(group) for group in load_groups(session, info).values()],
        products=[_product_entry(product, promised, substitutes) for product in products],
    )


def _group_entry(group: OptionGroup) -> OptionGroupEntry:
    return OptionGroupEntry(
        key=group.key,
        name=group.name,
        minimum=group.minimum,
        maximum=group.maximum,
        default=list(group.default),
        amounts=list(group.amounts),
        choices=[
            ChoiceEntry(
                key=choice.key,
                name=choice.name,
                spoken=list(choice.spoken),
                price=to_decimal(choice.price_effect.amount, choice.price_effect.currency),
            )
            for choice in group.choices
        ],
    )


def _product_entry(
    product: Product, promised: Mapping[str, int], substitutes: Mapping[str, Sequence[str]]
) -> ProductEntry:
    tax = product.variants[0].tax_rate
    return ProductEntry(
        key=product.key,
        name=product.name,
        brand=product.brand,
        category=product.category,
        unit=product.unit,
        spoken=list(product.spoken),
        synonyms=list(product.synonyms),
        tax=tax,
        options=[group.key for group in product.option_groups],
        variants=[
            _variant_entry(product, variant, tax).model_copy(
                update={"back_orders": promised[variant.sku], "substitutes": list(substitutes.get(variant.sku, ()))}
            )
            for variant in product.variants
        ],
    )


def _variant_entry(product: Product, variant: Variant, tax: Decimal) -> VariantEntry:
    is_usual_name = variant.name == full_name(product.name, variant.attributes)
    return VariantEntry(
        sku=variant.sku,
        name=None if is_usual_name else variant.name,
        attributes=dict(variant.attributes),
        spoken=list(variant.spoken),
        price=to_decimal(variant.price.amount, variant.price.currency),
        stock=variant.stock,
        tax=None if variant.tax_rate == tax else variant.tax_rate,
    )


def _to_yaml(file: BaseModel) -> str:
    return yaml.dump(
        file.model_dump(exclude_defaults=True, by_alias=True),
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        width=120,
    )


class _Dumper(yaml.SafeDumper):
    """Writes decimals as plain numbers."""


def _write_decimal(dumper: yaml.SafeDumper, value: Decimal) -> Any:
    text = format(value, "f")
    return dumper.represent_scalar(f"tag:yaml.org,2002:{'float' if '.' in text else 'int'}", text)


_Dumper.add_representer(Decimal, _write_decimal)
