"""What can be said, spelled in tokens: words, their spaces, and tokens that end in the middle of a letter."""

from __future__ import annotations

from skills.contract import Sayable
from voice.recognition.spelling import Spelling, State

MILK = "우유".encode()
TOKENS = (b" ", " 우".encode(), "유".encode(), " 두".encode(), " 개".encode(), "를".encode(), " 를".encode(), b"")
LETTERS = (b" ", MILK[:2], MILK[2:4], MILK[4:], b".")
SAYABLE = Sayable(((0, 1, "우유"), (1, 2, "두"), (2, 3, "개"), (3, 4, "를"), (1, 4, "를")), (1, 4), ("를",))


def after(spelling: Spelling, *tokens: int) -> State:
    state = spelling.start
    for token in tokens:
        state = spelling.following(state)[token]
    return state


def next_tokens(spelling: Spelling, *tokens: int) -> set[int]:
    return set(spelling.following(after(spelling, *tokens)))


def test_only_what_goes_on_with_a_sentence_may_follow() -> None:
    """A word begins with its space, goes on with its letters, and only words that may come next follow it."""
    spelling = Spelling(SAYABLE, TOKENS, closing=())
    assert next_tokens(spelling) == {0, 1}
    assert next_tokens(spelling, 1) == {2}
    assert next_tokens(spelling, 1, 2) == {0, 3, 5, 6}
    assert next_tokens(spelling, 1, 2, 3) == {0, 4}
    assert next_tokens(spelling, 1, 2, 3, 4, 5) == set()


def test_particles_need_no_space_and_other_words_do() -> None:
    """After "우유" the particle follows with a space or without, "두" only with one."""
    bare = Spelling(SAYABLE, (*TOKENS, "두".encode()), closing=())
    assert {5, 6} <= next_tokens(bare, 1, 2)
    assert len(TOKENS) not in next_tokens(bare, 1, 2)
    assert len(TOKENS) in next_tokens(bare, 1, 2, 0)


def test_a_token_may_end_in_the_middle_of_a_letter() -> None:
    """Rare letters are spelled byte by byte: the rest is written before anything else, and then the word is whole."""
    spelling = Spelling(SAYABLE, LETTERS, closing=(4,))
    assert next_tokens(spelling, 0) == {1}
    assert next_tokens(spelling, 0, 1) == {2}
    assert not spelling.may_end(after(spelling, 0, 1, 2))
    assert spelling.may_end(after(spelling, 0, 1, 2, 3))


def test_a_whole_sentence_may_be_closed_once() -> None:
    """A full stop stands behind what is whole, never in the middle, and nothing comes after it."""
    spelling = Spelling(SAYABLE, (*TOKENS, b"."), closing=(len(TOKENS),))
    assert len(TOKENS) not in next_tokens(spelling, 1)
    closed = after(spelling, 1, 2, len(TOKENS))
    assert spelling.may_end(closed)
    assert not spelling.following(closed)
    assert not spelling.may_end(after(spelling, 1, 2, 3))
