"""Alexa's rules for an interaction model. Each is a function that yields what breaks it, in a line.

https://developer.amazon.com/docs/alexa/custom-skills/ (read 2026-11-22): choose-the-invocation-name-for-a-custom-skill,
create-intents-utterances-and-slots, slot-type-reference, define-the-dialog-to-collect-and-confirm-required-information.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml

from skills.alexa.package.building import WITHOUT_SAMPLES
from skills.alexa.package.slot_values import LONGEST, MOST_VALUES
from skills.alexa.samples import SEARCH, shape, slots_in

Model = dict[str, Any]
Rule = Callable[[Model], Iterator[str]]
LEAST_SAMPLES = 20
_MOST_INTENTS = 250
_MOST_BYTES = 1_500_000
_LONGEST_SAMPLE = 200
_NAME = re.compile(r"[A-Za-z][A-Za-z_.]*")
_SLOT_NAME = re.compile(r"[A-Za-z][A-Za-z_]*")
_SAMPLE = re.compile(r"(?:[^\W\d_]|[ '.-]|\{\w+\})+")
_INVOCATION = re.compile(r"[^\W\d_](?:[^\W\d_]|[ '.])*")
_RESERVED: dict[str, list[str]] = yaml.safe_load(Path(__file__).with_name("reserved.yaml").read_text(encoding="utf-8"))
_NEEDED = {"AMAZON.CancelIntent", "AMAZON.HelpIntent", "AMAZON.StopIntent", *WITHOUT_SAMPLES}


def invocation(model: Model) -> Iterator[str]:
    """How the skill is called: two words or more that are no words of Alexa's own."""
    name = model["languageModel"]["invocationName"]
    words = name.split()
    if not 2 <= len(name) <= 50 or not _INVOCATION.fullmatch(name) or name != name.lower():
        yield f"the invocation name {name!r} must be 2 to 50 letters in lower case; digits are spelled out"
    if len(words) < 2:
        yield f"the invocation name {name!r} must have two words"
    taken = {word for kind in ("launching", "connecting", "waking", "naming") for word in _RESERVED[kind]}
    for word in words:
        if word in taken:
            yield f"the invocation name {name!r} has {word!r} in it, a word of Alexa's own"
    if len(words) == 2 and set(_RESERVED["small"]) & set(words):
        yield f"the invocation name {name!r} is an article or a preposition and one word"


def intents(model: Model) -> Iterator[str]:
    """Their names and number, and those that every skill must have."""
    names = [intent["name"] for intent in _intents(model)]
    for name, times in Counter(names).items():
        if times > 1:
            yield f"the intent {name} stands there {times} times"
        if not _NAME.fullmatch(name):
            yield f"the intent name {name!r} may have letters, periods and underscores only"
    for name in sorted(_NEEDED - set(names)):
        yield f"the intent {name} is missing"
    if len(names) > _MOST_INTENTS:
        yield f"there are {len(names)} intents; Alexa takes {_MOST_INTENTS}"


def slots(model: Model) -> Iterator[str]:
    """Their names, and types that are there."""
    types = {kind["name"] for kind in model["languageModel"].get("types", [])}
    for intent in _intents(model):
        names = [slot["name"] for slot in intent.get("slots", [])]
        used = {slot for sample in intent["samples"] for slot in slots_in(sample)}
        for slot in intent.get("slots", []):
            name, kind = slot["name"], slot["type"]
            if not _SLOT_NAME.fullmatch(name):
                yield f"{intent['name']}: the slot name {name!r} may have letters and underscores only"
            if names.count(name) > 1:
                yield f"{intent['name']}: the slot {name} stands there twice"
            if not kind.startswith("AMAZON.") and kind not in types:
                yield f"{intent['name']}: the slot {name} has the type {kind}, which is not there"
            if name not in used:
                yield f"{intent['name']}: no sample has the slot {name}"
        for name in sorted(used - set(names)):
            yield f"{intent['name']}: a sample has the slot {name}, which is not there"


