"""The page of intents and their JSON schema follow the data."""

from __future__ import annotations

from pathlib import Path

import pytest

from skills.languages import load
from skills.languages.describing import documents, schema, slots_schema

DOCS = Path(__file__).parents[3] / "docs"


@pytest.mark.parametrize("name", sorted(documents()))
def test_the_page_is_up_to_date(name: str) -> None:
    """docs/intents.* are what `python -m skills.languages.describing docs` writes."""
    assert (DOCS / name).read_text(encoding="utf-8") == documents()[name]


def test_the_schema_names_every_intent_once() -> None:
    """Intents that are sayable at several moments stand in the schema once."""
    model = load("en")
    listed = [entry["title"] for entry in schema(model)["oneOf"]]  # type: ignore[attr-defined]
    assert sorted(listed) == sorted({intent.name for intent in model.intents})


def test_an_intents_slots_are_typed() -> None:
    """Money is whole minor units, and no slot beyond the described ones is allowed."""
    slots = slots_schema(load("en").intent("PayBill"))
    assert slots["properties"]["amount"]["type"] == "integer"  # type: ignore[index]
    assert slots["additionalProperties"] is False
