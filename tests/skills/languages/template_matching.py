"""Whether a template can say a sentence whose slots are already marked: a small, slow oracle for the tests."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from hassil.expression import Alternative, Expression, Group, ListReference, RuleReference, Sequence, TextChunk

from skills.languages import LanguageModel
from skills.languages.templates import parse_template

# A space between two parts may vanish when one of them is empty; words still may not run together.
_GAP = r"(?:\b|(?<=\W))\s*"


def marked(sentence: str, slots: Mapping[str, str]) -> str:
    """The sentence with every slot's words replaced by a marker, as `oracle` expects them."""
    for name, value in slots.items():
        assert sentence.count(value) == 1, f"{value!r} must stand once in {sentence!r}"
        sentence = sentence.replace(value, _marker(name))
    return sentence


@cache
def oracle(model: LanguageModelKey, template: str) -> re.Pattern[str]:
    """A pattern that fully matches every marked sentence of the template."""
    return re.compile(_pattern(parse_template(template).expression, model.expansions) + r"\s*")


class LanguageModelKey:
    """A language model's expansions, hashable by identity for the cache."""

    def __init__(self, model: LanguageModel) -> None:
        self.expansions = dict(model.expansions)


def _marker(slot: str) -> str:
    return f"slot_{slot}"


def _pattern(expression: Expression, rules: Mapping[str, str]) -> str:
    match expression:
        case TextChunk():
            return re.sub(r"(?:\\?\s)+", lambda _: _GAP, re.escape(expression.text))
        case ListReference():
            return _marker(expression.slot_name)
        case RuleReference():
            return f"(?:{_pattern(parse_template(rules[expression.rule_name]).expression, rules)})"
        case Alternative():
            return f"(?:{'|'.join(_pattern(item, rules) for item in expression.items)})"
        case Sequence() | Group():
            return "".join(_pattern(item, rules) for item in expression.items)
        case _:
            raise TypeError(f"unknown part of a template: {expression!r}")
