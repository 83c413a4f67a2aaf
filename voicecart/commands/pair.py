"""`voicecart pair`: lets this machine in at a shop's service, as a device of one of its customers."""

from __future__ import annotations

import platform
from typing import Annotated

import typer

from voicecart import console
from voicecart.commands import options
from voicecart.device.tokens import Tokens
from voicecart.settings import load_settings


def register(root: typer.Typer) -> None:
    """Add the command of this file."""
    root.command(epilog="Example: voicecart pair --service https://shop.example --name Kitchen")(pair)


def pair(
    service: Annotated[
        str | None, typer.Option(help="The service's address; else the one of this machine.", metavar="URL")
    ] = None,
    name: Annotated[str | None, typer.Option(help="What this device is called; else this machine's name.")] = None,
    as_json: options.Json = False,
) -> None:
    """Show a short code, wait until it is approved on the account's page, and keep the token for `voicecart listen`.

    With --json a first line holds the code and where to type it, a second one whose device this is now.
    """
    from voicecart.device.pairing import begin, wait  # with an HTTP client, which no other command should wait for

    settings = load_settings()
    waiting = begin(service or f"http://127.0.0.1:{settings.port}", name or platform.node() or "Device")
    if as_json:
        console.print_json({"user_code": waiting.user_code, "verification_url": waiting.verification_url})
    else:
        console.say(f"Open {waiting.verification_url}, log in, and type this code:")
        console.say(f"\n    {waiting.user_code}\n", style="bold")
        console.say(f"Waiting up to {waiting.expires_in // 60} minutes; Control-C ends.")
    paired = wait(waiting)
    path = Tokens(settings.data_folder).keep(paired)
    if as_json:
        console.print_json({"customer": paired.customer, "shop": paired.shop, "language": paired.language})
    else:
        console.say(f"This device speaks for {paired.customer} at {paired.shop} now; its token is in {path}.")
