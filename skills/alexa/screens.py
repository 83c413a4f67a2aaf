"""What a speaker with a screen shows: one document of lines, for the cart, the orders and the choices."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ask_sdk_model.interfaces.alexa.presentation.apl import RenderDocumentDirective

from skills.alexa.calls import CHOSEN
from skills.alexa.ssml import shown

MOST_BYTES = 6_000  # of all lines, as JSON: the whole answer may have 24 KB
_LONGEST = 200  # characters of one text
_SCREEN = "shop"


@dataclass(frozen=True, slots=True)
class Line:
    """A line. detail: stands at its end, smaller. choice: the position that is chosen by touching it."""

    text: str
    detail: str = ""
    choice: int | None = None


def screen(title: str, lines: Sequence[Line], footnote: str = "") -> RenderDocumentDirective:
    """Shows the lines; those for which there is no room are left out."""
    rows: list[dict[str, Any]] = []
    room = MOST_BYTES
    for line in lines:
        row = {"text": shown(line.text, _LONGEST), "detail": shown(line.detail, _LONGEST), "choice": line.choice or 0}
        room -= len(json.dumps(row))
        if room < 0:
            break
        rows.append(row)
    data = {"title": shown(title, _LONGEST), "footnote": shown(footnote, _LONGEST), "rows": rows}
    return RenderDocumentDirective(token=_SCREEN, document=_DOCUMENT, datasources={"shop": data})


def _text(value: str, size: str, color: str = "#ffffff") -> dict[str, Any]:
    return {"type": "Text", "text": value, "fontSize": size, "color": color, "paddingBottom": "8dp"}


_ROW = {
    "type": "TouchWrapper",
    "disabled": "${data.choice == 0}",
    "onPress": {"type": "SendEvent", "arguments": [CHOSEN, "${data.choice}"]},
    "item": {
        "type": "Container",
        "direction": "row",
        "justifyContent": "spaceBetween",
        "items": [
            {**_text("${data.choice == 0 ? '' : data.choice + '. '}${data.text}", "28dp"), "shrink": 1},
            _text("${data.detail}", "24dp", "#cccccc"),
        ],
    },
}
_DOCUMENT: dict[str, Any] = {
    "type": "APL",
    "version": "1.6",
    "mainTemplate": {
        "parameters": ["shop"],
        "items": [
            {
                "type": "Container",
                "width": "100vw",
                "height": "100vh",
                "padding": "32dp",
                "items": [
                    _text("${shop.title}", "36dp"),
                    {"type": "Sequence", "grow": 1, "shrink": 1, "data": "${shop.rows}", "items": [_ROW]},
                    _text("${shop.footnote}", "28dp"),
                ],
            }
        ],
    },
}
