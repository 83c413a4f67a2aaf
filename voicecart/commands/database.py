"""`voicecart db ...`: the database itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from commerce.care.backups import back_up
from commerce.care.backups import restore as restore_backup
from commerce.care.checking import Finding
from commerce.care.checking import check as check_database
from commerce.storage.database import Database
from voicecart import console
from voicecart.assembly import Assembly
from voicecart.commands import options
from voicecart.settings import load_settings

app = typer.Typer(help="The database: upgrade, check, back up, restore.", no_args_is_help=True)

File = Annotated[Path, typer.Argument(help="The backup.", dir_okay=False)]


def register(root: typer.Typer) -> None:
    """Add the commands of this file."""
    root.add_typer(app, name="db")


@app.command(epilog="Example: voicecart db upgrade --database sqlite:///shop.sqlite3")
def upgrade(database: options.Database = None) -> None:
    """Bring the tables to this version's shape. Nothing is lost; nothing happens when they are."""
    found = _open(database)
    found.upgrade()
    console.say(f"The tables in {found.url} are of this version.")


@app.command(epilog="Example: voicecart db check --database postgresql://shop@localhost/shop --json")
def check(database: options.Database = None, as_json: options.Json = False) -> None:
    """Whether file, tables, books and stock are sound; exit code 1 when something is wrong. Changes nothing."""
    if not _report(check_database(_existing(database)), as_json):
        raise typer.Exit(1)


@app.command(epilog="Example: voicecart db backup shop-monday.backup")
def backup(file: File, database: options.Database = None, as_json: options.Json = False) -> None:
    """Write the database into a new file, while it is in use. For PostgreSQL it is pg_dump's custom format."""
    written = back_up(_existing(database), file)
    if as_json:
        console.print_json(asdict(written))
    else:
        console.say(f"Wrote {file}: {written.size / 1e6:.1f} MB in {written.seconds:.1f} s.")


@app.command(epilog="Example: voicecart db restore shop-monday.backup --database sqlite:///shop.sqlite3")
def restore(
    file: File,
    database: options.Database = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the shops that are there.")] = False,
    as_json: options.Json = False,
) -> None:
    """Make the database what a backup holds, all or nothing, and check it. The backup is checked first."""
    found = _open(database)
    sound = _report(restore_backup(found, file, overwrite=force), as_json)
    if not as_json:
        console.say(f"Restored {file} into {found.url}.")
    if not sound:
        raise typer.Exit(1)


def _open(url: str | None) -> Database:
    return Assembly(load_settings(database=url)).bare_database()


def _existing(url: str | None) -> Database:
    return Database.open(load_settings(database=url).database_url, must_exist=True)


def _report(findings: Iterable[Finding], as_json: bool) -> bool:
    """Print findings as they come; whether all are well."""
    sound = True
    for finding in findings:
        sound = sound and finding.ok
        if as_json:
            console.print_json(asdict(finding))
        else:
            console.say(f"{'ok   ' if finding.ok else 'WRONG'}  {finding.name:10}  {finding.detail}")
    return sound
