"""`voicecart customer ...`: customers, their addresses and codes, and their right to their data."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from commerce.customers import Customer
from commerce.importing.amounts import to_decimal
from commerce.privacy.exporting import everything_about
from commerce.privacy.forgetting import forget
from commerce.registering import add_customer, remove_code, set_address
from voicecart import console
from voicecart.commands import options
from voicecart.commands.amounts import amount_of
from voicecart.commands.options import UsageProblem

app = typer.Typer(help="Customers: list, add, address, reset-code, export, erase.", no_args_is_help=True)

Key = Annotated[str, typer.Argument(help="The customer's key, such as anna.")]


def register(root: typer.Typer) -> None:
    """Add the commands of this file."""
    root.add_typer(app, name="customer")


@app.command("list", epilog="Example: voicecart customer list --shop coffee --json")
def list_customers(shop: options.Shop = None, database: options.Database = None, as_json: options.Json = False) -> None:
    """The shop's customers; the first is whom an unnamed device belongs to."""
    found = options.assemble(shop=shop, database=database, quiet=as_json).shop().customers.list()
    if as_json:
        for customer in found:
            console.print_json(_json(customer))
        return
    rows = [
        (one.key, one.name, one.email, one.language, "yes" if one.has_code else "no", one.default_address and "yes")
        for one in found
    ]
    console.table(("customer", "name", "e-mail", "language", "code", "address"), rows)


@app.command(epilog="Example: voicecart customer add dora --name 'Dora Lee' --email dora@example.com --spend-cap 200")
def add(
    key: Key,
    name: Annotated[str, typer.Option(help="As the customer is called.")],
    email: Annotated[str | None, typer.Option(help="Where word of orders goes.")] = None,
    language: Annotated[str | None, typer.Option(help="Such as en; else the shop's.", metavar="TAG")] = None,
    spend_cap: Annotated[str | None, typer.Option(help="The most that one order may cost, such as 200.")] = None,
    shop: options.Shop = None,
    database: options.Database = None,
    as_json: options.Json = False,
) -> None:
    """Add a customer. An address and a voice code are set by commands of their own."""
    assembly = options.assemble(shop=shop, database=database, quiet=as_json)
    info = assembly.shop().info
    cap = None if spend_cap is None else to_decimal(amount_of(spend_cap, info.currency).amount, info.currency)
    fields = {"key": key, "name": name, "email": email, "language": language, "spend_cap": cap}
    _show(add_customer(assembly.database, info, assembly.clock, fields), as_json, "Added")


@app.command(
    epilog="Example: voicecart customer address dora --street '9 Elm Street' --city Springfield --region MA "
    "--postcode 01109 --country US"
)
def address(
    key: Key,
    street: Annotated[str, typer.Option()],
    city: Annotated[str, typer.Option()],
    postcode: Annotated[str, typer.Option()],
    country: Annotated[str, typer.Option(help="Two letters, such as US.")],
    region: Annotated[str | None, typer.Option(help="State or province.")] = None,
    name: Annotated[str, typer.Option(help="What the customer calls it; the same name again changes it.")] = "home",
    shop: options.Shop = None,
    database: options.Database = None,
    as_json: options.Json = False,
) -> None:
    """Keep where a customer's orders go; the first address is the one that is used."""
    assembly = options.assemble(shop=shop, database=database, quiet=as_json)
    where = {"street": street, "city": city, "region": region, "postcode": postcode, "country": country}
    named = {"key": "-".join(name.lower().split()), "name": name}
    _show(set_address(assembly.database, assembly.shop().info, assembly.clock, key, named | where), as_json, "Changed")


@app.command(
    "reset-code",
    epilog="Examples: voicecart customer reset-code anna · voicecart customer reset-code anna --remove",
)
def reset_code(
    key: Key,
    remove: Annotated[bool, typer.Option("--remove", help="Take the code away; none is set.")] = False,
    shop: options.Shop = None,
    database: options.Database = None,
) -> None:
    """Set a new voice code, which opens a locked one. It is asked for without showing it, or read from a pipe."""
    assembly = options.assemble(shop=shop, database=database)
    customer = assembly.shop().customers.get(key)
    if remove:
        remove_code(assembly.database, assembly.shop().info, key)
        console.say(f"{customer.name} has no voice code now.")
        return
    assembly.shop().customers.set_code(key, _digits())
    console.say(f"{customer.name} has a new voice code.")


@app.command(epilog="Example: voicecart customer export anna --out anna.json")
def export(
    key: Key,
    out: Annotated[Path | None, typer.Option(help="A new file; else it is printed.", dir_okay=False)] = None,
    shop: options.Shop = None,
    database: options.Database = None,
) -> None:
    """Everything that is kept about a customer, from every table, as JSON. Amounts are minor units."""
    assembly = options.assemble(shop=shop, database=database, quiet=True)
    text = json.dumps(everything_about(assembly.database, assembly.shop().info, key), ensure_ascii=False, indent=2)
    if out is None:
        console.say(text)
        return
    try:
        out.touch(mode=0o600, exist_ok=False)
        out.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise UsageProblem(f"{out} can't be written: {error.strerror}") from error
    console.say(f"Wrote {out}.")


@app.command(epilog="Examples: voicecart customer erase anna · voicecart customer erase anna --yes --json")
def erase(
    key: Key,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
    shop: options.Shop = None,
    database: options.Database = None,
    as_json: options.Json = False,
) -> None:
    """Forget a customer. Orders and books stay, as the law wants, without a name. It can't be undone."""
    assembly = options.assemble(shop=shop, database=database, quiet=as_json)
    customer = assembly.shop().customers.get(key)
    if not yes and not typer.confirm(f"Forget {customer.name} ({key}) for good?", err=True):
        raise UsageProblem("nothing was changed")
    forgotten = forget(assembly.database, assembly.shop().info, assembly.clock, key)
    if as_json:
        console.print_json(asdict(forgotten))
        return
    removed, kept = sum(forgotten.removed.values()), sum(forgotten.kept.values())
    console.say(f"Forgot {key}: {removed} rows were removed, {kept} stay without a name.")
    console.say("Backups that were made before, and the payment provider, still know the customer.")


def _digits() -> str:
    if sys.stdin.isatty():
        code: str = typer.prompt("New voice code", hide_input=True, confirmation_prompt=True, err=True)
        return code
    return sys.stdin.readline().strip()


def _show(customer: Customer, as_json: bool, verb: str) -> None:
    if as_json:
        console.print_json(_json(customer))
    else:
        where = customer.default_address
        console.say(f"{verb} {customer.name} ({customer.key}){f', {where.one_line}' if where else ''}.")


def _json(customer: Customer) -> dict[str, Any]:
    """A customer; the spend cap in minor units."""
    return {
        "key": customer.key,
        "name": customer.name,
        "email": customer.email,
        "language": customer.language,
        "spend_cap": None if customer.spend_cap is None else customer.spend_cap.amount,
        "has_code": customer.has_code,
        "addresses": [{"key": one.key, "name": one.name, "address": one.one_line} for one in customer.addresses],
    }
