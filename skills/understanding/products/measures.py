"""The English words for measures, packs and containers, as `words_of` spells them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_MEASURES = (
    "litre", "millilitre", "centilitre", "ounce", "gallon", "quart", "pint", "pound", "kilo", "gram", "inch", "yard",
)  # fmt: skip

MEASURES: Mapping[str, str] = MappingProxyType(
    {measure: measure for measure in _MEASURES}
    | {f"{measure}s": measure for measure in _MEASURES}
    | {"inches": "inch", "kilos": "kilo", "kilogram": "kilo", "kilograms": "kilo", "feet": "feet", "foot": "feet"}
)
"""Singular and plural to the singular."""

PIECES = frozenset({"gallon", "quart", "pint", "pound", "litre"})
"""Measures that are also sold as one: "two gallons of milk" are two, of a gallon each; "a gallon of milk" is one."""

FRACTIONS = (("half", "a"), ("half",), ("a", "half"), ("quarter",), ("three", "quarter"), ("a", "quarter"))
SHARES = frozenset({"half", "quarter"})

PACKS = ("pack", "count", "piece", "packet")
"""What a number of pieces is named by."""

DOZENS: Mapping[str, int] = MappingProxyType({"dozen": 12, "dozens": 12})

CONTAINERS = (
    "bag", "bar", "block", "bottle", "bowl", "box", "bunch", "can", "carton", "case", "crate", "cup", "head", "jar",
    "jug", "loaf", "pack", "package", "packet", "pair", "piece", "portion", "roll", "slice", "stick", "tin", "tub",
    "tube",
)  # fmt: skip
