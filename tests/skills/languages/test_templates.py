"""Every template is said by a sentence of tests/skills/languages/<language>/<family>.yaml, and none is in vain."""

from __future__ import annotations

from functools import cache
from itertools import combinations
from pathlib import Path

import pytest
import yaml

from skills.languages import IntentModel, LanguageModel, languages, load
from skills.languages.templates import names_in
from tests.skills.languages.template_matching import LanguageModelKey, marked, oracle

FOLDER = Path(__file__).parent
Sentences = dict[str, dict[str, str]]


@cache
def key(language: str) -> LanguageModelKey:
    return LanguageModelKey(load(language))


@cache
def sentences(language: str) -> dict[str, dict[str, Sentences]]:
    """family -> intent -> sentence -> slots."""
    families: dict[str, dict[str, Sentences]] = {}
    for file in sorted((FOLDER / language).glob("*.yaml")):
        intents: dict[str, Sentences] = {}
        for intent, lines in yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader).items():
            said: Sentences = {}
            for line in lines:
                text, slots = next(iter(line.items())) if isinstance(line, dict) else (line, {})
                assert text not in said, f"{file.name}: {text!r} stands there twice"
                said[text] = slots
            intents[intent] = said
        families[file.stem] = intents
    return families


def templates(model: LanguageModel, intent: str) -> list[str]:
    return [sentence for moment in model.intents if moment.name == intent for sentence in moment.sentences]


def matching(language: str, intent: str, text: str, slots: dict[str, str]) -> list[str]:
    return [
        template
        for template in templates(load(language), intent)
        if oracle(key(language), template).fullmatch(marked(text, slots))
    ]


@pytest.mark.parametrize("language", languages())
def test_every_test_sentence_is_said_by_a_template_of_its_intent(language: str) -> None:
    """Each sentence with its slots marked is matched by at least one template of the intent it stands under."""
    unsaid = [
        f"{intent}: {text}"
        for intents in sentences(language).values()
        for intent, said in intents.items()
        for text, slots in said.items()
        if not matching(language, intent, text, slots)
    ]
    assert unsaid == []


@pytest.mark.parametrize("language", languages())
def test_every_template_has_a_sentence(language: str) -> None:
    """A template that no sentence of its family's test file says is reported."""
    tested = {
        (intent, template)
        for intents in sentences(language).values()
        for intent, said in intents.items()
        for text, slots in said.items()
        for template in matching(language, intent, text, slots)
    }
    untested = [
        f"{intent.name}: {template}"
        for intent in load(language).intents
        for template in intent.sentences
        if (intent.name, template) not in tested
    ]
    assert untested == []


@pytest.mark.parametrize("language", languages())
def test_test_files_mirror_the_data(language: str) -> None:
    """Every family has a test file with just its intents."""
    expected: dict[str, set[str]] = {}
    for intent in load(language).intents:
        expected.setdefault(intent.family, set()).add(intent.name)
    assert {family: set(intents) for family, intents in sentences(language).items()} == expected


@pytest.mark.parametrize("language", languages())
def test_no_sentence_is_tested_under_two_intents(language: str) -> None:
    """The same sentence with the same slots means one thing at one moment: no test sentence stands twice."""
    seen: dict[tuple[str, tuple[str, ...]], str] = {}
    doubles = []
    for intents in sentences(language).values():
        for intent, said in intents.items():
            for text, slots in said.items():
                other = seen.setdefault((text, tuple(sorted(slots))), intent)
                if other != intent:
                    doubles.append(f"{text}: {other} and {intent}")
    assert doubles == []


@pytest.mark.parametrize("language", languages())
def test_every_rule_is_used(language: str) -> None:
    """No expansion stands in rules.yaml that neither a template nor another expansion uses."""
    model = load(language)
    used: set[str] = set()
    for template in [*(s for intent in model.intents for s in intent.sentences), *model.expansions.values()]:
        used |= names_in(template)[0]
    assert sorted(model.expansions.keys() - used) == []


@pytest.mark.parametrize("language", languages())
def test_every_slot_is_used_and_no_template_stands_twice(language: str) -> None:
    """Slots that no template fills, and one template under two intents at one moment, are reported."""
    model = load(language)
    faults = []
    seen: dict[tuple[str, object], str] = {}
    for intent in model.intents:
        filled = {slot for template in templates(model, intent.name) for slot in names_in(template)[1]}
        faults += [f"{intent.name}.{slot.name} is never filled" for slot in intent.slots if slot.name not in filled]
        for template in intent.sentences:
            other = seen.setdefault((template, intent.when), intent.name)
            if other != intent.name:
                faults.append(f"{template}: {other} and {intent.name}")
    assert faults == []


def moments(language: str, text: str) -> list[IntentModel]:
    """The intents, each in its moments, whose templates say `text`."""
    return [
        moment
        for moment in load(language).intents
        if any(oracle(key(language), template).fullmatch(text) for template in moment.sentences)
    ]


@pytest.mark.parametrize("language", languages())
def test_no_sentence_without_slots_is_said_by_two_intents_at_once(language: str) -> None:
    """Whole sentences such as "scratch that" belong to one intent among those that can be said at the same moment."""
    doubles = []
    for intents in sentences(language).values():
        for text in (text for said in intents.values() for text, slots in said.items() if not slots):
            for one, other in combinations(moments(language, text), 2):
                at_once = not one.when.expects or not other.when.expects or {*one.when.expects} & {*other.when.expects}
                if one.name != other.name and at_once:
                    doubles.append(f"{text}: {one.name} and {other.name}")
    assert doubles == []
