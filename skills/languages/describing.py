"""The intents for readers and machines: docs/intents.md and docs/intents.schema.json, made from the data.

`python -m skills.languages.describing FOLDER` writes both; a test fails while they differ from the data.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from skills.languages.model import IntentModel, LanguageModel, SlotModel, SlotType, When
from skills.languages.reading import languages, load

_OPTION = {
    "type": "object",
    "properties": {
        "group": {"type": "string"},
        "value": {"type": "string"},
        "amount": {"type": ["string", "null"]},
        "spoken": {"type": "string"},
    },
    "required": ["group", "value", "amount", "spoken"],
}
_ITEM = {
    "type": "object",
    "properties": {
        "sku": {"type": ["string", "null"], "description": "null until the words are resolved to one variant"},
        "name": {"type": "string"},
        "quantity": {"type": "integer", "minimum": 1},
        "options": {"type": "array", "items": _OPTION},
    },
    "required": ["sku", "name", "quantity", "options"],
}
_TYPES: Mapping[SlotType, Mapping[str, object]] = {
    SlotType.ITEMS: {"type": "array", "items": _ITEM, "minItems": 1},
    SlotType.PRODUCT: {"type": "array", "items": _ITEM, "minItems": 1},
    SlotType.QUANTITY: {"type": "integer", "minimum": 1},
    SlotType.AMOUNT: {"type": "integer", "minimum": 0, "description": "minor units of the shop's currency"},
    SlotType.PAYEE: {"type": "string", "description": "key of one of the customer's payees"},
    SlotType.ACCOUNT: {"type": "string", "description": "key of one of the customer's accounts"},
    SlotType.ADDRESS: {"type": "string", "description": "key of one of the customer's addresses"},
    SlotType.COUPON: {"type": "string", "description": "key of one of the shop's coupons"},
    SlotType.ORDER_NUMBER: {"type": "string", "pattern": "^[0-9]+$"},
    SlotType.CHOICE: {"type": "integer", "minimum": 1, "description": "position among the choices just read out"},
    SlotType.CODE: {"type": "string", "pattern": "^[0-9]+$"},
}


def schema(model: LanguageModel) -> dict[str, object]:
    """A JSON schema of an understood outcome's `intent` and `slots`.

    A slot that the dialogue asks for is not required here: it may have been left unsaid.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "An intent with its slots",
        "oneOf": [_intent_schema(intent) for intent in _once(model)],
    }


def _intent_schema(intent: IntentModel) -> dict[str, object]:
    return {
        "title": intent.name,
        "description": intent.about,
        "type": "object",
        "properties": {"intent": {"const": intent.name}, "slots": slots_schema(intent)},
        "required": ["intent", "slots"],
    }


def slots_schema(intent: IntentModel) -> dict[str, object]:
    """The JSON schema of one intent's slots."""
    return {
        "type": "object",
        "properties": {slot.name: dict(_TYPES[slot.type]) for slot in intent.slots},
        "additionalProperties": False,
    }


def page(models: tuple[LanguageModel, ...]) -> str:
    """docs/intents.md: what each intent does, its slots, when it can be said and how. models: the fullest first."""
    return "\n".join(_lines(models)) + "\n"


def _lines(models: tuple[LanguageModel, ...]) -> Iterator[str]:
    main = models[0]
    yield "# Intents"
    yield ""
    yield "Made from `skills/languages/` by `python -m skills.languages.describing docs`; do not edit."
    yield "As a JSON schema: [intents.schema.json](intents.schema.json)."
    for intent in _once(main):
        yield ""
        yield f"## {intent.name}"
        yield ""
        yield intent.about
        yield ""
        tags = [model.language for model in models if any(other.name == intent.name for other in model.intents)]
        yield f"Languages: {', '.join(tags)}. Sayable: {_moment(intent.when)}."
        yield from _examples(intent)
        if intent.slots:
            yield ""
            yield "| slot | type | asked for when missing | JSON schema |"
            yield "| --- | --- | --- | --- |"
            yield from (_slot_row(slot) for slot in intent.slots)


def _examples(intent: IntentModel) -> Iterator[str]:
    ways = intent.phrasings[:4]
    if ways:
        yield ""
        yield "Such as: " + "; ".join(f'"{way.sentences[0]}"' for way in ways if way.sentences) + "."


def _slot_row(slot: SlotModel) -> str:
    shape = dict(_TYPES[slot.type])
    if "items" in shape:
        shape["items"] = "an item"
    return f"| `{slot.name}` | {slot.type.value} | {'yes' if slot.required else 'no'} | `{json.dumps(shape)}` |"


def _moment(when: When) -> str:
    parts = []
    if when.shops:
        parts.append("in shops of kind " + ", ".join(when.shops))
    if when.needs:
        parts.append("where there are " + " and ".join(when.needs))
    if when.expects:
        parts.append("while the assistant expects " + ", ".join(kind.value for kind in when.expects))
    return "; ".join(parts) or "always"


def _once(model: LanguageModel) -> tuple[IntentModel, ...]:
    """Every intent at its usual moments."""
    return tuple({intent.name: intent for intent in reversed(model.intents)}.values())[::-1]


def documents() -> dict[str, str]:
    """File name to text. The first language is English, which has every intent."""
    models = tuple(load(language) for language in sorted(languages(), key=lambda tag: (tag != "en", tag)))
    return {
        "intents.md": page(models),
        "intents.schema.json": json.dumps(schema(models[0]), indent=2, ensure_ascii=False) + "\n",
    }


if __name__ == "__main__":
    for name, text in documents().items():
        (Path(sys.argv[1]) / name).write_text(text, encoding="utf-8")
