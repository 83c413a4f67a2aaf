"""Sample utterances for Alexa, made from the language's sentence templates.

A template stands for thousands of sentences. Samples are its plainest one, everything optional left out, and those that
differ from that in a single place: they read like what people say, and every alternative is among them.

Alexa fills slots with types of its own. Items, which we read ourselves, reach us in two ways: as raw words (a
SearchQuery, which must stand alone beside a carrier), or as a product with a number, so that the catalogue helps Alexa
to hear it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest

from hassil.expression import Alternative, Expression, Group, ListReference, RuleReference, TextChunk

from skills.alexa.wording import Words, all_words
from skills.languages import IntentModel, LanguageModel, SlotType, load
from skills.understanding.templates import parse_template

PRODUCT, PAYEE, ACCOUNT, CHOICE = "Product", "Payee", "Account", "Choice"
ADDRESS, COUPON = "Address", "Coupon"
SEARCH, NUMBER, CODE = "AMAZON.SearchQuery", "AMAZON.NUMBER", "AMAZON.FOUR_DIGIT_NUMBER"
SAY = "Say"
"""The catch-all intent: words behind a carrier that means nothing."""
MOST_SAMPLES = 60
_NAMED = ("{product}", "{quantity} {product}")  # what stands for {items} where the catalogue helps Alexa to hear
_LONGEST = 80  # characters; nobody says longer samples
_SLOT = re.compile(r"\{(\w+)\}")
_AS_BUILTIN = {
    "Confirm": "AMAZON.YesIntent",
    "Deny": "AMAZON.NoIntent",
    "Help": "AMAZON.HelpIntent",
    "Repeat": "AMAZON.RepeatIntent",
    "Stop": "AMAZON.StopIntent",
    "Cancel": "AMAZON.CancelIntent",
}
_NOT_SAID = {"Launch"}  # the invocation name does that
_FILLERS = {"hey", "please"}  # rules whose words come to Alexa anyway: samples with them come last
_TYPES = {
    SlotType.ITEMS: SEARCH,
    SlotType.PRODUCT: PRODUCT,
    SlotType.QUANTITY: NUMBER,
    SlotType.AMOUNT: NUMBER,
    SlotType.PAYEE: PAYEE,
    SlotType.ACCOUNT: ACCOUNT,
    SlotType.ADDRESS: ADDRESS,
    SlotType.COUPON: COUPON,
    SlotType.ORDER_NUMBER: NUMBER,
    SlotType.CHOICE: CHOICE,
    SlotType.CODE: CODE,
}


@dataclass(frozen=True, slots=True)
class SampledIntent:
    """An intent as Alexa gets it. slots: name to type. samples: the plainest first."""

    name: str
    slots: dict[str, str]
    samples: tuple[str, ...]


@cache
def sampled_intents(language: str, kind: str) -> tuple[SampledIntent, ...]:
    """What can be said in shops of a kind, in a language that Alexa knows; no two intents have a sample in common."""
    model, words = load(language), all_words()[language]
    taken: set[str] = set()
    found = []
    for name, moments in _by_name(model, kind).items():
        slots = _slots(moments[0], kind)
        samples = _distinct(_all_samples(moments, slots, model, words), slots, taken)
        used = {slot for sample in samples for slot in slots_in(sample)}
        kept = {slot: kind for slot, kind in slots.items() if slot in used}
        found.append(SampledIntent(_AS_BUILTIN.get(name, name), kept, samples))
    said = {"words": SEARCH}
    found.append(SampledIntent(SAY, said, _distinct(words.carriers, said, taken)))
    return tuple(found)


def slots_in(sample: str) -> tuple[str, ...]:
    """Names of the slots of a sample, in order."""
    return tuple(_SLOT.findall(sample))


def shape(sample: str, slots: dict[str, str]) -> str:
    """A sample with the types of its slots in place of their names: two samples of one shape can't be told apart."""
    return _SLOT.sub(lambda slot: f"{{{slots.get(slot[1], slot[1])}}}", sample)


def _by_name(model: LanguageModel, kind: str) -> dict[str, list[IntentModel]]:
    """Every intent with all its moments; answers come last, so that whole sentences keep their samples."""
    found: dict[str, list[IntentModel]] = {}
    for intent in sorted(model.intents, key=lambda intent: intent.family == "answers"):
        if intent.name not in _NOT_SAID and _is_for(intent, kind):
            found.setdefault(intent.name, []).append(intent)
    return found


def _is_for(intent: IntentModel, kind: str) -> bool:
    """A bank sells no goods, and nobody has bills at a grocery."""
    foreign = "products" if kind == "bank" else "payees"
    return (not intent.when.shops or kind in intent.when.shops) and foreign not in intent.when.needs


