"""Callers whose account is not linked: they hear what things cost and what there is; for the rest they link it.

Nothing is remembered of them: each question stands for itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from commerce.clock import Clock
from commerce.errors import CommerceError, StorageError
from commerce.shop import Shop
from skills.alexa.wording import words_for
from skills.contract import Heard, NotUnderstood, Outcome, Understood
from skills.dialogue.assistant import Understands
from skills.dialogue.surroundings import Surroundings
from skills.intents.moment import Moment
from skills.intents.table import handlers
from skills.languages.replies import Rendered, replies
from skills.languages.saying import Say, say
from skills.understanding.context import Context

ANSWERED = {"ProductPrice", "ProductAvailability", "Stop"}
_NOBODY = _NOWHERE = ""


@dataclass(frozen=True, slots=True)
class GuestAnswer:
    """What a guest is told.

    needs_account: nothing was done, because it takes an account. ends: the guest said goodbye.
    """

    words: Rendered
    needs_account: bool = False
    ends: bool = False


class Guests:
    """Answers those who have no account here, or have not said which."""

    def __init__(self, shop: Shop, understanding: Understands, clock: Clock) -> None:
        self._shop = shop
        self._understanding = understanding
        self._clock = clock
        self._surroundings = Surroundings(shop)

    def understands(self, heard: Heard) -> Outcome:
        """What somebody means of whom nothing is known. Nothing is done."""
        language = heard.language.split("-")[0]
        words = words_for(language)
        context = Context(
            language,
            self._surroundings.shelf().words,
            accounts={name: (name,) for name in words.accounts},  # so that it is understood what takes an account
            payees={name: (name,) for name in words.payees},
        )
        return self._understanding.understand(heard, context)

    def answer(self, heard: Heard, turn: int) -> GuestAnswer:
        """Answer one question. turn: counts up, so that wordings take turns. Raises StorageError."""
        match self.understands(heard):
            case Understood(intent, slots) if intent in ANSWERED:
                moment = Moment(
                    self._shop, _NOBODY, _NOWHERE, self._surroundings.shelf(), self._clock.now(), heard.turn_id
                )
                try:
                    answer = handlers()[intent](moment, slots)
                except StorageError:
                    raise
                except CommerceError:
                    return self._told(heard, turn, say("refused.other", shop=self._shop.info.name))
                says = answer.says or ((answer.ask.says,) if answer.ask else ())
                return GuestAnswer(self._words(heard, turn, *says), ends=answer.ends)
            case Understood("Help"):
                return self._told(heard, turn, say(f"help.{self._shop.info.kind}"))
            case NotUnderstood(reason):
                return self._told(heard, turn, say(f"not_understood.{reason.value}"))
            case _:
                return GuestAnswer(Rendered("", ""), needs_account=True)

    def _told(self, heard: Heard, turn: int, *says: Say) -> GuestAnswer:
        return GuestAnswer(self._words(heard, turn, *says))

    def _words(self, heard: Heard, turn: int, *says: Say) -> Rendered:
        return replies(heard.language.split("-")[0]).render(says, self._clock.now(), turn)
