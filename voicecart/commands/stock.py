"""`voicecart stock ...` and `voicecart price ...`: what lies on the shelf, and what it costs."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from commerce.catalogue.products import Availability
from voicecart import console
from voicecart.commands import options
from voicecart.commands.amounts import amount_of
from voicecart.commands.options import UsageProblem

UNCOUNTED = "uncounted"

stock_app = typer.Typer(help="What lies on the shelf.", no_args_is_help=True)
price_app = typer.Typer(help="What things cost.", no_args_is_help=True)

Sku = Annotated[str, typer.Argument(help="The SKU, as `voicecart stock list` shows it.")]


def register(root: typer.Typer) -> None:
    """Add the commands of this file."""
    root.add_typer(stock_app, name="stock")
    root.add_typer(price_app, name="price")


@stock_app.command("list", epilog="Examples: voicecart stock list --shop coffee · voicecart stock list --below 5")
def list_stock(
    below: Annotated[int | None, typer.Option(min=1, help="Only what is counted and below this.")] = None,
    shop: options.Shop = None,
    database: options.Database = None,
    as_json: options.Json = False,
) -> None:
    """Every SKU on sale with its price and what can still be sold."""
    catalogue = options.assemble(shop=shop, database=database, quiet=as_json).shop().catalogue
    found = [
        Availability(variant.sku, variant.name, variant.stock, variant.price)
        for product in catalogue.products()
        for variant in product.variants
        if below is None or (variant.stock is not None and variant.stock < below)
    ]
    if as_json:
        for one in found:
            console.print_json(_json(one))
        return
    rows = [(one.sku, one.name, _units(one), console.money(one.price)) for one in found]
    console.table(("sku", "name", "units", "price"), rows)


@stock_app.command("set", epilog="Examples: voicecart stock set OAT-1L 40 · voicecart stock set LATTE-S uncounted")
def set_stock(
    sku: Sku,
    units: Annotated[str, typer.Argument(help='Units that can be sold, or "uncounted".')],
    shop: options.Shop = None,
    database: options.Database = None,
    as_json: options.Json = False,
) -> None:
    """Set what a count of the shelf came to, without the units that orders already hold."""
    catalogue = options.assemble(shop=shop, database=database, quiet=as_json).shop().catalogue
    catalogue.set_stock(sku, _level(units))
    _show(catalogue.availability(sku), as_json)


@price_app.command("set", epilog="Example: voicecart price set OAT-1L 2.49")
def set_price(
    sku: Sku,
    price: Annotated[str, typer.Argument(help="In the shop's currency, such as 2.49.")],
    shop: options.Shop = None,
    database: options.Database = None,
    as_json: options.Json = False,
) -> None:
    """Set a price, for carts and for all quotes from now on; what was read out to somebody stays as it was."""
    opened = options.assemble(shop=shop, database=database, quiet=as_json).shop()
    opened.catalogue.set_price(sku, amount_of(price, opened.info.currency))
    _show(opened.catalogue.availability(sku), as_json)


def _level(text: str) -> int | None:
    if text == UNCOUNTED:
        return None
    if not text.isascii() or not text.isdigit() or int(text) > 1_000_000_000:
        raise UsageProblem(f'{text!r} is no number of units; write one like 40, or "{UNCOUNTED}"')
    return int(text)


def _show(found: Availability, as_json: bool) -> None:
    if as_json:
        console.print_json(_json(found))
    else:
        console.say(f"{found.name} ({found.sku}): {_units(found)}, {console.money(found.price)} each.")


def _units(found: Availability) -> str:
    return UNCOUNTED if found.available is None else f"{found.available} units"


def _json(found: Availability) -> dict[str, Any]:
    """A SKU; price in minor units, available null where nobody counts."""
    price = {"price": found.price.amount, "currency": found.price.currency}
    return {"sku": found.sku, "name": found.name, "available": found.available} | price