def _slots(intent: IntentModel, kind: str) -> dict[str, str]:
    slots = {slot.name: _TYPES[slot.type] for slot in intent.slots}
    if SEARCH in slots.values():
        slots |= {"quantity": NUMBER, "product": PRODUCT}
    foreign = {PRODUCT, SEARCH} if kind == "bank" else {PAYEE}
    return {name: type_ for name, type_ in slots.items() if type_ not in foreign}


def _all_samples(
    moments: list[IntentModel], slots: dict[str, str], model: LanguageModel, words: Words
) -> Iterator[str]:
    """Of every template in turn, so that each is there before the limit is reached."""
    ways = [
        [_as_alexa_hears(words, intent, said) for said in _plain_first(template, model)]
        for intent in moments
        for template in intent.sentences
    ]
    said = [sample for samples in zip_longest(*ways) for sample in samples if sample is not None]
    raw = [sample for sample in said if "{items}" not in sample or _stands_alone(sample)]
    named = [sample.replace("{items}", items) for sample in said if "{items}" in sample for items in _NAMED]
    for samples in zip_longest(raw, named):
        yield from (sample for sample in samples if sample is not None and set(slots_in(sample)) <= slots.keys())


def _as_alexa_hears(words: Words, intent: IntentModel, sample: str) -> str:
    for slot in intent.slots:
        if slot.type is SlotType.AMOUNT:
            sample = sample.replace(f"{{{slot.name}}}", words.amount.format(slot=f"{{{slot.name}}}"))
    return sample


def _stands_alone(sample: str) -> bool:
    """Whether a sample has one slot only, and words beside it."""
    return len(slots_in(sample)) == 1 and bool(_SLOT.sub("", sample).strip())


def _distinct(samples: Iterable[str], slots: dict[str, str], taken: set[str]) -> tuple[str, ...]:
    kept: list[str] = []
    for sample in samples:
        names = slots_in(sample)
        form = shape(sample, slots)
        if form in taken or len(set(names)) < len(names) or len(sample) > _LONGEST or len(kept) == MOST_SAMPLES:
            continue
        taken.add(form)
        kept.append(sample)
    return tuple(kept)


def _plain_first(template: str, model: LanguageModel) -> list[str]:
    """The plainest sentence of a template, then those that differ from it in one place."""
    tree = parse_template(template).expression
    variants = sorted(_variants(tree, model, (), filler=False), key=lambda variant: variant.filler)
    said = [_said(tree, model, {}), *(_said(tree, model, variant.chosen) for variant in variants)]
    return list(dict.fromkeys(" ".join(one.lower().split()) for one in said))


_Path = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Variant:
    """One place said in another way than the plainest. chosen: the options taken, by the path to their alternatives."""

    chosen: dict[_Path, int]
    filler: bool


def _variants(expression: Expression, model: LanguageModel, path: _Path, *, filler: bool) -> Iterator[_Variant]:
    if isinstance(expression, RuleReference):
        filler = filler or expression.rule_name in _FILLERS
        yield from _variants(_rule(expression, model), model, (*path, 0), filler=filler)
    elif isinstance(expression, Alternative):
        filler = filler or _is_filler(expression)
        for option, item in enumerate(expression.items):
            yield _Variant({path: option}, filler)
            for inner in _variants(item, model, (*path, option), filler=filler):
                yield _Variant({path: option, **inner.chosen}, inner.filler)
    elif isinstance(expression, Group):
        for number, item in enumerate(expression.items):
            yield from _variants(item, model, (*path, number), filler=filler)


def _is_filler(expression: Expression) -> bool:
    if isinstance(expression, RuleReference):
        return expression.rule_name in _FILLERS
    return isinstance(expression, Group) and any(_is_filler(item) for item in expression.items)


def _said(expression: Expression, model: LanguageModel, chosen: dict[_Path, int], path: _Path = ()) -> str:
    if isinstance(expression, TextChunk):
        return expression.text
    if isinstance(expression, ListReference):
        return f"{{{expression.slot_name}}}"
    if isinstance(expression, RuleReference):
        return _said(_rule(expression, model), model, chosen, (*path, 0))
    if isinstance(expression, Alternative):
        option = chosen.get(path, _plainest(expression))
        return _said(expression.items[option], model, chosen, (*path, option))
    if isinstance(expression, Group):
        return "".join(_said(item, model, chosen, (*path, number)) for number, item in enumerate(expression.items))
    raise TypeError(f"no sample can be made of a {type(expression).__name__}")


def _rule(reference: RuleReference, model: LanguageModel) -> Expression:
    return parse_template(model.expansions[reference.rule_name]).expression


def _plainest(expression: Alternative) -> int:
    """What is optional is left out; else the first way to say it."""
    return len(expression.items) - 1 if expression.is_optional else 0
