"""The course of a conversation: what an outcome does to the open questions, and what is said.

Whatever was said is first held against the question asked last. If it answers that, the question's own continuation
runs; otherwise it is an interruption: it is dealt with, and the question is put again, once. No question is ever put a
third time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from commerce.errors import CommerceError, StorageError
from skills.contract import Choice, Expectation, NotUnderstood, Outcome, Reason, Reply, Understood, Unsure
from skills.dialogue.answering import EXPECTATIONS, answer_to
from skills.dialogue.session import OpenQuestion, SessionState
from skills.intents.answer import Answer, Ask, AskChoice, AskCode, AskQuote
from skills.intents.moment import Moment
from skills.intents.table import Handler, handlers
from skills.languages.replies import Rendered, Replies
from skills.languages.saying import AnyOf, Say, say

MOST_ASKED = 2
MOST_OPEN = 3
MISSES_BEFORE_HELP = 2
SHOWN_CHOICES = 3


@dataclass(frozen=True, slots=True)
class Conversation:
    """One language's way of talking."""

    replies: Replies
    handlers: Mapping[str, Handler]

    @classmethod
    def in_language(cls, replies: Replies) -> Conversation:
        """With every intent that there is."""
        return cls(replies, handlers())

    def respond(self, state: SessionState, moment: Moment, outcome: Outcome) -> tuple[SessionState, Reply]:
        """The reply to an outcome and what to remember. Raises StorageError; every other refusal is told."""
        if _code_awaited(state) and not _said_exactly(outcome):
            return self._missed(state, moment, Reason.UNCLEAR)
        match outcome:
            case NotUnderstood(reason):
                return self._missed(state, moment, reason)
            case Unsure(choices):
                names = AnyOf(tuple(choice.spoken for choice in choices))
                asked = Answer(ask=Ask(AskChoice(choices), say("unsure", choices=names)))
                return self._conclude(state, moment, asked, state.open)
            case Understood():
                return self._understood(state, moment, outcome)

    def _understood(self, state: SessionState, moment: Moment, said: Understood) -> tuple[SessionState, Reply]:
        top = state.open[-1] if state.open else None
        meaning = answer_to(top.question, said) if top else None
        below = state.open if meaning is None else state.open[:-1]
        moment = replace(moment, question=top.question if top else None, last_change=state.change)
        answer = self._run(moment, meaning or said)
        if answer.repeats:
            return self._repeated(state, moment, answer)
        return self._conclude(state, moment, answer, () if answer.closes else below)

    def _run(self, moment: Moment, meaning: Understood) -> Answer:
        """Do what is meant, and what follows from it in the same turn."""
        handler = self.handlers.get(meaning.intent)
        if handler is None:  # an answer to a question that is not open any more
            return Answer(says=(say("nothing_asked"),))
        try:
            answer = handler(moment, meaning.slots)
        except StorageError:
            raise
        except CommerceError as refusal:
            return Answer(says=(self._refusal(moment, refusal),))
        if answer.then is None:
            return answer
        after = self._run(replace(moment, question=None), answer.then)
        return replace(after, says=(*answer.says, *after.says), done=(*answer.done, *after.done))

    def _refusal(self, moment: Moment, refusal: CommerceError) -> Say:
        key = f"refused.{refusal.code}"
        return say(key if key in self.replies.keys else "refused.other", shop=moment.shop.info.name)

    def _conclude(
        self, state: SessionState, moment: Moment, answer: Answer, below: tuple[OpenQuestion, ...]
    ) -> tuple[SessionState, Reply]:
        """Say the answer, then the question that is open now: the answer's own, else the one that was interrupted."""
        said = self.replies.render(answer.says, moment.now, state.turns)
        if answer.ask is not None:
            put, open_questions = self._put(state, moment, answer.ask, below)
        elif below:
            put, open_questions, done = self._resume(state, moment, below)
            answer = replace(answer, done=(*answer.done, *done))
        else:
            put, open_questions = None, ()
        reply = self._reply(state, _joined(said, put), open_questions, answer)
        kept = replace(
            state,
            turns=state.turns + 1,
            misses=0,
            slower=reply.slower,
            open=open_questions,
            change=answer.change or state.change,
            last=replace(reply, done=()),
        )
        return kept, reply

    def _put(
        self, state: SessionState, moment: Moment, ask: Ask, below: tuple[OpenQuestion, ...]
    ) -> tuple[Rendered, tuple[OpenQuestion, ...]]:
        """Ask a question, unless it was asked often enough."""
        before = next((question for question in state.open if question.question == ask.question), None)
        asked = before.asked + 1 if before and not isinstance(ask.question, AskCode) else 1
        others = tuple(question for question in below if question is not before and not _outdated(question, ask))
        if asked > MOST_ASKED:
            return self._given_up(state, moment), others
        again = self.replies.render([ask.again or ask.says], moment.now, state.turns)
        opened = OpenQuestion(ask.question, again.speech, again.screen, asked)
        return self.replies.render([ask.says], moment.now, state.turns), (*others, opened)[-MOST_OPEN:]

    def _resume(
        self, state: SessionState, moment: Moment, below: tuple[OpenQuestion, ...]
    ) -> tuple[Rendered, tuple[OpenQuestion, ...], tuple[str, ...]]:
        """Put the interrupted question again; a quote that no longer holds is made and read out anew."""
        top = below[-1]
        if isinstance(top.question, AskQuote | AskCode) and not _still_holds(moment, top.question):
            fresh = self._run(replace(moment, question=None), top.question.meaning)
            said = self.replies.render([say("checkout.anew"), *fresh.says], moment.now, state.turns)
            if fresh.ask is None:
                return said, below[:-1], fresh.done
            put, open_questions = self._put(state, moment, fresh.ask, below[:-1])
            return _joined(said, put), open_questions, fresh.done
        if top.asked >= MOST_ASKED:
            return self._given_up(state, moment), below[:-1], ()
        return Rendered(top.speech, top.screen), (*below[:-1], replace(top, asked=top.asked + 1)), ()

    def _missed(self, state: SessionState, moment: Moment, reason: Reason) -> tuple[SessionState, Reply]:
        """Nothing was understood, so nothing changes but the number of times that the question was put."""
        misses = state.misses + 1
        top = state.open[-1] if state.open else None
        says = [say("code.unclear" if _code_awaited(state) else f"not_understood.{reason.value}")]
        if top is None and misses >= MISSES_BEFORE_HELP:
            says.append(say(f"help.brief.{moment.shop.info.kind}"))
        kept, reply = self._conclude(state, moment, Answer(says=tuple(says)), state.open)
        return replace(kept, misses=misses), reply

    def _repeated(self, state: SessionState, moment: Moment, answer: Answer) -> tuple[SessionState, Reply]:
        """The last reply again, with everything open as it was."""
        slower = state.slower or answer.slower
        last = state.last
        if last is None:
            said = self.replies.render([say("nothing_to_repeat")], moment.now, state.turns)
            last = self._reply(state, said, state.open, answer)
        again = replace(last, slower=slower)
        return replace(state, turns=state.turns + 1, misses=0, slower=slower, last=again), again

    def _given_up(self, state: SessionState, moment: Moment) -> Rendered:
        return self.replies.render([say("moving_on")], moment.now, state.turns)

    def _reply(
        self, state: SessionState, words: Rendered, open_questions: tuple[OpenQuestion, ...], answer: Answer
    ) -> Reply:
        question = open_questions[-1].question if open_questions else None
        expects = Expectation.NOTHING if answer.ends else Expectation.ANYTHING
        return Reply(
            speech=words.speech,
            screen=words.screen,
            expects=EXPECTATIONS[type(question)] if question and not answer.ends else expects,
            ends=answer.ends,
            language=self.replies.language,
            slower=state.slower or answer.slower,
            choices=_read_out(question) if isinstance(question, AskChoice) else (),
            done=answer.done,
        )


