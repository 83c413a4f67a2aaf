"""`voicecart order ...` and `voicecart shop summary`: orders, as the merchant sees and moves them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Annotated, Any
from uuid import uuid4

import typer

from commerce.order_book import OrderBook, Sale
from commerce.order_items import LineItem
from commerce.order_states import OrderStatus
from commerce.shipping import Label
from voicecart import console
from voicecart.assembly import Assembly
from voicecart.commands import options
from voicecart.commands.amounts import amount_of
from voicecart.commands.shops import app as shop_app

app = typer.Typer(help="Orders: list, show, accept, dispatch, deliver, cancel, refund.", no_args_is_help=True)

Number = Annotated[str, typer.Argument(help="The order's number.")]


def register(root: typer.Typer) -> None:
    """Add the commands of this file."""
    root.add_typer(app, name="order")
    shop_app.command(epilog="Examples: voicecart shop summary --shop coffee · voicecart shop summary --day 2026-03-02")(
        summary
    )


@app.command("list", epilog="Examples: voicecart order list --status paid · voicecart order list --limit 100 --json")
def list_orders(
    status: Annotated[OrderStatus | None, typer.Option(help="Only orders in this status.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many, the newest first.")] = 20,
    shop: options.Shop = None,
    database: options.Database = None,
    as_json: options.Json = False,
) -> None:
    """The shop's orders, the newest first."""
    sales = _book(options.assemble(shop=shop, database=database, quiet=as_json)).list(limit, status)
    if as_json:
        for sale in sales:
            console.print_json(_json(sale))
        return
    console.table(
        ("number", "placed", "status", "customer", "payment", "total", "items"),
        [
            (
                sale.order.number,
                f"{sale.order.placed_at:%Y-%m-%d %H:%M}",
                sale.order.status.value,
                sale.name,
                _payment(sale),
                console.money(sale.order.total),
                ", ".join(f"{line.quantity} {line.name}" for line in sale.order.lines),
            )
            for sale in sales
        ],
    )


@app.command(epilog="Example: voicecart order show 4711 --shop coffee")
def show(
    number: Number, shop: options.Shop = None, database: options.Database = None, as_json: options.Json = False
) -> None:
    """One order: who, what, where to, and its history."""
    sale = _book(options.assemble(shop=shop, database=database, quiet=as_json)).show(number)
    if as_json:
        console.print_json(_json(sale))
        return
    order = sale.order
    console.say(f"Order {order.number}, {order.status.value}; {sale.name} ({sale.customer}), {_payment(sale)}")
    for line in order.lines:
        chosen = ", ".join(option.spoken for option in line.options if not option.default)
        console.say(
            f"  {line.number}: {line.quantity} x {line.name}{f' with {chosen}' if chosen else ''}"
            f"  {console.money(line.total)}"
        )
    for off in order.discounts:
        console.say(f"  {off.name} took off {console.money(off.amount)}")
    console.say(
        f"  delivery {console.money(order.delivery)}, tax {console.money(order.tax)}, "
        f"total {console.money(order.total)}"
    )
    console.say(f"  to {order.address}" if order.address else "  handed over in the shop")
    for change in order.history:
        console.say(f"  {change.at:%Y-%m-%d %H:%M} {change.status.value}")


@app.command(epilog="Example: voicecart order accept 4711")
def accept(
    number: Number, shop: options.Shop = None, database: options.Database = None, as_json: options.Json = False
) -> None:
    """The order was seen and is being packed."""
    assembly = options.assemble(shop=shop, database=database, quiet=as_json)
    assembly.shop().orders.advance(number, OrderStatus.ACCEPTED)
    _done(assembly, number, as_json)


@app.command(
    epilog="Examples: voicecart order dispatch 4711 --carrier UPS --tracking 1Z999 · "
    "voicecart order dispatch 4711 --units 1=2 --units 3=1"
)
def dispatch(
    number: Number,
    carrier: Annotated[str, typer.Option(help="Who brings it.")] = "",
    tracking: Annotated[str, typer.Option(help="The parcel's number at the carrier.")] = "",
    units: Annotated[
        list[str] | None,
        typer.Option(help="Of one line of the order, for a parcel with a part of it.", metavar="LINE=N"),
    ] = None,
    shop: options.Shop = None,
    database: options.Database = None,
    as_json: options.Json = False,
) -> None:
    """All that was not sent yet is on its way, or a parcel with some of it; the customer is told."""
    assembly = options.assemble(shop=shop, database=database, quiet=as_json)
    packed = None if not units else dict(_units(text) for text in units)
    assembly.shop().shipping.send(number, packed, Label(carrier, tracking))
    _done(assembly, number, as_json)


@app.command(epilog="Example: voicecart order deliver 4711")
def deliver(
    number: Number, shop: options.Shop = None, database: options.Database = None, as_json: options.Json = False
) -> None:
    """The order was handed over and, where so agreed, paid at the door."""
    assembly = options.assemble(shop=shop, database=database, quiet=as_json)
    assembly.shop().orders.advance(number, OrderStatus.DELIVERED)
    _done(assembly, number, as_json)


