"""Graphs that are kept, and for whom."""

from __future__ import annotations

from dataclasses import replace

from skills.contract import Understood
from skills.understanding import Understanding
from tests.skills.understanding.shops import CAFE, cafe, typed


def test_shops_of_different_kinds_share_one_understanding() -> None:
    """A grocery is asked first; the cafe, served by the same process, still takes a bare order word for word."""
    reader = Understanding()
    grocery = replace(cafe(), words=replace(CAFE, shop="grocery", kind="groceries"))
    reader.understand(typed("a large latte with soy milk please"), grocery)
    outcome = reader.understand(typed("a large latte with soy milk"), cafe())
    assert isinstance(outcome, Understood)
    assert (outcome.intent, outcome.cost, outcome.text) == ("AddToCart", 0.0, "a large latte with soy milk")
    assert outcome.candidates
