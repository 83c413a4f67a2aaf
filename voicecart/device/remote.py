"""The shop far away: hypotheses go up, sound never does. While it is away, only what adds to the cart may wait.

Three rules keep a turn from doing what nobody meant:
- What may wait is on disk before it is sent, is sent before anything else, and is known to the shop by its turn id.
- What may not wait (a yes, a code, a checkout, everything else) is never sent later.
- When an answer was lost, the shop may have asked something that nobody heard. So it is greeted first, which makes it
  ask again; what the shopper said without having heard it is not sent.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from skills.contract import Expectation, Heard, Listener, ListeningFailed, Reply, SoundGone
from voice.device_ports import Answer, Finish
from voicecart.device.carts import ShownCart
from voicecart.device.codes import unclear_code
from voicecart.device.later import LaterTurn, LaterTurns, waiting_turn
from voicecart.device.service_door import (
    Json,
    NotPaired,
    ServiceAway,
    ServiceBusy,
    ServiceDoor,
    ServiceProblem,
    ServiceRefuses,
)
from voicecart.device.words import DeviceWords

_NO_QUESTION = (Expectation.NOTHING, Expectation.ANYTHING)
_TOO_OLD = 24 * 3600.0  # seconds: what nobody has missed for a day is not added out of the blue


class RemoteDialogue:
    """A conversation with a shop behind its service (a `voice.device_ports.Dialogue`). Used by one thread at a time.

    now: seconds since the epoch.
    """

    def __init__(
        self,
        door: ServiceDoor,
        later: LaterTurns,
        words: DeviceWords,
        language: str,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._door = door
        self._later = later
        self._words = words
        self._language = language
        self._now = now
        self._expects = Expectation.NOTHING
        self._out_of_step = False
        self._currency: str | None = None
        self.cart: ShownCart | None = None

    def greet(self) -> Answer:
        """See Dialogue. What had to wait is delivered first."""
        delivered: list[Answer] = []
        try:
            delivered = self._deliver()
            return _joined(delivered, self._greeted())
        except ServiceProblem as problem:
            return _joined(delivered, self._trouble(problem, kept=False))

    def answer(self, heard: Heard, listener: Listener | None) -> Answer:
        """See Dialogue. A code that was not heard clearly is asked for again, and is no try."""
        if self._expects is Expectation.CODE and unclear_code(heard):
            return self._say("unclear_code", Expectation.CODE)
        texts = self._may_wait(heard)
        kept = bool(texts) and self._later.keep(waiting_turn(heard, texts, self._now()))
        before: list[Answer] = []
        try:
            before = self._deliver(but=heard.turn_id)
            if self._out_of_step:
                before.append(self._greeted())
            if before and not texts:
                return _joined(before)  # the shopper has not heard any of it, so this was no answer to it
            answered = self._sent(heard, listener)
        except ServiceProblem as problem:
            if isinstance(problem, ServiceRefuses | NotPaired):
                self._later.drop(heard.turn_id)
            return _joined(before, self._trouble(problem, kept))
        self._later.drop(heard.turn_id)
        return _joined(before, answered)

    def ponder(self, heard: Heard, listener: Listener) -> None:
        """See Dialogue: a guess is not sent, as it may be half of a sentence."""

    def waiting(self) -> Answer | None:
        """See Dialogue: what came of the turns that had to wait."""
        if not self._later.turns:
            return None
        try:
            delivered = self._deliver()
        except ServiceProblem:
            return None
        return _joined(delivered) if delivered else None

    def ending(self, text: str, expects: Expectation) -> Finish:
        """Whether a sentence is at its end, by its words alone: what can be said is known only to the shop."""
        return self._words.finish(text, expects)

    def _may_wait(self, heard: Heard) -> tuple[str, ...]:
        """The hypotheses that may be sent later; none when the best one may not, or a question is open."""
        if self._expects not in _NO_QUESTION or not heard.hypotheses:
            return ()
        if not self._words.may_wait(heard.hypotheses[0].text):
            return ()
        return tuple(one.text for one in heard.hypotheses if self._words.may_wait(one.text))

    def _deliver(self, but: str = "") -> list[Answer]:
        """Send what waits, oldest first, and forget each turn once it is answered. Raises ServiceProblem.

        but: the id of the turn that is being answered right now.
        """
        answers: list[Answer] = []
        for turn in self._later.turns:
            if turn.turn_id != but:
                answers.append(self._delivered(turn))
                self._later.drop(turn.turn_id)
        return answers

    def _delivered(self, turn: LaterTurn) -> Answer:
        if self._now() - turn.kept_at > _TOO_OLD:
            return self._say("not_delivered", self._expects, what=turn.texts[0])
        try:
            answered = self._answered(self._door.turn(turn.heard(), scores={})["turn"])
        except ServiceRefuses:
            return self._say("not_delivered", self._expects, what=turn.texts[0])
        told = self._say("delivered", answered.reply.expects, answer=answered.reply.speech)
        return Answer(told.reply, answered.heard_text, answered.understood)

    def _sent(self, heard: Heard, listener: Listener | None) -> Answer:
        """Raises ServiceProblem."""
        said = self._door.turn(heard)
        if said["status"] == "listen_again":
            said = self._door.turn(heard, _scores(heard.turn_id, said["texts"], listener))
        return self._answered(said["turn"])

    def _greeted(self) -> Answer:
        """Raises ServiceProblem."""
        return self._answered(self._door.greeting())

    def _answered(self, turn: Json) -> Answer:
        """The answer; whatever question is open is put again in it. Raises ServiceAway."""
        try:
            answer = Answer(_reply(turn), turn["text"], turn["outcome"] != "not_understood")
            self._show_cart(tuple(turn["cart"]))
        except (KeyError, TypeError, ValueError) as error:
            raise ServiceAway("it answers in another way than we know", perhaps_done=True) from error
        self._expects = answer.reply.expects
        self._out_of_step = False
        return answer

    def _show_cart(self, lines: tuple[Json, ...]) -> None:
        if self._currency is None:
            try:
                self._currency = self._door.shop()["currency"]
            except ServiceProblem:
                return  # the turn was answered all the same; the next one asks again
        self.cart = ShownCart(lines, self._currency)

    def _trouble(self, problem: ServiceProblem, kept: bool) -> Answer:
        """What to say of it. kept: whether the turn waits now.

        When the service is away, nobody knows what it waits for, so no question is open any more.
        """
        match problem:
            case NotPaired():
                return self._say("not_paired", Expectation.NOTHING)
            case ServiceBusy() if kept:
                return self._say("offline_kept", self._expects)
            case ServiceBusy() | ServiceRefuses():
                return self._say("shop_trouble", self._expects)
        was_buying = self._expects in (Expectation.CONFIRM_QUOTE, Expectation.CODE)
        self._expects = Expectation.ANYTHING
        self._out_of_step = True
        if was_buying and isinstance(problem, ServiceAway) and problem.perhaps_done:
            return self._say("offline_buying", Expectation.ANYTHING)
        return self._say("offline_kept" if kept else "offline", Expectation.ANYTHING)

    def _say(self, line: str, expects: Expectation, **values: str) -> Answer:
        text = self._words.said[line].format(**values)
        return Answer(Reply(text, text, expects, language=self._language), "")


def _scores(turn_id: str, texts: list[str], listener: Listener | None) -> dict[str, float]:
    """What the sound says of each text; nothing when it is gone or can't be listened to."""
    if listener is None:
        return {}
    try:
        return dict(zip(texts, listener.rescore(turn_id, texts), strict=True))
    except (SoundGone, ListeningFailed):
        return {}


def _reply(turn: Json) -> Reply:
    given = turn["reply"]
    return Reply(
        speech=given["speech"],
        screen=given["screen"],
        expects=Expectation(given["expects"]),
        ends=given["ends"],
        language=given["language"],
        slower=given["slower"],
        done=tuple(turn["done"]),
    )


def _joined(before: list[Answer], last: Answer | None = None) -> Answer:
    """Several answers as one; what the last one asks is open."""
    answers = [*before, *([last] if last is not None else [])]
    *_, final = answers
    speech = " ".join(one.reply.speech for one in answers if one.reply.speech)
    screen = "\n".join(one.reply.screen for one in answers if one.reply.screen)
    done = tuple(event for one in answers for event in one.reply.done)
    reply = Reply(
        speech, screen, final.reply.expects, final.reply.ends, final.reply.language, final.reply.slower, (), done
    )
    return Answer(reply, final.heard_text, any(one.understood for one in answers))
