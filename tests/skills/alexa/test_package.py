"""The skill package: what is built is what Alexa takes, and every rule of Alexa's sees what breaks it."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from commerce.catalogue.products import Product
from skills.alexa.package.building import MODELS, SKILL, Skill, invocation_of, left_out, package
from skills.alexa.package.checking import (
    UnreadablePackage,
    problems,
    read_package,
    sample_counts,
    write_package,
)
from skills.alexa.package.slot_values import MOST_VALUES, slot_types
from skills.alexa.samples import sampled_intents
from skills.alexa.wording import words_for
from tests.skills.talking import talk

Files = dict[str, dict[str, Any]]
MODEL = f"{MODELS}/en-US.json"


def _skill(shop: str, customer: str, folder: Path) -> Skill:
    opened = talk(shop, customer, folder).shop
    return Skill(opened.info, opened.catalogue.products(), "https://shop.example", invocation_of(opened.info))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """The home shop's package."""
    return dict(package(_skill("home", "carla", tmp_path_factory.mktemp("package"))))


@pytest.mark.parametrize(
    ("shop", "customer"), [("home", "carla"), ("coffee", "carla"), ("bank", "carla"), ("pizza", "carla")]
)
def test_every_sample_shop_makes_a_package_without_a_fault(shop: str, customer: str, tmp_path: Path) -> None:
    """Each kind of shop has intents of its own, and Alexa would take each package."""
    assert list(problems(package(_skill(shop, customer, tmp_path)))) == []


def test_what_is_written_is_what_is_read(built: Files, tmp_path: Path) -> None:
    """A package on the disk is the same one, in the layout that the ASK command line wants."""
    write_package(built, tmp_path)
    assert (tmp_path / "ask-resources.json").is_file()
    assert (tmp_path / "skill-package" / "interactionModels" / "custom" / "en-GB.json").is_file()
    assert read_package(tmp_path) == built


def test_every_intent_has_twenty_samples(built: Files) -> None:
    """But for the two of Amazon's that can't have any."""
    counts = sample_counts(built)
    assert {"en-US", "en-GB"} <= counts.keys()
    assert {name for name, count in counts["en-US"].items() if count < 20} == {
        "AMAZON.FallbackIntent",
        "AMAZON.NavigateHomeIntent",
    }


def test_korean_is_named_and_left_out() -> None:
    """Alexa does not speak it."""
    assert left_out() == ("ko",)


def test_products_are_there_with_their_other_names(built: Files) -> None:
    """The catalogue is what Alexa hears by."""
    types = {kind["name"]: kind["values"] for kind in _model(built)["languageModel"]["types"]}
    [oat_milk] = [value["name"] for value in types["Product"] if value["id"] == "oat-milk"]
    assert oat_milk["value"] == "Oat milk"
    assert "oat drink" in oat_milk["synonyms"]


def test_a_large_catalogue_is_cut_to_what_alexa_takes() -> None:
    """Of more products than that, as many as there is room for."""
    products = [_product(f"p{number}", f"Thing number {number}") for number in range(52_000)]
    types = slot_types(products, words_for("en"))
    values = [
        name
        for kind in types
        for value in kind["values"]
        for name in (value["name"]["value"], *value["name"]["synonyms"])
    ]
    assert len(values) <= MOST_VALUES
    assert len(types[0]["values"]) > 49_000


def test_names_that_nobody_can_say_are_made_sayable() -> None:
    """Signs are left out, a name is there once, and one of signs only is left out."""
    products = [
        _product("a", "Tea (100%) <b>"),
        _product("b", "TEA 100 b"),
        _product("c", "%%%"),
        _product("d", "x" * 300),
    ]
    [named, *_] = slot_types(products, words_for("en"))
    assert [value["name"]["value"] for value in named["values"]] == ["Tea 100 b", "x" * 140]


def _product(key: str, name: str) -> Product:
    blank: dict[str, Any] = {field.name: () for field in fields(Product)}
    return Product(**(blank | {"key": key, "name": name, "spoken": name}))


