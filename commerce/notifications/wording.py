"""From an event to words: templates are data, one file a language."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints

from commerce.notifications.events import Event

FALLBACK = "en"
LINES = "{lines}"

Template = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class EventTemplates(BaseModel):
    """The words for one event."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    subject: Template
    text: Template
    short: Template


class Templates(BaseModel):
    """One language's words. line: one thing bought; discount: what a promotion took off."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    hello: Template
    goodbye: Template
    unsubscribe: Template
    line: Template
    discount: Template
    events: dict[Event, EventTemplates]


@dataclass(frozen=True, slots=True)
class Bought:
    """One line of a message's list. price: as it is written."""

    item: str
    quantity: int
    price: str


@dataclass(frozen=True, slots=True)
class TakenOff:
    """One discount, below what was bought. price: as it is written, without a sign."""

    item: str
    price: str


@dataclass(frozen=True, slots=True)
class Words:
    """A message in words. short: one line."""

    subject: str
    text: str
    html: str
    short: str


def languages() -> tuple[str, ...]:
    """The languages that there are templates for."""
    return tuple(sorted(file.name.removesuffix(".yaml") for file in _folder().iterdir() if file.name.endswith(".yaml")))


def templates_for(language: str) -> Templates:
    """The templates of a language (BCP 47), or of English when there are none."""
    base = language.partition("-")[0]
    return _load(base if base in languages() else FALLBACK)


def put_in_words(
    event: Event,
    language: str,
    fields: Mapping[str, str],
    lines: tuple[Bought | TakenOff, ...] = (),
    unsubscribe: str = "",
) -> Words:
    """The message about an event. fields: what the templates may name; unsubscribe: a link, "" for no advertising."""
    templates = templates_for(language)
    words = templates.events[event]
    ending = [templates.unsubscribe] if unsubscribe else []
    paragraphs = [templates.hello, *words.text.split("\n\n"), templates.goodbye, *ending]
    known = {**fields, "unsubscribe": unsubscribe}
    items = [_item(templates, line) for line in lines]
    plain = ["\n".join(items) if text == LINES else _fill(text, known) for text in paragraphs]
    rich = [
        _html_list(items) if text == LINES else _html(filled) for text, filled in zip(paragraphs, plain, strict=True)
    ]
    return Words(
        subject=_clean(_fill(words.subject, known)),
        text="\n\n".join(plain) + "\n",
        html=_page(language, rich),
        short=_clean(_fill(words.short, known)),
    )


def _item(templates: Templates, line: Bought | TakenOff) -> str:
    if isinstance(line, TakenOff):
        return templates.discount.format(item=_clean(line.item), price=line.price)
    return templates.line.format(item=_clean(line.item), quantity=line.quantity, price=line.price)


def _fill(template: str, fields: Mapping[str, str]) -> str:
    """One pass: what a field holds is never read as a template."""
    return template.strip().format_map({name: _clean(value) for name, value in fields.items()})


def _clean(value: str) -> str:
    """On one line: a name can't bring a header or a paragraph of its own."""
    return " ".join(value.split())


def _html(paragraph: str) -> str:
    return "<p>" + "<br>".join(html.escape(line) for line in paragraph.splitlines()) + "</p>"


def _html_list(items: list[str]) -> str:
    return "<ul>" + "".join(f"<li>{html.escape(item)}</li>" for item in items) + "</ul>"


def _page(language: str, paragraphs: list[str]) -> str:
    return f'<!doctype html><html lang="{html.escape(language)}"><body>{"".join(paragraphs)}</body></html>'


def _folder() -> Traversable:
    return files("commerce.notifications") / "templates"


@cache
def _load(language: str) -> Templates:
    content = (_folder() / f"{language}.yaml").read_text(encoding="utf-8")
    return Templates.model_validate(yaml.safe_load(content))
