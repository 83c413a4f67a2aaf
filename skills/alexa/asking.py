"""Dialog directives: Alexa is told which slot, or which yes, is waited for, so that it hears the answer better.

Only for intents that stand in the package's dialog, which are those with a prompt in wording.yaml.
"""

from __future__ import annotations

from ask_sdk_model import Directive, Intent
from ask_sdk_model.dialog import ConfirmIntentDirective, ElicitSlotDirective

from skills.alexa.calls import Call
from skills.alexa.wording import Words
from skills.contract import Expectation, Understood
from skills.dialogue import Turn
from skills.languages import load

_CODE = "GiveCode.code"


def asking(turn: Turn, call: Call, words: Words) -> Directive | None:
    """The directive for what a turn waits for, if Alexa can help with it."""
    match turn.reply.expects:
        case Expectation.CODE:
            return elicit(_CODE)
        case Expectation.SLOT:
            missing = _missing(turn, words)
            return elicit(missing) if missing else None
        case Expectation.YES_OR_NO | Expectation.CONFIRM_QUOTE:
            return ConfirmIntentDirective() if _is_about(turn, call) and call.intent in words.prompts else None
        case _:
            return None


def unsaid(call: Call, words: Words) -> str | None:
    """The slot without which the intent of a request makes no sentence, as "Intent.slot"; None when all is there."""
    if call.filled:
        return None
    return next((place for place in words.prompts if place.startswith(f"{call.intent}.")), None)


def _is_about(turn: Turn, call: Call) -> bool:
    return isinstance(turn.outcome, Understood) and turn.outcome.intent == call.intent


def _missing(turn: Turn, words: Words) -> str | None:
    """The slot that the dialogue asks for, as "Intent.slot"."""
    said = turn.outcome
    if not isinstance(said, Understood):
        return None
    intents = (intent for intent in load(words.language).intents if intent.name == said.intent)
    slots = [slot.name for intent in intents for slot in intent.slots if slot.required and slot.name not in said.slots]
    return next((f"{said.intent}.{slot}" for slot in slots if f"{said.intent}.{slot}" in words.prompts), None)


def elicit(place: str) -> ElicitSlotDirective:
    """Waits for a slot, "Intent.slot"."""
    intent, _, slot = place.partition(".")
    return ElicitSlotDirective(slot_to_elicit=slot, updated_intent=Intent(name=intent, slots={}))
