"""`voicecart db ...`: the database itself."""

from __future__ import annotations

import typer

from voicecart import console
from voicecart.assembly import Assembly
from voicecart.commands import options
from voicecart.settings import load_settings

app = typer.Typer(help="The database.", no_args_is_help=True)


def register(root: typer.Typer) -> None:
    """Add the commands of this file."""
    root.add_typer(app, name="db")


@app.command(epilog="Example: voicecart db upgrade --database sqlite:///shop.sqlite3")
def upgrade(database: options.Database = None) -> None:
    """Bring the tables to this version's shape. Nothing is lost; nothing happens when they are."""
    found = Assembly(load_settings(database=database)).bare_database()
    found.upgrade()
    console.say(f"The tables in {found.url} are of this version.")
