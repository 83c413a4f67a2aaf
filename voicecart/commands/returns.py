"""`voicecart return ...`: goods that come back."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from commerce.returns import Return
from voicecart import console
from voicecart.commands import options
from voicecart.commands.orders import Number

app = typer.Typer(help="Goods that come back: list, receive, close.", no_args_is_help=True)

Id = Annotated[int, typer.Argument(help="The return's id, as `voicecart return list` shows it.")]


def register(root: typer.Typer) -> None:
    """Add the commands of this file."""
    root.add_typer(app, name="return")


@app.command("list", epilog="Example: voicecart return list 4711")
def list_returns(
    number: Number, shop: options.Shop = None, database: options.Database = None, as_json: options.Json = False
) -> None:
    """What customers send back of an order, and what became of it."""
    found = options.assemble(shop=shop, database=database, quiet=as_json).shop().returns.list(number)
    if as_json:
        for one in found:
            console.print_json(_json(one))
        return
    rows = [(str(one.id), f"{one.asked_at:%Y-%m-%d %H:%M}", one.state.value, _units(one), one.reason) for one in found]
    console.table(("id", "asked", "state", "line x units", "reason"), rows)


@app.command(epilog="Examples: voicecart return receive 4711 3 · voicecart return receive 4711 3 --no-restock")
def receive(
    number: Number,
    return_id: Id,
    restock: Annotated[bool, typer.Option(help="Whether the goods can be sold again.")] = True,
    shop: options.Shop = None,
    database: options.Database = None,
    as_json: options.Json = False,
) -> None:
    """The goods are here: what was paid for them goes back."""
    opened = options.assemble(shop=shop, database=database, quiet=as_json).shop()
    _show(opened.returns.receive(number, return_id, restock), as_json)


@app.command(epilog="Example: voicecart return close 4711 3")
def close(
    number: Number,
    return_id: Id,
    shop: options.Shop = None,
    database: options.Database = None,
    as_json: options.Json = False,
) -> None:
    """The goods never came: no money goes back."""
    opened = options.assemble(shop=shop, database=database, quiet=as_json).shop()
    _show(opened.returns.close(number, return_id), as_json)


def _show(found: Return, as_json: bool) -> None:
    if as_json:
        console.print_json(_json(found))
    else:
        console.say(f"Return {found.id} of order {found.order} is {found.state.value}.")


def _units(found: Return) -> str:
    return ", ".join(f"{line} x {units}" for line, units in found.units.items())


def _json(found: Return) -> dict[str, Any]:
    """A return; units by the number of the order's line."""
    return {
        "id": found.id,
        "order": found.order,
        "state": found.state.value,
        "units": {str(line): units for line, units in found.units.items()},
        "reason": found.reason,
        "asked_at": found.asked_at.isoformat(),
    }
