"""From a language's folder to a LanguageModel.

en/rules.yaml                expansions: rule name to template
en/intents/<family>.yaml     intents: about, slots, when, sentences; `also` for sentences of other moments
en/examples/<Intent>.txt     whole sentences, a line each, under headings ("# how much is left") that name a wording
en/examples/talk/<kind>.txt  everyday talk that is no command
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from skills.contract import Expectation
from skills.languages.model import IntentModel, LanguageModel, Phrasing, SlotModel, SlotType, When
from skills.languages.source import LanguageError, Source, parse
from skills.languages.templates import names_in

_FOLDER = Path(__file__).parent
_SHOP_KINDS = frozenset({"groceries", "cafe", "bank", "pizzeria"})
_NEEDS = frozenset({"accounts", "addresses", "payees", "products"})


def languages() -> tuple[str, ...]:
    """The tags of all languages that have a folder."""
    return tuple(sorted(rules.parent.name for rules in _FOLDER.glob("*/rules.yaml")))


@lru_cache
def load(language: str, folder: Path = _FOLDER) -> LanguageModel:
    """The interaction model of a language. Raises LanguageError, which names file and line."""
    home = folder / language
    rules_file = home / "rules.yaml"
    if not rules_file.is_file():
        raise LanguageError(rules_file, 1, f"there is no language {language!r}")
    files = sorted([*home.glob("intents/*.yaml"), *home.glob("examples/**/*.txt")])
    texts = {file: file.read_text(encoding="utf-8") for file in [rules_file, *files]}
    expansions = _expansions(parse(rules_file, texts[rules_file]))
    intents = _intents({file: texts[file] for file in files if file.suffix == ".yaml"}, expansions, texts)
    _no_strangers(home, files, intents)
    talk = tuple(
        Phrasing(f"{file.stem}: {phrasing.way}", phrasing.sentences)
        for file in files
        if file.parent.name == "talk"
        for phrasing in _phrasings(file, texts[file])
    )
    digest = hashlib.sha256("\0".join(texts[file] for file in sorted(texts)).encode()).hexdigest()[:16]
    return LanguageModel(language, intents, expansions, talk, digest)


def _expansions(root: Source) -> dict[str, str]:
    rules = root.pairs()
    for source in rules.values():
        _check_template(source, rules, slots={})
    return {name: source.text() for name, source in rules.items()}


def _check_template(source: Source, rules: Mapping[str, object], slots: Mapping[str, object]) -> None:
    try:
        used_rules, used_slots = names_in(source.text())
    except ValueError as error:
        raise source.error(str(error)) from error
    unknown = (used_rules - rules.keys()) | (used_slots - slots.keys())
    if unknown:
        raise source.error(f"nothing is called {', '.join(sorted(unknown))}")


def _intents(
    files: Mapping[Path, str], expansions: Mapping[str, str], texts: Mapping[Path, str]
) -> tuple[IntentModel, ...]:
    intents: dict[str, tuple[IntentModel, ...]] = {}
    for file, text in files.items():
        for name, source in parse(file, text).pairs().items():
            if name in intents:
                raise source.error(f"{name} is already described in {intents[name][0].family}.yaml")
            examples = file.parent.parent / "examples" / f"{name}.txt"
            phrasings = _phrasings(examples, texts[examples]) if examples in texts else ()
            intents[name] = _intent(name, source, expansions, phrasings)
    return tuple(moment for moments in intents.values() for moment in moments)


def _intent(
    name: str, source: Source, expansions: Mapping[str, str], phrasings: tuple[Phrasing, ...]
) -> tuple[IntentModel, ...]:
    fields = source.fields("about", "slots", "when", "sentences", "also")
    for field in ("about", "sentences"):
        if field not in fields:
            raise source.error(f"{name} has no {field}")
    slots = {slot: _slot(slot, node) for slot, node in fields["slots"].pairs().items()} if "slots" in fields else {}
    moments = [
        IntentModel(
            name=name,
            family=source.file.stem,
            about=fields["about"].text(),
            slots=tuple(slots.values()),
            sentences=_sentences(fields["sentences"], expansions, slots),
            when=_when(fields["when"]) if "when" in fields else When(),
            phrasings=phrasings,
        )
    ]
    for extra in fields["also"].items() if "also" in fields else ():
        more = extra.fields("when", "sentences")
        if more.keys() != {"when", "sentences"}:
            raise extra.error("a further moment needs both when and sentences")
        sentences = _sentences(more["sentences"], expansions, slots)
        moments.append(replace(moments[0], sentences=sentences, when=_when(more["when"]), phrasings=()))
    return tuple(moments)


def _sentences(source: Source, expansions: Mapping[str, str], slots: Mapping[str, object]) -> tuple[str, ...]:
    for sentence in source.items():
        _check_template(sentence, expansions, slots)
    return source.texts()


def _slot(name: str, source: Source) -> SlotModel:
    fields = source.fields("type", "required")
    if "type" not in fields:
        raise source.error(f"slot {name} has no type")
    try:
        slot_type = SlotType(fields["type"].text())
    except ValueError as error:
        raise fields["type"].error(f"unknown slot type {fields['type'].text()!r}") from error
    return SlotModel(name, slot_type, required="required" in fields and fields["required"].text() == "true")


def _when(source: Source) -> When:
    fields = source.fields("shops", "expects", "needs")
    shops = fields["shops"].texts() if "shops" in fields else ()
    expects = fields["expects"].texts() if "expects" in fields else ()
    needs = fields["needs"].texts() if "needs" in fields else ()
    known = {"shops": _SHOP_KINDS, "expects": {kind.value for kind in Expectation}, "needs": _NEEDS}
    for field, values in (("shops", shops), ("expects", expects), ("needs", needs)):
        for value in values:
            if value not in known[field]:
                raise fields[field].error(f"{value!r} is not one of {', '.join(sorted(known[field]))}")
    return When(shops, tuple(Expectation(value) for value in expects), needs)


def _phrasings(file: Path, text: str) -> tuple[Phrasing, ...]:
    groups: dict[str, list[str]] = {}
    seen: set[str] = set()
    way: str | None = None
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if line.startswith("#"):
            way = line.lstrip("# ")
            groups.setdefault(way, [])
        elif line:
            if way is None:
                raise LanguageError(file, number, "a sentence stands before the first heading")
            if line.lower() in seen:
                raise LanguageError(file, number, f"{line!r} stands here twice")
            seen.add(line.lower())
            groups[way].append(line)
    return tuple(Phrasing(way, tuple(sentences)) for way, sentences in groups.items())


def _no_strangers(home: Path, files: list[Path], intents: tuple[IntentModel, ...]) -> None:
    names = {intent.name for intent in intents}
    for file in files:
        if file.parent == home / "examples" and file.stem not in names:
            raise LanguageError(file, 1, f"there is no intent {file.stem}")
