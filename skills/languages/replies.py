"""Replies as data: a key leads to one or several wordings, in every language alike.

cart.added:                                # several wordings take turns
  - "I've added {goods}."
  - "{goods}: it's in your cart."
order.listed:                              # plural categories of the language (CLDR), chosen by {count}
  one: "You have one order: {orders}."
  other: "Your last {count} orders: {orders}."
cart.read: {speech: "...", screen: "..."}  # where the eye wants other words than the ear
"""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from importlib import import_module
from pathlib import Path

import yaml
from babel import Locale

from skills.languages.saying import AllOf, AnyOf, Say, Value
from skills.languages.wording import Wording

_FOLDER = Path(__file__).parent


class ReplyMissing(Exception):
    """A language has no template under a key."""

    def __init__(self, language: str, key: str) -> None:
        super().__init__(f"the replies in {language!r} have no {key!r}")
        self.language = language
        self.key = key


@dataclass(frozen=True, slots=True)
class Rendered:
    """A reply in words: plain text for the ear and for the eye."""

    speech: str
    screen: str


@dataclass(frozen=True, slots=True)
class Templates:
    """The wordings under one key. by_plural: plural category to wordings; "other" is always there."""

    by_plural: Mapping[str, tuple[str, ...]]
    screen: tuple[str, ...] | None = None

    def pick(self, plural: str, turn: int) -> tuple[str, str]:
        """The templates for the ear and for the eye; wordings take turns."""
        wordings = self.by_plural.get(plural, self.by_plural["other"])
        speech = wordings[turn % len(wordings)]
        return speech, self.screen[turn % len(self.screen)] if self.screen else speech


class Replies:
    """The replies of one language."""

    def __init__(self, language: str, templates: Mapping[str, Templates], spoken: Wording, shown: Wording) -> None:
        self.language = language
        self._templates = templates
        self._spoken = spoken
        self._shown = shown
        self._plural = Locale.parse(language, sep="-").plural_form

    @property
    def keys(self) -> frozenset[str]:
        """Every key that has a template."""
        return frozenset(self._templates)

    def wordings(self, key: str) -> tuple[str, ...]:
        """Every template under a key."""
        templates = self._templates[key]
        return (*(one for wordings in templates.by_plural.values() for one in wordings), *(templates.screen or ()))

    def render(self, says: Sequence[Say], now: datetime, turn: int = 0) -> Rendered:
        """`says` in words, one after the other. turn: counts up, so that wordings take turns. Raises ReplyMissing."""
        return Rendered(
            " ".join(self._spoken.sentence(self._text(one, self._spoken, now, turn)) for one in says),
            "\n".join(self._shown.sentence(self._text(one, self._shown, now, turn)) for one in says),
        )

    def shown(self, value: Value, now: datetime) -> str:
        """One value for the eye: an amount, a day."""
        return self._shown.put(value, now)

    def _text(self, one: Say, wording: Wording, now: datetime, turn: int) -> str:
        """One of them, for the ear or for the eye."""
        templates = self._templates.get(one.key)
        if templates is None:
            raise ReplyMissing(self.language, one.key)
        count = one.values.get("count")
        speech, screen = templates.pick(self._plural(count) if isinstance(count, int) else "other", turn)
        return self._fill(speech if wording is self._spoken else screen, one.values, wording, now, turn)

    def _fill(self, template: str, values: Mapping[str, Value], wording: Wording, now: datetime, turn: int) -> str:
        parts: list[str] = []
        for literal, name, particle, _ in string.Formatter().parse(template):
            parts.append(literal)
            if name is not None:
                parts.append(wording.put(self._nested(values[name], wording, now, turn), now, particle or ""))
        return "".join(parts)

    def _nested(self, value: Value, wording: Wording, now: datetime, turn: int) -> Value:
        """A reply inside a reply ("it's {status}") becomes text first; lists are walked."""
        if isinstance(value, Say):
            return self._text(value, wording, now, turn)
        if isinstance(value, AllOf):
            return AllOf(tuple(self._nested(one, wording, now, turn) for one in value.values))
        if isinstance(value, AnyOf):
            return AnyOf(tuple(self._nested(one, wording, now, turn) for one in value.values))
        return value


@lru_cache
def replies(language: str) -> Replies:
    """The replies of a language: <language>/replies.yaml and <language>/wording.py."""
    text = (_FOLDER / language / "replies.yaml").read_text(encoding="utf-8")
    templates = {key: _templates(node) for key, node in yaml.safe_load(text).items()}
    wording = import_module(f"skills.languages.{language}.wording")
    return Replies(language, templates, wording.Spoken(), wording.Shown())


def _templates(node: str | list[str] | dict[str, str | list[str]]) -> Templates:
    if not isinstance(node, dict):
        return Templates({"other": _several(node)})
    if "speech" in node:
        return Templates({"other": _several(node["speech"])}, _several(node["screen"]))
    return Templates({category: _several(wordings) for category, wordings in node.items()})


def _several(node: str | list[str]) -> tuple[str, ...]:
    return (node,) if isinstance(node, str) else tuple(node)
