"""`voicecart wyoming`: hearing, speech, wake word and the assistant for Wyoming clients and satellites."""

from __future__ import annotations

from typing import Annotated

import typer

from voicecart import console
from voicecart.commands import options

_DEFAULT = "tcp://127.0.0.1:10400"


def register(root: typer.Typer) -> None:
    """Add the command of this file."""
    root.command(
        epilog="Example: voicecart wyoming --shop coffee --uri tcp://0.0.0.0:10400 --satellite tcp://kitchen.local:10700"
    )(wyoming)


def wyoming(
    shop: options.Shop = None,
    customer: options.Customer = None,
    database: options.Database = None,
    engine: options.Engine = None,
    uri: Annotated[
        list[str] | None, typer.Option(help="Where to listen; may be repeated.", metavar="tcp://HOST:PORT|unix:///PATH")
    ] = None,
    satellite: Annotated[
        list[str] | None, typer.Option(help="A satellite to be the server of; may be repeated.", metavar="URI")
    ] = None,
) -> None:
    """Serve Wyoming clients (Home Assistant) and satellites, until Control-C or SIGTERM.

    The protocol knows no passwords: whoever reaches the address talks for the customer. Keep it in your own network.
    """
    from voicecart.satellites.serving import (  # asyncio and the protocol are loaded by nobody else
        CannotServe,
        parsed,
        serve,
    )

    try:
        addresses = [parsed(one) for one in uri or [_DEFAULT]]
        satellites = [parsed(one) for one in satellite or ()]
        assembly = options.assemble(shop=shop, customer=customer, database=database, engine=engine)
        serve(assembly, addresses, satellites, console.say)
    except CannotServe as error:
        raise options.UsageProblem(str(error)) from error
