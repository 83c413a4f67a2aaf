"""The benchmark of whole orders: any order, nothing missing, nothing more, and lenient about what is not said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bench import understand
from bench.moments import sample_shops
from voicecart.assembly import Assembly

ORDER = "two large pizzas, one with ham and no onions, the other half mushrooms, and three cokes"
HAM = {"group": "toppings", "value": "ham"}
NO_ONIONS = {"group": "toppings", "value": "onions", "amount": "no"}
LARGE = {"group": "size", "value": "fourteen inch"}
FIRST = {"sku": "PIZZA", "options": [LARGE, HAM, NO_ONIONS]}
SECOND = {"name": "pizza", "options": [{"group": "toppings", "value": "mushroom"}, LARGE]}
COKES = {"name": "coke", "quantity": 3}


@pytest.fixture(scope="module")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    shops = sample_shops(tmp_path_factory.mktemp("shops"))
    shops.settings = shops.settings.model_copy(update={"shop": "pizza"})
    return shops


def figures(assembly: Assembly, folder: Path, capsys: pytest.CaptureFixture[str], *lines: object) -> dict[str, Any]:
    """The row that the benchmark writes."""
    tests = folder / "orders.jsonl"
    tests.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert understand.run(assembly, tests, as_json=True) == 0
    row: dict[str, Any] = json.loads(capsys.readouterr().out)
    return row


@pytest.mark.parametrize(
    ("items", "right"),
    [
        ([FIRST, SECOND, COKES], 1),
        ([COKES, SECOND, FIRST], 1),
        ([FIRST, SECOND, {"name": "coke", "quantity": 2}, {"name": "coke"}], 1),
        ([FIRST, SECOND], 0),
        ([FIRST, SECOND, COKES, {"name": "fries"}], 0),
        ([FIRST, SECOND, {**COKES, "quantity": 2}], 0),
        ([{**FIRST, "options": [LARGE, HAM]}, SECOND, COKES], 0),
        ([{**FIRST, "options": [LARGE, HAM, {"group": "toppings", "value": "onions"}]}, SECOND, COKES], 0),
        ([{**FIRST, "sku": "HAWAIIAN"}, SECOND, COKES], 0),
    ],
)
def test_an_order_is_right_as_a_whole(
    assembly: Assembly, tmp_path: Path, capsys: pytest.CaptureFixture[str], items: list[object], right: int
) -> None:
    """Items in any order and added up; a missing, an additional, a miscounted or another item is wrong."""
    row = figures(assembly, tmp_path, capsys, {"text": ORDER, "items": items})
    assert (row["n"], row["right"], row["accuracy"]) == (1, right, right)
    assert row["ms_p95"] >= row["ms_p50"] >= 0


def test_a_question_about_an_item_is_no_order_for_it(
    assembly: Assembly, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only what would be added counts."""
    assert (
        figures(assembly, tmp_path, capsys, {"text": "how much is a hawaiian", "items": [{"name": "hawaiian"}]})[
            "right"
        ]
        == 0
    )


@pytest.mark.parametrize(
    "line", [{"text": "a pizza"}, {"text": "a pizza", "items": 3}, {"text": "a pizza", "items": [3]}]
)
def test_a_line_that_can_not_be_used_is_named(assembly: Assembly, tmp_path: Path, line: object) -> None:
    """The error says which line of which file it is."""
    tests = tmp_path / "orders.jsonl"
    tests.write_text(json.dumps({"text": "a pizza", "items": [{"name": "pizza"}]}) + "\n" + json.dumps(line) + "\n")
    with pytest.raises(understand.BadOrders, match=r"orders\.jsonl, line 2"):
        understand.run(assembly, tests)
