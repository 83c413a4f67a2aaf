"""What lets this machine in at a shop far away: tokens from pairing, in one file that only its user can read."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import mkstemp

from pydantic import TypeAdapter, ValidationError

NAME = "paired-shops.json"


class PairingProblem(Exception):
    """This device was not let in. str() says what to do."""


class TokensUnreadable(Exception):
    """The file is there, but damaged. str() says what to do."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} can't be read; remove it and pair again")
        self.path = path


@dataclass(frozen=True, slots=True)
class PairedShop:
    """A shop that let this device in.

    service: its address, without a slash at the end. token: the device's secret. customer, shop: keys.
    """

    service: str
    token: str
    customer: str
    shop: str
    language: str


_ADAPTER = TypeAdapter(dict[str, PairedShop])


class Tokens:
    """The shops that let this machine in. folder: the data folder."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME

    def find(self, service: str) -> PairedShop | None:
        """What to go with to the service at this address. Raises TokensUnreadable."""
        return self._read().get(plain_address(service))

    def only(self) -> PairedShop | None:
        """The one shop that let this machine in; None when there is none, or several. Raises TokensUnreadable."""
        known = list(self._read().values())
        return known[0] if len(known) == 1 else None

    def keep(self, shop: PairedShop) -> Path:
        """Write a shop down, instead of what was known of its address. Raises TokensUnreadable."""
        return self._write(self._read() | {plain_address(shop.service): shop})

    def drop(self, service: str) -> None:
        """Forget a shop. Raises TokensUnreadable."""
        self._write({address: shop for address, shop in self._read().items() if address != plain_address(service)})

    def _read(self) -> dict[str, PairedShop]:
        if not self._path.exists():
            return {}
        try:
            return _ADAPTER.validate_json(self._path.read_bytes())
        except ValidationError:  # its text would show what stands in the file
            raise TokensUnreadable(self._path) from None

    def _write(self, shops: dict[str, PairedShop]) -> Path:
        """Replace the file as a whole; a temporary one is made with mode 0600."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = mkstemp(dir=self._path.parent, prefix=NAME)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump({address: asdict(shop) for address, shop in shops.items()}, file, indent=2)
        Path(name).replace(self._path)
        return self._path


def plain_address(service: str) -> str:
    """A service's address as addresses are compared."""
    return service.strip().rstrip("/")
