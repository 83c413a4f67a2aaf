"""Alexa's rules for a skill's manifest: developer.amazon.com/docs/alexa/smapi/skill-manifest.html (2026-11-22)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

_MOST_PHRASES = 3
_LENGTHS = {"name": (2, 50), "summary": (1, 160), "description": (1, 4_000)}


def manifest_problems(document: dict[str, Any], invocation: str, models: set[str]) -> Iterator[str]:
    """What is wrong in skill.json. invocation: the skill's. models: the locales that have an interaction model."""
    manifest = document.get("manifest", {})
    published = manifest.get("publishingInformation", {})
    locales = published.get("locales", {})
    if set(locales) != models:
        yield f"its locales are {_listed(set(locales))}, and there are models for {_listed(models)}"
    if not published.get("testingInstructions", "").strip():
        yield "there are no testing instructions"
    for locale, texts in locales.items():
        yield from (f"{locale}: {problem}" for problem in _texts(texts, invocation))
    privacy = manifest.get("privacyAndCompliance", {}).get("locales", {})
    for locale in sorted(models - set(privacy)):
        yield f"{locale}: there is no privacy policy"
    for place in ("apis", "events"):
        endpoint = manifest.get(place, {})
        endpoint = endpoint.get("custom", {}) if place == "apis" else endpoint
        yield from (f"{place}: {problem}" for problem in _endpoint(endpoint.get("endpoint", {}).get("uri", "")))


def _texts(texts: dict[str, Any], invocation: str) -> Iterator[str]:
    for name, (least, most) in _LENGTHS.items():
        if not least <= len(texts.get(name, "")) <= most:
            yield f"the {name} must have {least} to {most:,} characters"
    phrases = texts.get("examplePhrases", [])
    if not 1 <= len(phrases) <= _MOST_PHRASES:
        yield f"there must be 1 to {_MOST_PHRASES} example phrases"
    for phrase in phrases:
        if not phrase.startswith("Alexa, "):
            yield f"the example phrase {phrase!r} must begin with the wake word"
        if invocation not in phrase.lower():
            yield f"the example phrase {phrase!r} must name the skill"


def _endpoint(uri: str) -> Iterator[str]:
    parts = urlsplit(uri)
    if parts.scheme != "https" or not parts.hostname or parts.port not in (None, 443):
        yield f"{uri!r} is no address that Alexa can reach: https, port 443"


def _listed(locales: set[str]) -> str:
    return ", ".join(sorted(locales)) or "none"
