"""`voicecart alexa`: the skill package that a merchant uploads."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from voicecart import console
from voicecart.assembly import Assembly
from voicecart.commands import options
from voicecart.commands.options import UsageProblem
from voicecart.settings import load_settings

if TYPE_CHECKING:
    from skills.alexa.package.building import Json

# What makes a package comes with all of Amazon's types. It is imported where it is used, so that nobody else waits.

app = typer.Typer(help="The Alexa skill package: build it, check it.", no_args_is_help=True)

Invocation = Annotated[
    str | None, typer.Option("--invocation", help="What shoppers call the skill; else the shop's name.", metavar="NAME")
]
PLACEHOLDER = "https://shop.example"
BROKEN_RULES = 1


def register(root: typer.Typer) -> None:
    """Add the commands of this file."""
    root.add_typer(app, name="alexa")


@app.command(epilog="Example: voicecart alexa build --out skill --shop coffee --invocation 'corner cup'")
def build(
    out: Annotated[Path, typer.Option("--out", help="The folder to write.", file_okay=False)],
    invocation: Invocation = None,
    shop: options.Shop = None,
    database: options.Database = None,
) -> None:
    """Write the package: ask-resources.json and skill-package/, ready for the ASK command line."""
    from skills.alexa.package.building import left_out
    from skills.alexa.package.checking import write_package

    files = _built(shop, database, invocation)
    write_package(files, out)
    for name in files:
        console.say(str(out / name))
    for language in left_out():
        console.complain(f"{language}: Alexa does not speak it, so it is left out")


@app.command(epilog="Example: voicecart alexa check skill")
def check(
    folder: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="A package; else what `build` would write.")
    ] = None,
    invocation: Invocation = None,
    shop: options.Shop = None,
    database: options.Database = None,
    as_json: options.Json = False,
) -> None:
    """Say what Alexa would not take, and how many samples each intent has. Exit code 1 when a rule is broken."""
    from skills.alexa.package.building import left_out
    from skills.alexa.package.checking import UnreadablePackage, problems, read_package, sample_counts

    try:
        files = _built(shop, database, invocation) if folder is None else read_package(folder)
    except UnreadablePackage as error:
        raise UsageProblem(str(error)) from error
    found = list(problems(files))
    broken = {problem.file for problem in found if problem.text.startswith("Amazon's types can't")}
    counts = sample_counts({name: document for name, document in files.items() if name not in broken})
    if as_json:
        for locale, intents in counts.items():
            console.print_json({"locale": locale, "samples": dict(intents)})
        for problem in found:
            console.print_json({"file": problem.file, "problem": problem.text})
    else:
        _show(counts)
        for problem in found:
            console.complain(f"{problem.file}: {problem.text}")
        for language in left_out():
            console.complain(f"{language}: Alexa does not speak it, so it is left out")
    raise typer.Exit(BROKEN_RULES if found else 0)


def _built(shop: str | None, database: str | None, invocation: str | None) -> Mapping[str, Json]:
    from skills.alexa.package.building import Skill, invocation_of, package

    settings = load_settings(shop=shop, database=database)
    opened = Assembly(settings).shop()
    name = invocation or invocation_of(opened.info)
    return package(Skill(opened.info, opened.catalogue.products(), settings.public_url or PLACEHOLDER, name))


def _show(counts: Mapping[str, Mapping[str, int]]) -> None:
    locales = tuple(counts)
    intents = list(dict.fromkeys(intent for of_locale in counts.values() for intent in of_locale))
    rows = [(intent, *(counts[locale].get(intent, 0) for locale in locales)) for intent in intents]
    console.table(("intent", *locales), rows)
