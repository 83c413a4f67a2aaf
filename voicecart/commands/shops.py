"""`voicecart shop ...`: a shop's catalogue, menu and customers in and out."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from commerce import importing
from commerce.shop import shops
from voicecart import console
from voicecart.commands import options
from voicecart.commands.options import UsageProblem

app = typer.Typer(help="A shop's catalogue, menu and customers.", no_args_is_help=True)

Folder = Annotated[
    Path, typer.Argument(help="Folder with shop.yaml, catalogue.yaml and, if there are any, the other files.")
]


def register(root: typer.Typer) -> None:
    """Add the commands of this file."""
    root.add_typer(app, name="shop")


@app.command("list", epilog="Example: voicecart shop list")
def list_shops(database: options.Database = None, as_json: options.Json = False) -> None:
    """The shops in the database."""
    assembly = options.assemble(database=database)
    found = shops(assembly.database)
    if as_json:
        for info in found:
            console.print_json({"key": info.key, "name": info.name, "kind": info.kind, "language": info.language})
        return
    console.table(
        ("shop", "name", "kind", "language", "currency"),
        [(info.key, info.name, info.kind, info.language, info.currency) for info in found],
    )


@app.command(epilog="Example: voicecart shop check my-shop/")
def check(folder: Folder, as_json: options.Json = False) -> None:
    """Look for mistakes in a shop's files, naming file, line and field. Changes nothing."""
    _existing(folder)
    problems = importing.check(folder)
    if as_json:
        console.print_json({"folder": str(folder), "ok": not problems, "problems": [str(item) for item in problems]})
    for problem in () if as_json else problems:
        console.say(str(problem))
    if problems:
        raise UsageProblem(f"{folder} has {len(problems)} mistake{'s'[: len(problems) != 1]}; nothing was imported")
    if not as_json:
        console.say(f"{folder} is in order.")


@app.command("import", epilog="Example: voicecart shop import my-shop/ --database sqlite:///shop.sqlite3")
def import_(folder: Folder, database: options.Database = None, as_json: options.Json = False) -> None:
    """Make the shop in the database what the files say, all of it or nothing."""
    _existing(folder)
    assembly = options.assemble(database=database)
    summary = importing.import_shop(assembly.database, folder, assembly.clock)
    if as_json:
        console.print_json(asdict(summary))
        return
    verb = "Imported" if summary.is_new else "Updated"
    console.say(
        f"{verb} {summary.name} ({summary.key}): {summary.products} products, {summary.variants} variants, "
        f"{summary.option_groups} option groups, {summary.customers} customers, {summary.orders} past orders."
    )


@app.command(epilog="Example: voicecart shop export my-shop/ --shop coffee")
def export(folder: Folder, shop: options.Shop = None, database: options.Database = None) -> None:
    """Write a shop as the files that `import` reads."""
    assembly = options.assemble(shop=shop, database=database)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageProblem(f"{folder} exists and is not an empty folder; name another one")
    importing.export_shop(assembly.database, assembly.settings.shop, folder, assembly.clock)
    console.say(f"Wrote {folder}.")


def _existing(folder: Path) -> None:
    if not folder.is_dir():
        raise UsageProblem(f"{folder} is no folder; name one with shop.yaml and catalogue.yaml")
