"""`voicecart promotion ...` and `voicecart points ...`: what is on offer, how often it was used, and who has points."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import uuid4

import typer

from commerce.errors import AmountOutOfRange
from commerce.promotions.promotions import Points
from commerce.promotions.rules import Promotion
from voicecart import console
from voicecart.commands import options
from voicecart.commands.customers import Key

MOST_POINTS = 1_000_000_000

promotion_app = typer.Typer(help="What is on offer; a shop's files say what.", no_args_is_help=True)
points_app = typer.Typer(help="Customers' points.", no_args_is_help=True)


def register(root: typer.Typer) -> None:
    """Add the commands of this file."""
    root.add_typer(promotion_app, name="promotion")
    root.add_typer(points_app, name="points")


@promotion_app.command("list", epilog="Example: voicecart promotion list --shop coffee --json")
def list_promotions(
    shop: options.Shop = None, database: options.Database = None, as_json: options.Json = False
) -> None:
    """Every promotion and coupon, on or not, and how often it was used."""
    assembly = options.assemble(shop=shop, database=database, quiet=as_json)
    now = assembly.clock.now()
    found = assembly.shop().promotions.all()
    if as_json:
        for one in found:
            console.print_json(_json(one) | {"runs": one.runs(now) and not one.is_used_up})
        return
    rows = [
        (one.key, one.name, one.code, "yes" if one.runs(now) and not one.is_used_up else "no", _uses(one))
        for one in found
    ]
    console.table(("promotion", "name", "coupon", "on", "used"), rows)


@points_app.command(epilog="Example: voicecart points show anna")
def show(
    customer: Key, shop: options.Shop = None, database: options.Database = None, as_json: options.Json = False
) -> None:
    """How many points a customer has, and what they are worth."""
    opened = options.assemble(shop=shop, database=database, quiet=as_json).shop()
    _show(customer, opened.promotions.points(customer), as_json)


@points_app.command(epilog="Example: voicecart points grant anna 100 --key sorry-for-the-eggs")
def grant(
    customer: Key,
    amount: Annotated[int, typer.Argument(help="How many.")],
    key: Annotated[str | None, typer.Option(help="The same key gives them once, however often it is sent.")] = None,
    shop: options.Shop = None,
    database: options.Database = None,
    as_json: options.Json = False,
) -> None:
    """Give a customer points."""
    if not 1 <= amount <= MOST_POINTS:
        raise AmountOutOfRange(amount, 1, MOST_POINTS)
    opened = options.assemble(shop=shop, database=database, quiet=as_json).shop()
    opened.promotions.points(customer)  # NoPoints where the shop has none
    opened.promotions.grant(customer, amount, key or uuid4().hex)
    _show(customer, opened.promotions.points(customer), as_json)


def _show(customer: str, points: Points, as_json: bool) -> None:
    if as_json:
        worth = {"worth": points.worth.amount, "currency": points.worth.currency}
        console.print_json({"customer": customer, "name": points.name, "balance": points.balance} | worth)
    else:
        console.say(f"{customer} has {points.balance} {points.name}, worth {console.money(points.worth)}.")


def _uses(promotion: Promotion) -> str:
    return f"{promotion.used}" if promotion.uses is None else f"{promotion.used} of {promotion.uses}"


def _json(promotion: Promotion) -> dict[str, Any]:
    """A promotion; times in UTC."""
    return {
        "key": promotion.key,
        "name": promotion.name,
        "kind": promotion.kind.value,
        "code": promotion.code,
        "starts": None if promotion.starts is None else promotion.starts.isoformat(),
        "ends": None if promotion.ends is None else promotion.ends.isoformat(),
        "uses": promotion.uses,
        "used": promotion.used,
    }