def _code_awaited(state: SessionState) -> bool:
    return bool(state.open) and isinstance(state.open[-1].question, AskCode)


def _said_exactly(outcome: Outcome) -> bool:
    """A code is never guessed: digits that were only nearly heard are no try."""
    return isinstance(outcome, Understood) and (outcome.intent != "GiveCode" or outcome.cost == 0)


def _read_out(question: AskChoice) -> tuple[str, ...]:
    """Each choice under its first name."""
    first: list[Choice] = []
    for choice in question.choices:
        if all(choice.meaning != other.meaning for other in first):
            first.append(choice)
    return tuple(choice.spoken for choice in first[:SHOWN_CHOICES])


def _outdated(question: OpenQuestion, ask: Ask) -> bool:
    """A new quote replaces every earlier one."""
    return isinstance(ask.question, AskQuote | AskCode) and isinstance(question.question, AskQuote | AskCode)


def _still_holds(moment: Moment, question: AskQuote | AskCode) -> bool:
    live = moment.shop.checkout.live_quote(moment.customer)
    return live is not None and live.id == question.quote_id and live.digest == question.digest


def _joined(said: Rendered, put: Rendered | None) -> Rendered:
    if put is None:
        return said
    return Rendered(
        " ".join(filter(None, [said.speech, put.speech])), "\n".join(filter(None, [said.screen, put.screen]))
    )
