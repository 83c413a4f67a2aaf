"""A shop with a past that a test makes up: who bought what, and how many days ago."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import mkdtemp

import yaml

from tests.commerce.corner import FILES, Corner, open_corner
from tests.commerce.places import Place

Past = Mapping[str, Sequence[tuple[int, str]]]
"""By customer: days ago, and SKUs with a space between them."""


def open_with_past(place: Place, past: Past, status: str = "delivered", reviews: str = "") -> Corner:
    """The corner shop, whose customers bought just this. reviews: a reviews.yaml."""
    folder = Path(mkdtemp(prefix="voicecart-habits-"))
    for name in ("shop", "catalogue"):
        shutil.copy(FILES / f"{name}.yaml", folder)
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
    (folder / "customers.yaml").write_text(yaml.safe_dump({"customers": customers}), encoding="utf-8")
    (folder / "reviews.yaml").write_text(reviews or "{}", encoding="utf-8")
    try:
        return open_corner(place, files=folder)
    finally:
        shutil.rmtree(folder)
