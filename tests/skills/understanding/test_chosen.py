"""A language that is understood by its templates alone: the sound chooses among all that can be said, or takes none."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from skills.contract import Heard, Hypothesis, NotUnderstood, Sayable, SoundGone, Understood
from skills.understanding.context import Context, ShopWords
from skills.understanding.decision import Thresholds
from tests.skills.understanding.shops import cafe, product, understanding

SHOP = ShopWords(
    "shop", "1", "groceries", (product("우유", (), unit="팩"), product("바나나 우유", (), unit="개"), product("두부"))
)
MOMENT = Context("ko", SHOP, accounts={"credit": ("적립금",)})
LIMITS = Thresholds()


class Choosing:
    """A listener that has chosen these sentences, and asks for nothing else. sayable: what it could choose from."""

    def __init__(self, *chosen: Hypothesis) -> None:
        self._chosen = chosen
        self.sayable: Sayable | None = None

    def choose(self, turn_id: str, sayable: Sayable) -> tuple[Hypothesis, ...]:
        self.sayable = sayable
        return self._chosen

    def hear_again(self, turn_id: str, hint: str) -> tuple[Hypothesis, ...]:
        raise AssertionError("nothing is left to be heard again")

    def rescore(self, turn_id: str, texts: Sequence[str]) -> tuple[float, ...]:
        raise AssertionError("nothing is left to be scored")


class Forgetful(Choosing):
    """A listener whose recording is no longer there."""

    def choose(self, turn_id: str, sayable: Sayable) -> tuple[Hypothesis, ...]:
        raise SoundGone(turn_id)

    def hear_again(self, turn_id: str, hint: str) -> tuple[Hypothesis, ...]:
        raise SoundGone(turn_id)


def heard(text: str, language: str = "ko") -> Heard:
    return Heard("turn", language, (Hypothesis(text, -9.0),), spoken=True)


def test_the_sentence_with_evidence_is_taken_whatever_was_heard() -> None:
    """A garbled order is the sentence that the sound speaks for, with its quantity."""
    listener = Choosing(Hypothesis("바나나 우유 두 개 담아 주세요.", LIMITS.done + 1), Hypothesis("네", -3.0))
    outcome = understanding().understand(heard("파나마 유두게 남아"), MOMENT, listener)
    assert isinstance(outcome, Understood)
    assert outcome.intent == "AddToCart"
    (item,) = outcome.slots["items"]  # type: ignore[misc]
    assert (item.sku, item.quantity) == ("바나나-우유", 2)


@pytest.mark.parametrize(
    ("text", "evidence", "taken"),
    [
        ("두부 하나 담아 주세요", LIMITS.done - 0.1, False),
        ("두부 하나 담아 주세요", LIMITS.done + 0.1, True),
        ("적립금 잔액 알려 주세요", LIMITS.told - 0.1, False),
        ("적립금 잔액 알려 주세요", LIMITS.told + 0.1, True),
    ],
)
def test_consequences_need_more_evidence_than_answers(text: str, evidence: float, taken: bool) -> None:
    """What only tells something is taken with less evidence than what changes something."""
    outcome = understanding().understand(heard("무슨 소리"), MOMENT, Choosing(Hypothesis(text, evidence)))
    assert isinstance(outcome, Understood if taken else NotUnderstood)


@pytest.mark.parametrize(("chosen", "taken"), [("그만", True), ("안녕", True), ("아니", False)])
def test_a_short_word_needs_the_sound_to_agree(chosen: str, taken: bool) -> None:
    """ "Bye", heard word for word, may be a mumble: it is taken when a sentence of that meaning was chosen, too."""
    outcome = understanding().understand(heard("안녕"), MOMENT, Choosing(Hypothesis(chosen, LIMITS.done - 1)))
    assert isinstance(outcome, Understood if taken else NotUnderstood)


def test_one_word_again_and_again_is_still_a_short_one() -> None:
    """A recogniser writes "yes yes yes yes yes" for a mumble, too."""
    outcome = understanding().understand(heard("네, 네, 네, 네, 네"), MOMENT, Choosing())
    assert isinstance(outcome, NotUnderstood)
    outcome = understanding().understand(heard("네, 네, 네, 네, 네"), MOMENT, Choosing(Hypothesis("네", LIMITS.told)))
    assert isinstance(outcome, Understood)
    assert outcome.intent == "Confirm"


def test_a_whole_sentence_that_was_heard_needs_no_choice() -> None:
    """Word for word and long enough, it is taken, several goods included."""
    listener = Choosing()
    outcome = understanding().understand(heard("우유 두 팩하고 두부 하나 담아 주세요"), MOMENT, listener)
    assert isinstance(outcome, Understood)
    assert len(outcome.slots["items"]) == 2  # type: ignore[arg-type]
    assert listener.sayable is None


def test_talk_for_which_there_is_no_sentence_is_not_understood() -> None:
    """Nothing chosen is nothing understood; no other reading of the words is looked for."""
    assert isinstance(understanding().understand(heard("물 좀 꺼 줘"), MOMENT, Choosing()), NotUnderstood)


def test_the_sentences_are_written_as_recognisers_write_them() -> None:
    """Whole words with their particles apart, and not the syllables that are compared elsewhere."""
    listener = Choosing()
    understanding().understand(heard("무슨 소리"), MOMENT, listener)
    assert listener.sayable is not None
    words = {word for _, _, word in listener.sayable.arcs}
    assert {"바나나", "우유", "담아", "주세요", "하나", "두", "를"} <= words
    assert not {"담", "유"} & words
    assert "를" in listener.sayable.attached


def test_without_the_sound_the_words_decide() -> None:
    """A recording that is gone leaves what was heard: near enough, it is taken as it always was."""
    outcome = understanding().understand(heard("우유 두 게 담아 주세요"), MOMENT, Forgetful())
    assert isinstance(outcome, Understood)


def test_a_language_with_examples_does_not_choose() -> None:
    """English is understood by candidates and examples: nobody has to choose among all its sentences."""
    listener = Choosing()
    with pytest.raises(AssertionError, match="heard again"):
        understanding().understand(heard("captain with paint", "en"), cafe(), listener)
    assert listener.sayable is None