def _change(files: Files, change: Callable[[dict[str, Any]], object]) -> Files:
    changed = deepcopy({name: files[name] for name in (SKILL, MODEL)})
    change(_model(changed))
    return changed


def _model(files: Files) -> dict[str, Any]:
    model: dict[str, Any] = files[MODEL]["interactionModel"]
    return model


def _intent(model: dict[str, Any], name: str) -> dict[str, Any]:
    [found] = [intent for intent in model["languageModel"]["intents"] if intent["name"] == name]
    intent: dict[str, Any] = found
    return intent


def _called(name: str) -> Callable[[dict[str, Any]], object]:
    return lambda model: model["languageModel"].update(invocationName=name)


def _sample(intent: str, sample: str) -> Callable[[dict[str, Any]], object]:
    return lambda model: _intent(model, intent)["samples"].append(sample)


BREACHES: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "one word": (_called("market"), "two words"),
    "capitals": (_called("Harvest Market"), "lower case"),
    "digits": (_called("market 24"), "spelled out"),
    "a wake word": (_called("alexa market"), "'alexa'"),
    "a launch word": (_called("open market"), "'open'"),
    "a connecting word": (_called("market for all"), "'for'"),
    "the word skill": (_called("market skill"), "'skill'"),
    "an article and a word": (_called("the market"), "article"),
    "endless": (_called("market " * 10), "2 to 50"),
    "an intent twice": (lambda m: m["languageModel"]["intents"].append(deepcopy(_intent(m, "Undo"))), "2 times"),
    "a digit in a name": (lambda m: _intent(m, "Undo").update(name="Undo2"), "letters, periods"),
    "no stop": (lambda m: _intent(m, "AMAZON.StopIntent").update(name="Ending"), "AMAZON.StopIntent is missing"),
    "no fallback": (lambda m: m["languageModel"]["intents"].pop(-2), "AMAZON.FallbackIntent is missing"),
    "a slot of no type": (lambda m: _intent(m, "Reorder")["slots"][0].update(type="Wish"), "which is not there"),
    "a slot of a bad name": (lambda m: _intent(m, "Reorder")["slots"][0].update(name="a-b"), "letters and underscores"),
    "a slot twice": (
        lambda m: _intent(m, "Reorder")["slots"].append(deepcopy(_intent(m, "Reorder")["slots"][0])),
        "stands there twice",
    ),
    "a slot that no sample has": (
        lambda m: _intent(m, "Undo").update(slots=[{"name": "x", "type": "AMAZON.NUMBER"}]),
        "no sample has",
    ),
    "a sample with a strange slot": (_sample("Undo", "undo {wish}"), "the slot wish, which is not there"),
    "too few samples": (lambda m: _intent(m, "Undo").update(samples=["undo"]), "1 samples"),
    "a digit in a sample": (_sample("Undo", "undo 2"), "something else than letters"),
    "a sign in a sample": (_sample("Undo", "undo!"), "something else than letters"),
    "an endless sample": (_sample("Undo", "undo " * 50), "characters"),
    "a wake word in a sample": (_sample("Undo", "alexa undo"), "wakes Alexa"),
    "a sample of another intent": (_sample("Undo", "check out"), "also a sample of Undo"),
    "a sample of another intent's slot": (
        _sample("ProductPrice", "remove {product}"),
        "also a sample of RemoveFromCart",
    ),
    "a search query without a carrier": (_sample("Say", "{words}"), "no carrier"),
    "a search query beside a slot": (_sample("AddToCart", "add {quantity} {items}"), "does not stand alone"),
    "two search queries": (
        lambda m: _intent(m, "Say")["slots"].append({"name": "more", "type": "AMAZON.SearchQuery"}),
        "2 search queries",
    ),
    "a type without values": (lambda m: m["languageModel"]["types"][0].update(values=[]), "no values"),
    "an endless value": (lambda m: _value(m).update(value="x" * 141), "1 to 140"),
    "a value twice": (lambda m: _value(m).update(synonyms=["bananas", "bananas"]), "stands there twice"),
    "a dialog of no intent": (lambda m: m["dialog"]["intents"][0].update(name="Wish"), "about no intent"),
    "a dialog of a strange slot": (lambda m: _slots(m)[0].update(name="wish"), "which the intent has not"),
    "a prompt that is not there": (lambda m: m["prompts"].clear(), "needs the prompt"),
    "a prompt that says nothing": (lambda m: m["prompts"][0]["variations"][0].update(value=" "), "says nothing"),
    "far too much": (lambda m: m["prompts"][0]["variations"][0].update(value="x" * 1_600_000), "bytes"),
    "an unknown field": (lambda m: m["languageModel"].update(intent=[]), "don't know"),
    "no list": (lambda m: m["languageModel"].update(intents=7), "can't read it"),
}


