"""Whether what was said answers the open question, and what the answer means."""

from __future__ import annotations

from dataclasses import replace

from skills.contract import Expectation, Item, Understood
from skills.intents.answer import AskChoice, AskCode, AskQuote, AskSlot, AskYesNo, Question
from skills.intents.slots import items_in, number_in

_NO = Understood("Deny", {})
_SAID_AS = {"product": "items", "count": "quantity"}  # a bare answer's name for what an intent calls otherwise

EXPECTATIONS: dict[type, Expectation] = {
    AskYesNo: Expectation.YES_OR_NO,
    AskChoice: Expectation.CHOICE,
    AskSlot: Expectation.SLOT,
    AskQuote: Expectation.CONFIRM_QUOTE,
    AskCode: Expectation.CODE,
}


def answer_to(question: Question, said: Understood) -> Understood | None:
    """What to do now that `said` answers `question`; None when it is about something else."""
    match question:
        case AskYesNo():
            return _yes_or_no(question, said)
        case AskChoice():
            return _choice(question, said)
        case AskSlot():
            return _slot(question, said)
        case AskQuote():
            return said if said.intent in ("Confirm", "Deny") else None
        case AskCode():
            return said if said.intent in ("GiveCode", "Deny") else None


def _yes_or_no(question: AskYesNo, said: Understood) -> Understood | None:
    if said.intent == "Confirm":
        return question.yes
    if said.intent == "Deny":
        return question.no or _NO
    return _instead(question.yes, said)


def _choice(question: AskChoice, said: Understood) -> Understood | None:
    if said.intent == "Choose":
        position = number_in(said.slots, "choice") or 0
        return question.choices[position - 1].meaning if 1 <= position <= len(question.choices) else None
    if said.intent == "Deny":
        return question.no or _NO
    if said.intent == "Confirm":
        return question.yes
    meanings = [choice.meaning for choice in question.choices]
    if any(said.intent == meaning.intent and said.slots == meaning.slots for meaning in meanings):
        return said
    restated = [meaning for meaning in meanings if _restates(meaning, said)]
    if restated:
        return _narrowed(restated[0], said)
    return _instead(question.about or meanings[0], said) or _said_anew(meanings[0], said)


def _slot(question: AskSlot, said: Understood) -> Understood | None:
    if said.intent == "Deny":
        return _NO
    wanted = question.meaning
    if said.intent == wanted.intent:
        return replace(wanted, slots={**wanted.slots, **said.slots})
    value = said.slots.get(_SAID_AS.get(question.slot, question.slot), said.slots.get(question.slot))
    if said.intent != "Answer" or value is None:
        return None
    return replace(wanted, slots={**wanted.slots, question.slot: value})


def _instead(asked: Understood, said: Understood) -> Understood | None:
    """ "No, oat milk" to "your usual whole milk?": the same with other items, in the quantity asked about. "No, two"
    is the same item in another quantity.
    """
    items = items_in(said.slots)
    before = items_in(asked.slots)
    quantity = number_in(said.slots, "quantity")
    if said.intent != "Correct" or not before or not (items or quantity):
        return None
    slot = "items" if "items" in asked.slots else "product"
    if quantity and not items:
        return Understood(asked.intent, {**asked.slots, slot: (replace(before[0], quantity=quantity), *before[1:])})
    first = items[0] if items[0].quantity > 1 else replace(items[0], quantity=before[0].quantity)
    return Understood(asked.intent, {**asked.slots, slot: (first, *items[1:], *before[1:])})


def _restates(choice: Understood, said: Understood) -> bool:
    """ "Add the skim milk" to "whole milk, skim milk or oat milk?" is a choice, said at length."""
    chosen, items = items_in(choice.slots), items_in(said.slots)
    return said.intent == choice.intent and len(items) == 1 and bool(chosen) and _same(chosen[0], items[0])


def _said_anew(choice: Understood, said: Understood) -> Understood | None:
    """ "Pay the internet bill" to "which bill: the phone or the rent?" settles the question, too."""
    about_items = bool(items_in(choice.slots) or items_in(said.slots))
    return said if said.intent == choice.intent and said.slots and not about_items else None


def _same(choice: Item, item: Item) -> bool:
    if item.sku is not None:
        return item.sku == choice.sku or (choice.sku is None and set(item.products) <= set(choice.products))
    return len(item.products) == 1 and item.products == choice.products


def _narrowed(choice: Understood, said: Understood) -> Understood:
    """The choice, with what the longer answer added to it."""
    chosen, item = items_in(choice.slots), items_in(said.slots)[0]
    slot = "items" if "items" in choice.slots else "product"
    quantity = item.quantity if item.quantity > 1 else chosen[0].quantity
    options = item.options or chosen[0].options
    narrowed = replace(chosen[0], sku=chosen[0].sku or item.sku, quantity=quantity, options=options)
    return Understood(choice.intent, {**choice.slots, slot: (narrowed, *chosen[1:])})
