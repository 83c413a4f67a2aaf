"""Launch, Help, Repeat, Slower, Stop, Cancel: about the conversation itself. They change nothing in the shop."""

from __future__ import annotations

from skills.intents.afterwards import latest_unsent, offer_to_cancel
from skills.intents.answer import Answer, AskChoice, AskCode, AskQuote, AskSlot, AskYesNo, Slots
from skills.intents.buying import not_bought
from skills.intents.moment import Moment
from skills.languages.saying import say

_HELP_AT: dict[type, str] = {
    AskYesNo: "help.at.yes_or_no",
    AskChoice: "help.at.choice",
    AskSlot: "help.at.slot",
    AskQuote: "help.at.quote",
    AskCode: "help.at.code",
}


def launch(moment: Moment, _slots: Slots) -> Answer:
    """Greet, and say what can be done here."""
    customer = moment.shop.customers.get(moment.customer)
    first_name = customer.name.split(" ")[0]
    greeting = say("greeting", shop=moment.shop.info.name, name=first_name)
    units = moment.cart().units
    if units:
        return Answer(says=(greeting, say("greeting.cart", count=units)))
    return Answer(says=(greeting, say(f"help.brief.{moment.shop.info.kind}")))


def help_now(moment: Moment, _slots: Slots) -> Answer:
    """What can be said at this moment, in this shop."""
    if moment.question is not None:
        return Answer(says=(say(_HELP_AT[type(moment.question)]),))
    if moment.shop.info.kind != "bank" and moment.cart().lines:
        return Answer(says=(say("help.with_cart"),))
    return Answer(says=(say(f"help.{moment.shop.info.kind}"),))


def repeat(_moment: Moment, _slots: Slots) -> Answer:
    """The last reply again."""
    return Answer(repeats=True)


def slower(_moment: Moment, _slots: Slots) -> Answer:
    """The last reply again, slower, and everything from now on."""
    return Answer(repeats=True, slower=True)


def stop(_moment: Moment, _slots: Slots) -> Answer:
    """The end of the conversation. The cart stays; what was asked is dropped."""
    return Answer(says=(say("goodbye"),), ends=True, closes=True)


def cancel(moment: Moment, _slots: Slots) -> Answer:
    """Drop what is being asked or bought; when that is nothing, an order that was not sent yet may be meant."""
    if isinstance(moment.question, AskQuote | AskCode):
        return Answer(says=(not_bought(moment.question),), closes=True)
    if moment.question is not None:
        return Answer(says=(say("cancelled"),), closes=True)
    order = latest_unsent(moment)
    if order is not None:
        return Answer(ask=offer_to_cancel(order))
    return Answer(says=(say("nothing_to_cancel"),))