def samples(model: Model) -> Iterator[str]:
    """Enough of them, of letters, not too long."""
    for intent in _intents(model):
        if intent["name"] in WITHOUT_SAMPLES:
            continue
        if len(intent["samples"]) < LEAST_SAMPLES:
            yield f"{intent['name']}: {len(intent['samples'])} samples; it should have {LEAST_SAMPLES}"
        for sample in intent["samples"]:
            if not _SAMPLE.fullmatch(sample):
                yield f"{intent['name']}: {sample!r} has something else than letters, spaces, ' . - and slots"
            if len(sample) > _LONGEST_SAMPLE:
                yield f"{intent['name']}: a sample of {len(sample)} characters; Alexa takes {_LONGEST_SAMPLE}"
            if set(_RESERVED["waking"]) & set(sample.lower().split()):
                yield f"{intent['name']}: {sample!r} has a word in it that wakes Alexa"


def collisions(model: Model) -> Iterator[str]:
    """Samples that differ in nothing that is heard: only one intent could ever be meant."""
    owners: dict[str, str] = {}
    for intent in _intents(model):
        kinds = {slot["name"]: slot["type"] for slot in intent.get("slots", [])}
        for sample in intent["samples"]:
            form = shape(sample.lower(), kinds)
            if form in owners:
                yield f"{intent['name']}: {sample!r} is also a sample of {owners[form]}"
            owners.setdefault(form, intent["name"])


def carriers(model: Model) -> Iterator[str]:
    """A search query stands alone beside words that are none of it, and an intent has one at most."""
    for intent in _intents(model):
        queries = {slot["name"] for slot in intent.get("slots", []) if slot["type"] == SEARCH}
        if len(queries) > 1:
            yield f"{intent['name']}: {len(queries)} search queries; one is allowed"
        for sample in intent["samples"]:
            names = slots_in(sample)
            if not queries & set(names):
                continue
            if len(names) > 1:
                yield f"{intent['name']}: in {sample!r} a search query does not stand alone"
            if not re.sub(r"\{\w+\}", "", sample).strip():
                yield f"{intent['name']}: {sample!r} has no carrier for its search query"


def types(model: Model) -> Iterator[str]:
    """Values that can be said, each once, and not too many."""
    total = 0
    for kind in model["languageModel"].get("types", []):
        if not _SLOT_NAME.fullmatch(kind["name"]):
            yield f"the type name {kind['name']!r} may have letters and underscores only"
        if not kind["values"]:
            yield f"the type {kind['name']} has no values"
        seen: set[str] = set()
        for value in kind["values"]:
            for name in (value["name"]["value"], *value["name"].get("synonyms", [])):
                total += 1
                if not name.strip() or len(name) > LONGEST:
                    yield f"the type {kind['name']}: {name[:40]!r} must have 1 to {LONGEST} characters"
                if name.lower() in seen:
                    yield f"the type {kind['name']}: {name!r} stands there twice"
                seen.add(name.lower())
    if total > MOST_VALUES:
        yield f"there are {total} slot values; Alexa takes {MOST_VALUES}"


def dialog(model: Model) -> Iterator[str]:
    """Every dialog is about an intent and slots that are there, and has the prompts that it needs."""
    prompts = {prompt["id"] for prompt in model.get("prompts", [])}
    known = {
        intent["name"]: {slot["name"]: slot["type"] for slot in intent.get("slots", [])} for intent in _intents(model)
    }
    for intent in model.get("dialog", {}).get("intents", []):
        name = intent["name"]
        if name not in known:
            yield f"the dialog of {name} is about no intent"
            continue
        wanted = [intent["prompts"].get("confirmation")] if intent["confirmationRequired"] else []
        for slot in intent["slots"]:
            if known[name].get(slot["name"]) != slot["type"]:
                yield f"the dialog of {name} has the slot {slot['name']}, which the intent has not"
            if slot["elicitationRequired"]:
                wanted.append(slot["prompts"].get("elicitation"))
        for prompt in wanted:
            if prompt not in prompts:
                yield f"the dialog of {name} needs the prompt {prompt}, which is not there"
    for prompt in model.get("prompts", []):
        if not all(variation["value"].strip() for variation in prompt["variations"]) or not prompt["variations"]:
            yield f"the prompt {prompt['id']} says nothing"


def size(model: Model) -> Iterator[str]:
    """All of it."""
    length = len(json.dumps(model).encode())
    if length > _MOST_BYTES:
        yield f"the model has {length:,} bytes; Alexa takes {_MOST_BYTES:,}"


MODEL_RULES: tuple[Rule, ...] = (invocation, intents, slots, samples, collisions, carriers, types, dialog, size)


def _intents(model: Model) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = model["languageModel"]["intents"]
    return found