@app.command(epilog="Example: voicecart order cancel 4711")
def cancel(
    number: Number, shop: options.Shop = None, database: options.Database = None, as_json: options.Json = False
) -> None:
    """Cancel an order that was not sent: its stock is freed, and what was paid goes back."""
    assembly = options.assemble(shop=shop, database=database, quiet=as_json)
    assembly.shop().orders.withdraw(number)
    _done(assembly, number, as_json)


@app.command(epilog="Examples: voicecart order refund 4711 --amount 2.49 · voicecart order refund 4711 --key ticket-12")
def refund(
    number: Number,
    amount: Annotated[str | None, typer.Option(help="A part of it, such as 2.49; else all that was paid.")] = None,
    key: Annotated[str | None, typer.Option(help="The same key gives it back once, however often it is sent.")] = None,
    shop: options.Shop = None,
    database: options.Database = None,
    as_json: options.Json = False,
) -> None:
    """Give back money of an order that was paid, to where it came from."""
    assembly = options.assemble(shop=shop, database=database, quiet=as_json)
    opened = assembly.shop()
    back = opened.orders.show(number).total if amount is None else amount_of(amount, opened.info.currency)
    opened.returns.refund(number, back, key or uuid4().hex)
    if not as_json:
        console.say(f"{console.money(back)} of order {number} go back.")
    else:
        console.print_json(_json(_book(assembly).show(number)) | {"refunded": back.amount})


def summary(
    day: Annotated[str | None, typer.Option(help="A day such as 2026-03-02 (UTC); else today.", metavar="DAY")] = None,
    shop: options.Shop = None,
    database: options.Database = None,
    as_json: options.Json = False,
) -> None:
    """What a day came to, what waits for the merchant, and which shelves are nearly empty."""
    assembly = options.assemble(shop=shop, database=database, quiet=as_json)
    found = _book(assembly).summary(_day(day, assembly.clock.now()))
    if as_json:
        console.print_json(asdict(found) | {"taken": found.taken.amount, "currency": found.taken.currency})
        return
    console.say(f"{assembly.shop().info.name}, {found.day}", style="bold")
    console.say(f"  orders       {found.orders} for {console.money(found.taken)}; {found.lost} cancelled or declined")
    console.say(f"  waiting      {found.to_accept} to accept, {found.to_dispatch} to send")
    console.say(f"  payments     {found.unsettled} not settled yet")
    console.say(f"  best sellers {', '.join(f'{one.units} {one.name}' for one in found.best) or 'nothing'}")
    console.say(f"  nearly out   {', '.join(f'{one.name} ({one.units})' for one in found.few) or 'nothing'}")


def _units(text: str) -> tuple[int, int]:
    """ "1=2": two units of line 1."""
    line, _, count = text.partition("=")
    if not (line.isascii() and line.isdigit() and count.isascii() and count.isdigit()):
        raise options.UsageProblem(f"{text!r} is no line with its units; write one like 1=2")
    return int(line), int(count)


def _day(text: str | None, now: datetime) -> date:
    if text is None:
        return now.astimezone(UTC).date()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise options.UsageProblem(f"{text!r} is no day; write one like 2026-03-02") from error


def _book(assembly: Assembly) -> OrderBook:
    return OrderBook(assembly.database, assembly.shop().info)


def _done(assembly: Assembly, number: str, as_json: bool) -> None:
    sale = _book(assembly).show(number)
    if as_json:
        console.print_json(_json(sale))
    else:
        console.say(f"Order {number} of {sale.name} is {sale.order.status.value}.")


def _payment(sale: Sale) -> str:
    return f"{sale.method.value} {sale.payment.value.replace('_', ' ')}"


def _json(sale: Sale) -> dict[str, Any]:
    """An order; amounts in minor units."""
    order = sale.order
    return {
        "number": order.number,
        "status": order.status.value,
        "customer": {"key": sale.customer, "name": sale.name},
        "payment": {"method": sale.method.value, "state": sale.payment.value},
        "lines": [_line_json(line) for line in order.lines],
        "discounts": [off.document() for off in order.discounts],
        "delivery": order.delivery.amount,
        "tax": order.tax.amount,
        "total": order.total.amount,
        "currency": order.total.currency,
        "address": order.address,
        "placed_at": order.placed_at.isoformat(),
        "expected_at": None if order.expected_at is None else order.expected_at.isoformat(),
        "history": [{"status": change.status.value, "at": change.at.isoformat()} for change in order.history],
    }


def _line_json(line: LineItem) -> dict[str, Any]:
    return {
        "line": line.number,
        "sku": line.sku,
        "name": line.name,
        "quantity": line.quantity,
        "options": [
            {"group": option.group, "value": option.value, "amount": option.amount, "spoken": option.spoken}
            for option in line.options
        ],
        "total": line.total.amount,
    }
