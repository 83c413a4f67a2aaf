"""Checks a package offline: Amazon's own types read every file, and Alexa's rules hold for what is in them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ask_sdk_core.exceptions import SerializationException
from ask_sdk_core.serialize import DefaultSerializer
from ask_smapi_model.v1.skill.interaction_model.interaction_model_data import InteractionModelData
from ask_smapi_model.v1.skill.manifest.skill_manifest_envelope import SkillManifestEnvelope

from skills.alexa.package.building import MODELS, RESOURCES, SKILL, Json
from skills.alexa.package.manifest_rules import manifest_problems
from skills.alexa.package.model_rules import MODEL_RULES


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that Alexa would not take. file: inside of the package."""

    file: str
    text: str


class UnreadablePackage(Exception):
    """There is no package here. str() is one clear line."""


def read_package(folder: Path) -> Mapping[str, Json]:
    """The documents of a folder by their names. Raises UnreadablePackage."""
    names = [RESOURCES, SKILL, *sorted(str(file.relative_to(folder)) for file in (folder / MODELS).glob("*.json"))]
    return {name: _read(folder / name) for name in names}


def write_package(files: Mapping[str, Json], folder: Path) -> None:
    """Write every document; what else is in the folder is left alone."""
    for name, document in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def problems(files: Mapping[str, Json]) -> Iterator[Problem]:
    """Everything that is wrong with a package."""
    locales = {name.removeprefix(f"{MODELS}/").removesuffix(".json"): name for name in files if name.startswith(MODELS)}
    if not locales:
        yield Problem(MODELS, "there is no interaction model")
    yield from (Problem(SKILL, text) for text in _of_shape(files[SKILL], SkillManifestEnvelope))
    yield from (
        Problem(SKILL, text) for text in manifest_problems(files[SKILL], _invocation(files, locales), set(locales))
    )
    found: dict[str, list[str]] = {}  # the locales of one language mostly have the same model
    for name in locales.values():
        model = json.dumps(files[name])
        if model not in found:
            found[model] = list(_model_problems(files[name]))
        yield from (Problem(name, text) for text in found[model])


def _model_problems(document: Json) -> Iterator[str]:
    misshapen = list(_of_shape(document, InteractionModelData))
    yield from misshapen
    if not misshapen:
        yield from (text for rule in MODEL_RULES for text in rule(document["interactionModel"]))


def sample_counts(files: Mapping[str, Json]) -> Mapping[str, Mapping[str, int]]:
    """How many samples each intent has, by locale."""
    return {
        name.removeprefix(f"{MODELS}/").removesuffix(".json"): {
            intent["name"]: len(intent["samples"])
            for intent in document["interactionModel"]["languageModel"]["intents"]
        }
        for name, document in files.items()
        if name.startswith(MODELS)
    }


def _invocation(files: Mapping[str, Json], locales: Mapping[str, str]) -> str:
    first: Any = next((files[name] for name in locales.values()), {})
    return str(first.get("interactionModel", {}).get("languageModel", {}).get("invocationName", ""))


def _of_shape(document: Json, shape: type) -> Iterator[str]:
    """Amazon's types take the document, and know every field of it."""
    serializer = DefaultSerializer()
    try:
        read = serializer.deserialize(json.dumps(document), shape)
    except SerializationException as error:
        yield f"Amazon's types can't read it: {error}"
        return
    kept = json.loads(json.dumps(serializer.serialize(read)))
    yield from (f"Amazon's types don't know {place}" for place in _lost(document, kept, ""))


def _lost(written: Any, kept: Any, place: str) -> Iterator[str]:
    """Where fields were written that did not come through."""
    if isinstance(written, dict):
        for name, value in written.items():
            if not isinstance(kept, dict) or name not in kept:
                yield f"{place}/{name}"
            else:
                yield from _lost(value, kept[name], f"{place}/{name}")
    elif isinstance(written, list):
        for number, value in enumerate(written):
            yield from _lost(value, kept[number] if number < len(kept) else None, f"{place}/{number}")


def _read(file: Path) -> Json:
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise UnreadablePackage(f"{file} is missing") from error
    except (OSError, ValueError) as error:
        raise UnreadablePackage(f"{file} can't be read: {error}") from error
    if not isinstance(document, dict):
        raise UnreadablePackage(f"{file} holds no JSON object")
    return document
