"""The shop on the device itself: turns go to the assistant in this process."""

from __future__ import annotations

from commerce.errors import CommerceError
from skills.contract import Expectation, Heard, Listener, NotUnderstood, Reply, Understood
from skills.dialogue import SessionKey, Turn
from voice.device_ports import Answer, Finish
from voicecart.assembly import Assembly
from voicecart.device.codes import unclear_code
from voicecart.device.words import DeviceWords

_SHORTEST_SENTENCE = 3
"""Words. "Where is my order" is one, though "order" alone waits for what to order."""


class LocalDialogue:
    """A conversation with the assistant of `assembly`'s shop (a `voice.device_ports.Dialogue`)."""

    def __init__(self, assembly: Assembly, words: DeviceWords, session: SessionKey) -> None:
        self._assistant = assembly.assistant()
        self._language = assembly.shop().info.language
        self._words = words
        self._session = session
        self._expects = Expectation.NOTHING

    def greet(self) -> Answer:
        """See Dialogue."""
        try:
            return self._answer(self._assistant.greet(self._language, session=self._session))
        except CommerceError:
            return self._trouble()

    def answer(self, heard: Heard, listener: Listener | None) -> Answer:
        """See Dialogue. A code that was not heard clearly is asked for again, and is no try."""
        if self._expects is Expectation.CODE and unclear_code(heard):
            return self._say("unclear_code", Expectation.CODE, understood=True)
        try:
            return self._answer(self._assistant.hears(heard, listener, session=self._session))
        except CommerceError:
            return self._trouble()

    def ponder(self, heard: Heard, listener: Listener) -> None:
        """See Dialogue."""
        if self._expects is not Expectation.CODE:
            self._assistant.ponders(heard, listener, session=self._session)

    def waiting(self) -> Answer | None:
        """See Dialogue: nothing ever waits here."""
        return None

    def ending(self, text: str, expects: Expectation) -> Finish:
        """Whether a sentence is at its end: its last word says so, or it can be said just like this."""
        by_words = self._words.finish(text, expects)
        may_be_a_sentence = by_words is Finish.UNFINISHED and len(text.split()) >= _SHORTEST_SENTENCE
        if expects is Expectation.CODE or not (by_words is Finish.UNKNOWN or may_be_a_sentence):
            return by_words
        outcome = self._assistant.grasps(text, self._language, session=self._session)
        if not isinstance(outcome, Understood) or outcome.cost > 0:
            return by_words
        literal = any(candidate.cost == 0 for candidate in outcome.candidates)
        if may_be_a_sentence and not literal:  # only like other sentences, and perhaps half of one
            return by_words
        names_goods = any(isinstance(value, tuple) for value in outcome.slots.values())
        return Finish.FINISHED if names_goods else Finish.COMPLETE

    def _answer(self, turn: Turn) -> Answer:
        self._expects = turn.reply.expects
        return Answer(turn.reply, turn.heard_text, not isinstance(turn.outcome, NotUnderstood))

    def _trouble(self) -> Answer:
        return self._say("shop_trouble", self._expects, understood=True)

    def _say(self, line: str, expects: Expectation, understood: bool) -> Answer:
        text = self._words.said[line]
        return Answer(Reply(text, text, expects, language=self._language), "", understood)
