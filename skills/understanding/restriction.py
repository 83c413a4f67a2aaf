"""What can't stand together in one item, checked word by word while sentences are searched from their end."""

from __future__ import annotations

from skills.understanding.automaton import Token
from skills.understanding.context import ShopWords
from skills.understanding.nearest import Restriction


def restriction(words: ShopWords) -> Restriction:
    """A group that takes one choice takes no second one in the same item, and no choice stands there twice."""
    single = frozenset(group.key for group in words.groups if group.maximum == 1)

    def allowed(used: frozenset[Token], token: Token) -> frozenset[Token] | None:
        if token[0] in ("item", "part", "alike"):
            return frozenset()
        if token[0] != "choice":
            return used
        mark: Token = ("choice", token[1]) if token[1] in single else token
        return None if mark in used else used | {mark}

    return allowed
