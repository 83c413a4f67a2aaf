"""`voicecart device ...`: what this machine's microphone may do for the customer."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from commerce.linking.values import Speaker
from voicecart import console
from voicecart.assembly import Assembly
from voicecart.commands import options
from voicecart.commands.amounts import amount_of
from voicecart.commands.options import UsageProblem

app = typer.Typer(help="What this machine's microphone may do.", no_args_is_help=True)


class Switch(StrEnum):
    """A position of the purchase switch."""

    ON = "on"
    OFF = "off"


def register(root: typer.Typer) -> None:
    """Add the commands of this file."""
    root.add_typer(app, name="device")


@app.command(epilog="Examples: voicecart device buying on --cap 50 · voicecart device buying off")
def buying(
    switch: Annotated[Switch, typer.Argument(help="on or off.")],
    cap: Annotated[
        str | None, typer.Option(help="The most that one order may cost, such as 50; else no limit.", metavar="AMOUNT")
    ] = None,
    shop: options.Shop = None,
    customer: options.Customer = None,
    database: options.Database = None,
    as_json: options.Json = False,
) -> None:
    """Let orders be placed by whoever speaks to this machine, or no longer. It is off at first.

    A voice code that the customer has set is asked for all the same.
    """
    if switch is Switch.OFF and cap is not None:
        raise UsageProblem("--cap goes with `buying on`")
    assembly = options.assemble(shop=shop, customer=customer, database=database, quiet=as_json)
    opened = assembly.shop()
    limit = None if cap is None else amount_of(cap, opened.info.currency)
    this = _this_machine(assembly)
    assembly.access().linking.set_speaker(assembly.customer(opened), this.key, this.name, switch is Switch.ON, limit)
    _show(_this_machine(assembly), as_json)


@app.command(epilog="Example: voicecart device show --json")
def show(
    shop: options.Shop = None,
    customer: options.Customer = None,
    database: options.Database = None,
    as_json: options.Json = False,
) -> None:
    """Whether this machine may buy, and for how much."""
    _show(_this_machine(options.assemble(shop=shop, customer=customer, database=database, quiet=as_json)), as_json)


def _this_machine(assembly: Assembly) -> Speaker:
    session = assembly.heard_session(assembly.shop())
    return assembly.access().linking.speaker(session.customer, session.device)


def _show(speaker: Speaker, as_json: bool) -> None:
    """A line, or an object: spend_cap in minor units, null without limit."""
    cap = speaker.spend_cap
    if as_json:
        console.print_json(
            {"device": speaker.name, "may_buy": speaker.may_buy, "spend_cap": None if cap is None else cap.amount}
        )
        return
    limit = "" if cap is None else f", up to {console.money(cap)} an order"
    console.say(f"{speaker.name}: buying is {f'on{limit}' if speaker.may_buy else 'off'}.")
