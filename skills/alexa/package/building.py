"""Builds the package's files: what the skill is, and for each of Alexa's locales what can be said to it.

ask-resources.json, skill-package/skill.json, skill-package/interactionModels/custom/<locale>.json: the layout of
https://developer.amazon.com/docs/alexa/smapi/skill-package-api-reference.html (read 2026-11-22).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from commerce.catalogue.products import Product
from commerce.shop_info import ShopInfo
from skills.alexa.package.manifest import manifest
from skills.alexa.package.slot_values import slot_types
from skills.alexa.samples import SampledIntent, sampled_intents
from skills.alexa.wording import Words, all_words
from skills.languages import languages

Json = dict[str, Any]
RESOURCES, SKILL = "ask-resources.json", "skill-package/skill.json"
MODELS = "skill-package/interactionModels/custom"
WITHOUT_SAMPLES = ("AMAZON.FallbackIntent", "AMAZON.NavigateHomeIntent")
"""Amazon's intents that must be there and can't be given samples."""


@dataclass(frozen=True, slots=True)
class Skill:
    """What a package is made of.

    address: of the service, such as "https://shop.example". invocation: how the skill is called.
    """

    shop: ShopInfo
    products: Sequence[Product]
    address: str
    invocation: str


def invocation_of(shop: ShopInfo) -> str:
    """The shop's name as an invocation name: lower case, letters only."""
    kept = (char if char.isalpha() or char in " '." else " " for char in shop.name.lower())
    return " ".join("".join(kept).split())


def left_out() -> tuple[str, ...]:
    """Our languages that Alexa does not speak."""
    return tuple(language for language in languages() if language not in all_words())


def package(skill: Skill) -> Mapping[str, Json]:
    """File name to document."""
    resources = {
        "askcliResourcesVersion": "2020-03-31",
        "profiles": {"default": {"skillMetadata": {"src": "./skill-package"}}},
    }
    files: dict[str, Json] = {RESOURCES: resources, SKILL: manifest(skill.shop, skill.address, skill.invocation)}
    for words in all_words().values():
        model = interaction_model(skill, words)
        files |= {f"{MODELS}/{locale}.json": model for locale in words.locales}
    return files


def interaction_model(skill: Skill, words: Words) -> Json:
    """What can be said to the skill in one language."""
    intents = sampled_intents(words.language, skill.shop.kind)
    used = {kind for intent in intents for kind in intent.slots.values()}
    types = [kind for kind in slot_types(skill.products, words) if kind["name"] in used]
    language_model = {
        "invocationName": skill.invocation,
        "intents": [_intent(intent) for intent in intents]
        + [{"name": name, "samples": []} for name in WITHOUT_SAMPLES],
        "types": types,
        "modelConfiguration": {"fallbackIntentSensitivity": {"level": "LOW"}},
    }
    return {
        "interactionModel": {
            "languageModel": language_model,
            "dialog": {
                "delegationStrategy": "SKILL_RESPONSE",
                "intents": [_dialog(intent, words) for intent in intents if _asks(intent, words)],
            },
            "prompts": [
                _prompt(place, text)
                for intent in intents
                for place, text in words.prompts.items()
                if place.split(".")[0] == intent.name
            ],
        }
    }


def _intent(intent: SampledIntent) -> Json:
    document: Json = {"name": intent.name, "samples": list(intent.samples)}
    if intent.slots:
        document["slots"] = [{"name": name, "type": kind} for name, kind in intent.slots.items()]
    return document


def _asks(intent: SampledIntent, words: Words) -> bool:
    return any(place.split(".")[0] == intent.name for place in words.prompts)


def _dialog(intent: SampledIntent, words: Words) -> Json:
    """What the skill asks for by a directive; it decides itself when."""
    confirmed = intent.name in words.prompts
    return {
        "name": intent.name,
        "delegationStrategy": "SKILL_RESPONSE",
        "confirmationRequired": confirmed,
        "prompts": {"confirmation": _prompt_id(intent.name)} if confirmed else {},
        "slots": [_dialog_slot(intent, slot, words) for slot in intent.slots],
    }


def _dialog_slot(intent: SampledIntent, slot: str, words: Words) -> Json:
    place = f"{intent.name}.{slot}"
    elicited = place in words.prompts
    return {
        "name": slot,
        "type": intent.slots[slot],
        "elicitationRequired": elicited,
        "confirmationRequired": False,
        "prompts": {"elicitation": _prompt_id(place)} if elicited else {},
    }


def _prompt(place: str, text: str) -> Json:
    return {"id": _prompt_id(place), "variations": [{"type": "PlainText", "value": text}]}


def _prompt_id(place: str) -> str:
    return f"Elicit.{place}" if "." in place else f"Confirm.{place}"
