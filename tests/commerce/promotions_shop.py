"""The corner shop with promotions, for the tests about them: imported once for each set of promotions, then copied."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.commerce.corner import FILES, Corner, open_corner
from tests.commerce.places import Place

LOYALTY = {"name": "Corner points", "spend": 1, "worth": 0.05}
"""A point for each dollar, and five cents off for each point."""

Promotion = Mapping[str, Any]


def promotion(kind: str, **fields: Any) -> Promotion:
    """A promotion as promotions.yaml has it, called like its kind unless it is named."""
    return {"key": kind.replace("_", "-"), "name": f"The {kind}", "kind": kind, **fields}


COUPONS = (
    promotion("percent", key="a-tenth-off-milk", code="TENTH", percent=0.1, products=["milk"]),
    promotion("percent", key="a-tenth-off-wine", code="WINE", percent=0.1, products=["wine"]),
    promotion("amount", key="half-a-dollar-a-milk", code="EACH", amount=0.5, products=["milk"]),
    promotion("amount", key="five-off", code="FIVE", amount=5),
    promotion("amount", key="too-much-off", code="HUNDRED", amount=100),
    promotion("multi_buy", code="THREE", buy=3, pay=2, products=["milk"]),
    promotion("bundle", code="BREAKFAST", price=5, products=["milk", "latte"]),
    promotion("percent", key="from-7-48", code="FROM748", percent=0.5, minimum=7.48),
    promotion("percent", key="from-7-47", code="FROM747", percent=0.5, minimum=7.47),
    promotion("percent", key="all-off", code="ALL", percent=1),
    promotion("amount", key="two-off", name="Two dollars off", code="TwoOff", amount=2.0, spoken=["two off"]),
    promotion("amount", key="two-off-once", code="LAST", amount=2, uses=1),
    promotion("amount", key="two-off-each", code="ONCE", amount=2, uses=1, uses_per_customer=1),
    *(promotion("amount", key=f"round-{n}", code=f"ROUND{n}", amount=1, uses=1) for n in range(4)),
    promotion("amount", key="early", code="EARLY", amount=1, starts="+1d"),
    promotion("amount", key="over", code="OVER", amount=1, ends="-1d"),
    promotion("amount", key="gone", code="GONE", amount=1, uses=3, used=3),
    promotion("amount", key="flash", code="FLASH", amount=1, ends="2026-03-02T12:02:00Z"),
)


def open_with(place: Place, *promotions: Promotion, delivery: Mapping[str, Any] | None = None) -> Corner:
    """The shop at noon with its points and these promotions, the coupons when none are named.

    delivery: instead of the corner shop's own terms.
    """
    terms = "" if delivery is None else yaml.safe_dump({"delivery": dict(delivery)})
    return open_corner(place, files=files_with(promotions_file(*(promotions or COUPONS)), terms))


def promotions_file(*promotions: Promotion) -> str:
    """A promotions.yaml with these and the shop's points."""
    return yaml.safe_dump({"loyalty": LOYALTY, "promotions": [dict(each) for each in promotions]}, sort_keys=False)


@cache
def files_with(promotions: str, delivery: str = "") -> Path:
    """The corner shop's files with this promotions.yaml, and this part of shop.yaml where it is given."""
    folder = Path(tempfile.mkdtemp(prefix="voicecart-promotions-")) / "shop"
    shutil.copytree(FILES, folder)
    (folder / "promotions.yaml").write_text(promotions, encoding="utf-8")
    if delivery:
        shop = folder / "shop.yaml"
        others = [line for line in shop.read_text(encoding="utf-8").splitlines() if not line.startswith("delivery:")]
        shop.write_text("\n".join([*others, delivery]), encoding="utf-8")
    return folder
