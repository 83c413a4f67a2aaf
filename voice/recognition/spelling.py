"""What can be said, spelled in a recogniser's tokens: which tokens may come next, after those that were written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from skills.contract import Sayable

_SPACE = 0x20
_AFTER_SPACE = None
_ENDED = -1

Place: TypeAlias = tuple[int, bytes | None]
"""A node, and what is still to be written of the word that leads to it; None once the space before a word stands."""
State: TypeAlias = frozenset[Place]
"""Every place where one may be after some tokens: a token can end in the middle of a word, even of a letter."""


class _Tree:
    """Tokens by their bytes."""

    __slots__ = ("branches", "tokens")

    def __init__(self) -> None:
        self.tokens: list[int] = []
        self.branches: dict[int, _Tree] = {}


class Spelling:
    """One automaton in one vocabulary.

    tokens: the bytes of each token; empty for one that stands for no text. closing: tokens that may end a sentence.
    """

    def __init__(self, sayable: Sayable, tokens: Sequence[bytes], closing: Sequence[int]) -> None:
        self._ends = frozenset(sayable.ends)
        self._closing = tuple(closing)
        self._going_on = frozenset(source for source, _, _ in sayable.arcs)
        self._spaced: dict[tuple[int, int], list[Place]] = defaultdict(list)
        self._attached: dict[tuple[int, int], list[Place]] = defaultdict(list)
        used = {_SPACE}
        for source, target, word in sayable.arcs:
            letters = word.encode()
            used.update(letters)
            self._spaced[source, letters[0]].append((target, letters[1:]))
            if word in sayable.attached:
                self._attached[source, letters[0]].append((target, letters[1:]))
        self._tree = _tree(tokens, frozenset(used))
        self._following: dict[State, dict[int, State]] = {}

    @property
    def start(self) -> State:
        """Before anything was written."""
        return frozenset({(0, b"")})

    def following(self, state: State) -> Mapping[int, State]:
        """The tokens that may come next, and where each leads."""
        found = self._following.get(state)
        if found is None:
            found = {}
            self._walk(self._tree, state, found)
            if any(node in self._ends and rest == b"" for node, rest in state):
                found |= dict.fromkeys(self._closing, frozenset({(_ENDED, b"")}))
            self._following[state] = found
        return found

    def may_end(self, state: State) -> bool:
        """Whether what was written is a whole sentence."""
        return any(rest == b"" and (node == _ENDED or node in self._ends) for node, rest in state)

    def _walk(self, tree: _Tree, state: State, found: dict[int, State]) -> None:
        found.update(dict.fromkeys(tree.tokens, state))
        for letter, branch in tree.branches.items():
            after = frozenset(place for before in state for place in self._after(before, letter))
            if after:
                self._walk(branch, after, found)

    def _after(self, place: Place, letter: int) -> Sequence[Place]:
        node, rest = place
        if rest:
            return [(node, rest[1:])] if rest[0] == letter else []
        if letter == _SPACE:
            return [(node, _AFTER_SPACE)] if rest is not _AFTER_SPACE and node in self._going_on else []
        arcs = self._spaced if rest is _AFTER_SPACE else self._attached
        return arcs.get((node, letter), [])


def _tree(tokens: Sequence[bytes], used: frozenset[int]) -> _Tree:
    """Only of tokens whose bytes all occur."""
    root = _Tree()
    for number, letters in enumerate(tokens):
        if letters and used.issuperset(letters):
            at = root
            for letter in letters:
                at = at.branches.setdefault(letter, _Tree())
            at.tokens.append(number)
    return root
