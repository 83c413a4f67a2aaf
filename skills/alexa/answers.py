"""From a reply to Alexa's response: speech, reprompt, card, screen, and whether the session goes on."""

from __future__ import annotations

from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_model import Response
from ask_sdk_model.ui import Card, LinkAccountCard, Reprompt, SimpleCard, SsmlOutputSpeech

from commerce.clock import Clock
from commerce.shop import Shop
from skills.alexa.asking import asking, elicit
from skills.alexa.calls import Call, attributes_of
from skills.alexa.guests import GuestAnswer
from skills.alexa.showing import Showing
from skills.alexa.ssml import shown, speak
from skills.alexa.wording import Words, words_for
from skills.contract import Expectation
from skills.dialogue import Turn
from skills.languages.replies import replies
from skills.languages.saying import say

_CARD = 1_500  # characters: the whole answer may have 24 KB, and a character up to six bytes
_TITLE = 60
_ORDER = "order.placed "
_HELP_AT = {
    Expectation.YES_OR_NO: "help.at.yes_or_no",
    Expectation.CONFIRM_QUOTE: "help.at.quote",
    Expectation.CHOICE: "help.at.choice",
    Expectation.SLOT: "help.at.slot",
    Expectation.CODE: "help.at.code",
}


class Answers:
    """Puts what one shop's assistant says into Alexa's form."""

    def __init__(self, shop: Shop, clock: Clock) -> None:
        self._shop = shop
        self._clock = clock
        self._showing = Showing(shop, clock)

    def to_turn(self, sent: HandlerInput, call: Call, turn: Turn, customer: str, *, was_late: bool = False) -> Response:
        """The response to a turn of a linked customer. was_late: it answers the turn before."""
        words, reply = words_for(call.locale), turn.reply
        goes_on = not reply.ends and (reply.expects in _HELP_AT or not call.one_shot)
        parts = [words.say("late.answer") if was_late else "", reply.speech]
        if goes_on and reply.expects is Expectation.ANYTHING:
            parts.append(words.say("more", call.turn))
        builder = sent.response_builder
        builder.response.output_speech = _speech(" ".join(filter(None, parts)), slower=reply.slower)
        if reply.screen:
            builder.set_card(self._card(turn, words))
        shows = self._showing.of(turn, customer, words) if call.has_screen else None
        for directive in (shows, asking(turn, call, words) if goes_on else None):
            if directive is not None:
                builder.add_directive(directive)
        return self._ended_or_open(sent, call, reply.expects, goes_on=goes_on)

    def to_unsaid(self, sent: HandlerInput, call: Call, place: str) -> Response:
        """Asks for a slot that was left unsaid, "Intent.slot"."""
        sent.response_builder.response.output_speech = _speech(words_for(call.locale).prompts[place])
        sent.response_builder.add_directive(elicit(place))
        return self._ended_or_open(sent, call, Expectation.SLOT, goes_on=True)

    def to_guest(self, sent: HandlerInput, call: Call, answer: GuestAnswer) -> Response:
        """The response to somebody without a linked account."""
        words = words_for(call.locale)
        goes_on = not answer.ends and not answer.needs_account and not call.one_shot
        told = words.say("unlinked", shop=self._shop.info.name) if answer.needs_account else answer.words.speech
        more = words.say("more", call.turn) if goes_on else ""
        builder = sent.response_builder
        builder.response.output_speech = _speech(" ".join(filter(None, (told, more))))
        if answer.needs_account:
            builder.set_card(LinkAccountCard())
        return self._ended_or_open(sent, call, Expectation.ANYTHING, goes_on=goes_on)

    def to_new_guest(self, sent: HandlerInput, call: Call) -> Response:
        """The greeting of somebody without a linked account."""
        told = words_for(call.locale).say("unlinked.greeting", shop=self._shop.info.name)
        sent.response_builder.response.output_speech = _speech(told)
        sent.response_builder.set_card(LinkAccountCard())
        return self._ended_or_open(sent, call, Expectation.ANYTHING, goes_on=True)

    def _ended_or_open(self, sent: HandlerInput, call: Call, expects: Expectation, *, goes_on: bool) -> Response:
        builder = sent.response_builder
        builder.set_should_end_session(not goes_on)
        if goes_on:
            builder.response.reprompt = Reprompt(output_speech=_speech(self._reprompt(call, expects)))
        if sent.request_envelope.session is not None:
            sent.attributes_manager.session_attributes = attributes_of(call, expects.value)
        response: Response = builder.response
        return response

    def _reprompt(self, call: Call, expects: Expectation) -> str:
        key = _HELP_AT.get(expects)
        if key is None:
            return words_for(call.locale).say("reprompt")
        return replies(call.language).render([say(key)], self._clock.now()).speech

    def _card(self, turn: Turn, words: Words) -> Card:
        order = next((event for event in turn.reply.done if event.startswith(_ORDER)), None)
        title = words.say("card.order", number=order.split()[1]) if order else self._shop.info.name
        return SimpleCard(title=shown(title, _TITLE), content=shown(turn.reply.screen, _CARD))


def _speech(text: str, *, slower: bool = False) -> SsmlOutputSpeech:
    return SsmlOutputSpeech(ssml=speak(text, slower=slower))
