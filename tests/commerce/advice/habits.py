"""A shop with a past that a test makes up: who bought what, and how many days ago."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import yaml

from tests.commerce.corner import FILES, Corner, open_corner
from tests.commerce.places import Place

Past = Mapping[str, Sequence[tuple[int, str]]]
"""By customer: days ago, and SKUs with a space between them."""


def open_with_past(place: Place, past: Past, status: str = "delivered", reviews: str = "") -> Corner:
    """The corner shop, whose customers bought just this. reviews: a reviews.yaml."""
    customers = [
        {
            "key": customer,
            "name": customer.title(),
            "email": f"{customer}@shoppers.example",
            "orders": [
                {"number": f"{position}{index}", "placed": f"-{days}d", "status": status}
                | {"lines": [{"sku": sku} for sku in skus.split()]}
                for index, (days, skus) in enumerate(bought)
            ],
        }
        for position, (customer, bought) in enumerate(past.items(), start=1)
    ]
    return open_corner(place, files=_files(yaml.safe_dump({"customers": customers}), reviews or "{}"))


@cache
def _files(customers: str, reviews: str) -> Path:
    """A folder for each past, made once a run: what was imported from a folder is then copied for every test."""
    folder = Path(mkdtemp(prefix="voicecart-habits-"))
    for name in ("shop", "catalogue"):
        shutil.copy(FILES / f"{name}.yaml", folder)
    (folder / "customers.yaml").write_text(customers, encoding="utf-8")
    (folder / "reviews.yaml").write_text(reviews, encoding="utf-8")
    return folder