def _value(model: dict[str, Any]) -> dict[str, Any]:
    value: dict[str, Any] = model["languageModel"]["types"][0]["values"][0]["name"]
    return value


def _slots(model: dict[str, Any]) -> list[dict[str, Any]]:
    slots: list[dict[str, Any]] = model["dialog"]["intents"][0]["slots"]
    return slots


@pytest.mark.parametrize(("change", "told"), BREACHES.values(), ids=BREACHES.keys())
def test_a_breach_of_a_rule_is_told(built: Files, change: Callable[[dict[str, Any]], object], told: str) -> None:
    """One thing is made wrong in one file, and what is wrong is said of that file."""
    found = list(problems(_change(built, change)))
    assert any(problem.file in (MODEL, SKILL) and told in problem.text for problem in found), found


MANIFESTS: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "no https": (lambda m: m["apis"]["custom"]["endpoint"].update(uri="http://shop.example/alexa"), "https"),
    "another port": (lambda m: m["events"]["endpoint"].update(uri="https://shop.example:8443/alexa"), "port 443"),
    "a locale without a model": (
        lambda m: m["publishingInformation"]["locales"].update({"de-DE": {}}),
        "there are models for",
    ),
    "no privacy policy": (lambda m: m["privacyAndCompliance"]["locales"].clear(), "privacy policy"),
    "a long summary": (lambda m: _published(m).update(summary="x" * 161), "summary"),
    "no example": (lambda m: _published(m).update(examplePhrases=[]), "example phrases"),
    "an example for nobody": (lambda m: _published(m).update(examplePhrases=["Open the shop"]), "wake word"),
    "an example for another skill": (
        lambda m: _published(m).update(examplePhrases=["Alexa, open big sky"]),
        "must name the skill",
    ),
    "nothing for testers": (lambda m: m["publishingInformation"].update(testingInstructions=""), "testing"),
}


def _published(manifest: dict[str, Any]) -> dict[str, Any]:
    texts: dict[str, Any] = manifest["publishingInformation"]["locales"]["en-US"]
    return texts


@pytest.mark.parametrize(("change", "told"), MANIFESTS.values(), ids=MANIFESTS.keys())
def test_a_breach_in_the_manifest_is_told(built: Files, change: Callable[[dict[str, Any]], object], told: str) -> None:
    """One thing is made wrong in skill.json."""
    files = deepcopy(built)
    change(files[SKILL]["manifest"])
    assert any(problem.file == SKILL and told in problem.text for problem in problems(files))


def test_what_is_no_package_is_told_in_a_line(built: Files, tmp_path: Path) -> None:
    """A missing file, one that is no JSON, one that holds a list."""
    with pytest.raises(UnreadablePackage, match="is missing"):
        read_package(tmp_path)
    write_package(built, tmp_path)
    for text, told in (("{", "can't be read"), (json.dumps([]), "no JSON object")):
        (tmp_path / SKILL).write_text(text)
        with pytest.raises(UnreadablePackage, match=told):
            read_package(tmp_path)


def test_samples_are_the_same_every_time() -> None:
    """A package that is built again differs in nothing."""
    first = sampled_intents("en", "cafe")
    sampled_intents.cache_clear()
    assert sampled_intents("en", "cafe") == first
