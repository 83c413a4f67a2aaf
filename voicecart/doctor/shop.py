"""The shop: its database, and the service where it is somewhere else."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import requests

from commerce.errors import CommerceError, StorageError
from commerce.shop import shops
from commerce.storage.database import NEWEST_REVISION, Database
from commerce.storage.engines import SAFE_SQLITE
from commerce.storage.sqlite import sqlite
from voicecart.assembly import Assembly
from voicecart.device.service_door import NotPaired, ServiceDoor, ServiceProblem
from voicecart.device.tokens import PairedShop, Tokens, TokensUnreadable
from voicecart.doctor.finding import Finding, ok, problem, warning

_PATIENCE = 4.0  # seconds
_SLOW = 0.5


def sqlite_program() -> Finding:
    """Whether the SQLite that is used is free of the bug that corrupts databases."""
    least = ".".join(map(str, SAFE_SQLITE))
    found = f"SQLite {sqlite.sqlite_version}, at least {least} is needed"
    if sqlite.sqlite_version_info < SAFE_SQLITE:
        return problem("sqlite", found, "Install the locked packages again: they carry a newer one.")
    return ok("sqlite", found)


def database(assembly: Assembly) -> Iterator[Finding]:
    """Whether the database can be read, is of this version, and has the shop. Changes nothing."""
    settings = assembly.settings
    file = settings.data_folder / "voicecart.sqlite3"
    if settings.database is None and not file.is_file():
        yield warning("database", f"{file} is not there yet", "Any command makes it: voicecart shop list")
        return
    try:
        found = Database.open(settings.database_url, must_exist=True)
        revision = found.revision()
        keys = [shop.key for shop in shops(found)] if revision == NEWEST_REVISION else []
    except StorageError as error:
        yield problem("database", str(error), "Start the database, or name another with --database.")
        return
    if revision != NEWEST_REVISION:
        told = f"{found.url} has tables of version {revision or 'none'}, {NEWEST_REVISION} is needed"
        yield problem("database", told, "Run: voicecart db upgrade")
        return
    yield ok("database", f"{found.url}, tables of version {revision}, shops: {', '.join(keys) or 'none'}")
    yield _shop(assembly, keys)


def _shop(assembly: Assembly, keys: list[str]) -> Finding:
    wanted = assembly.settings.shop
    if wanted not in keys:
        return problem("shop", f"there is no shop {wanted}", "Name one with --shop, or run: voicecart shop import")
    try:
        shop = assembly.shop()
        customer = assembly.customer(shop)
    except CommerceError as error:
        return problem("shop", str(error), "Name a customer with --customer, or run: voicecart customer add")
    return ok("shop", f"{shop.info.name} ({shop.info.language}), customer {customer}")


def language(assembly: Assembly) -> str:
    """The shop's language; English as long as it can't be read."""
    try:
        found = Database.open(assembly.settings.database_url, must_exist=True)
        spoken = {shop.key: shop.language for shop in shops(found)}
    except StorageError:
        return "en"
    return spoken.get(assembly.settings.shop, "en")


def service(url: str) -> Finding:
    """Whether the service is there and ready."""
    began = time.monotonic()
    try:
        answer = requests.get(f"{url}/ready", timeout=_PATIENCE)
    except requests.RequestException as error:
        advice = "Start it with voicecart serve, or check the address, the network and the firewall."
        return problem("service", f"{url} does not answer ({type(error).__name__})", advice)
    took = time.monotonic() - began
    if not answer.ok:
        return problem("service", f"{url} answers {answer.status_code}", "See the service's own log.", seconds=took)
    if took > _SLOW:
        return warning("service", f"{url} needs {took:.1f} s to say that it is ready", "Move nearer.", seconds=took)
    return ok("service", f"{url} is ready, {took * 1000:.0f} ms away", seconds=took)


def pairing(folder: Path, url: str) -> tuple[Finding, PairedShop | None]:
    """Whether the service knows this device, and what was written down of it. folder: the data folder."""
    pair = f"Run: voicecart pair --service {url}"
    try:
        paired = Tokens(folder).find(url)
    except TokensUnreadable as error:
        return problem("pairing", str(error), pair), None
    if paired is None:
        return problem("pairing", f"this machine was never let in at {url}", pair), None
    door = ServiceDoor(paired)
    try:
        shop = door.shop()
    except NotPaired:
        return problem("pairing", f"{url} does not know this device any more", pair), paired
    except ServiceProblem as error:
        return problem("pairing", str(error), "Mend the service first."), paired
    finally:
        door.close()
    buying = "may buy" if shop["device"]["may_buy"] else "may not buy (its owner can switch that on)"
    return ok("pairing", f"{shop['device']['name']} of {shop['customer']['name']} at {shop['name']}, {buying}"), paired
