"""What a reply says, before any language puts it into words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

from commerce.money import Money


@dataclass(frozen=True, slots=True)
class Goods:
    """Something to buy, as a phrase: "two one litre cartons of oat milk", "a large latte with soy milk".

    name: the product's, without its brand. unit: what is counted ("carton"), or None.
    kind: what tells the variant from the product's others ("1 litre").
    before, after: options that stand before the noun ("large") and behind it ("a bit of soy milk").
    """

    name: str
    quantity: int = 1
    unit: str | None = None
    kind: str | None = None
    brand: str | None = None
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GoodsName:
    """The same without a quantity: "oat milk", "large latte"."""

    goods: Goods


@dataclass(frozen=True, slots=True)
class Kind:
    """What tells one variant from another: "1 litre"."""

    text: str


@dataclass(frozen=True, slots=True)
class OrderNumber:
    """An order's number, spoken in pairs of digits."""

    number: str


@dataclass(frozen=True, slots=True)
class AllOf:
    """A list joined by "and"."""

    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """A list of alternatives joined by "or"."""

    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Say:
    """A reply template and what fills it. `count` among the values chooses between singular and plural wordings."""

    key: str
    values: Mapping[str, Value]


Value: TypeAlias = "str | int | Money | datetime | date | Goods | GoodsName | Kind | OrderNumber | AllOf | AnyOf | Say"


def say(key: str, **values: Value) -> Say:
    """A reply under `key`, filled with `values`."""
    return Say(key, values)
