"""The values of the package's own slot types: the shop's products, and usual words for what is each customer's own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from commerce.catalogue.products import Product
from skills.alexa.samples import ACCOUNT, ADDRESS, CHOICE, COUPON, PAYEE, PRODUCT
from skills.alexa.ssml import shown
from skills.alexa.wording import Words

MOST_VALUES = 50_000  # of all types together, synonyms included; Alexa takes no more
LONGEST = 140  # characters of a value
_UNSAID = re.compile(r"[^\w\s'.&-]")


def slot_types(products: Sequence[Product], words: Words) -> list[dict[str, Any]]:
    """Every type with its values. Of too large a catalogue the last products are left out; Alexa hears others, too."""
    given = {
        ACCOUNT: words.accounts,
        ADDRESS: words.addresses,
        CHOICE: words.choices,
        COUPON: words.coupons,
        PAYEE: words.payees,
    }
    types = [_type(name, enumerate((value,) for value in values), MOST_VALUES) for name, values in given.items()]
    room = MOST_VALUES - sum(map(_size, (value for kind in types for value in kind["values"])))
    return [_type(PRODUCT, ((product.key, product.names) for product in products), room), *types]


def _type(name: str, values: Iterable[tuple[object, Sequence[str]]], room: int) -> dict[str, Any]:
    """Alexa wants every value once, and takes a name that stands for two of them for the first."""
    taken: set[str] = set()
    kept: list[dict[str, Any]] = []
    for key, names in values:
        for value in _value(str(key), names, taken):
            room -= _size(value)
            if room < 0:
                return {"name": name, "values": kept}
            kept.append(value)
    return {"name": name, "values": kept}


def _value(key: str, names: Sequence[str], taken: set[str]) -> Iterator[dict[str, Any]]:
    said = [name for name in dict.fromkeys(map(_sayable, names)) if name and name.lower() not in taken]
    taken.update(name.lower() for name in said)
    if said:
        yield {"id": _identifier(key), "name": {"value": said[0], "synonyms": said[1:]}}


def _sayable(name: str) -> str:
    """A name without signs that nobody says."""
    return " ".join(_UNSAID.sub(" ", shown(name, LONGEST)).split())[:LONGEST].strip()


def _identifier(key: str) -> str:
    return re.sub(r"[^\w-]", "_", key)[:LONGEST]


def _size(value: dict[str, Any]) -> int:
    return 1 + len(value["name"]["synonyms"])
