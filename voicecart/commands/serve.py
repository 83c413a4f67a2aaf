"""`voicecart serve`: the HTTP service."""

from __future__ import annotations

from typing import Annotated

import typer

from commerce.shop_info import load_info
from voicecart import console
from voicecart.assembly import Assembly
from voicecart.commands import options
from voicecart.settings import load_settings


def register(root: typer.Typer) -> None:
    """Add the command of this file."""
    root.command(epilog="Example: voicecart serve --port 8080 --workers 4")(serve)


def serve(
    shop: options.Shop = None,
    database: options.Database = None,
    host: Annotated[str | None, typer.Option(help="Address to listen at; else 127.0.0.1.", metavar="HOST")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen at; else 8080.", min=1, max=65_535)] = None,
    no_work: Annotated[bool, typer.Option("--no-work", help="Leave background work to `voicecart work`.")] = False,
    workers: Annotated[int | None, typer.Option(help="Worker processes; else 2.", min=1, max=64)] = None,
) -> None:
    """Serve the shop over HTTP until Control-C or SIGTERM; requests under way are answered first.

    Open payments, messages and reservations are looked after, too, unless --no-work leaves that to others.
    Put a reverse proxy with TLS before it, and say how many there are in VOICECART_TRUSTED_PROXIES.
    """
    from voicecart.service.server import Listening, serve  # a web server is loaded by nobody else

    settings = load_settings(shop=shop, database=database, host=host, port=port, workers=workers)
    _greet(Assembly(settings))
    serve(settings, Listening(settings.host, settings.port, settings.workers, settings.worker_threads, not no_work))


def _greet(assembly: Assembly) -> None:
    """Bring the database up to date, and say where the service will be found. Raises StorageError, UnknownShop."""
    try:
        with assembly.database.reading() as session:
            name, url = load_info(session, assembly.settings.shop).name, assembly.settings.service_url
        if assembly.stocked:
            console.say(f"First run: stocked {assembly.database.url} with {', '.join(assembly.stocked)}.")
        console.say(
            f"{name} is served at {url}: accounts at {url}/account/, its state at {url}/health and {url}/ready."
        )
    finally:
        assembly.database.close()
