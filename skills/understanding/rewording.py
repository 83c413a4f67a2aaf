"""Sentences that differ from one in a single slot: another product, choice or amount, one modifier more or less."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from skills.understanding.automaton import Token, Tokens
from skills.understanding.context import ShopWords
from skills.understanding.joining import JoiningWords
from skills.understanding.naming import families
from skills.understanding.nearest import Step
from skills.understanding.normalise import words_of

_WEIGHED = frozenset({"product", "choice"})
_DECIDING = _WEIGHED | {"amount", "variant"}

Steps = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class _Piece:
    """Words that belong together: up to and including those that decide a product or a choice."""

    steps: Steps
    decided: Token | None


class Rewording:
    """Rewords sentences about one shop's items."""

    def __init__(self, words: ShopWords, joining: JoiningWords, language: str) -> None:
        self._groups = {group.key: group for group in words.groups}
        self._families = families(words, language)
        self._with = words_of(joining.modifiers[0], language)
        self._and = words_of(joining.modifiers[1], language)
        self._without = frozenset(words_of(phrase, language) for phrase in joining.without)
        self._language = language

    def neighbours(self, steps: Steps) -> Iterator[Steps]:
        """Each sentence that differs in one slot. Sentences with several items are reworded in each of them."""
        pieces = _pieces(steps)
        for number, piece in enumerate(pieces):
            if piece.decided is None:
                continue
            if piece.decided[0] == "product":
                for other in self._other_products(piece):
                    yield _joined([*pieces[:number], other, *pieces[number + 1 :]])
                yield from self._with_one_more(pieces, number)
            else:
                yield _joined(self._without_piece(pieces, number))
                refused = any(token[0] in ("no", "left out") for _, tokens in piece.steps for token in tokens)
                for other in self._wished(piece) if refused else self._other_choices(piece):
                    yield _joined([*pieces[:number], other, *pieces[number + 1 :]])

    def plainly(self, steps: Steps) -> tuple[str, ...]:
        """The same meaning in the usual words: "with ... and ..." behind the name, no synonyms, no stray plural."""
        words: list[str] = []
        behind = 0  # modifiers behind the name so far; -1 before it
        for piece in _pieces(steps):
            if any(token[0] == "item" for _, tokens in piece.steps for token in tokens):
                behind = -1
            kinds = {token[0] for _, tokens in piece.steps for token in tokens}
            if piece.decided is None or kinds & {"no", "left out", "part", "alike", "variant"}:
                words += [word for word, _ in piece.steps]
            elif piece.decided[0] == "product":
                words += self._named(piece, several="quantity" in kinds)
                behind = 0
            else:
                words += self._modified(piece, behind)
                behind += behind >= 0
        return tuple(words)

    def _named(self, piece: _Piece, *, several: bool) -> list[str]:
        assert piece.decided is not None
        name = words_of(str(piece.decided[1]), self._language)
        said = [word for word, _ in piece.steps]
        return said if several else [*said[: len(said) - len(name)], *name]

    def _modified(self, piece: _Piece, behind: int) -> list[str]:
        assert piece.decided is not None
        group = self._groups[str(piece.decided[1])]
        choice = next(choice for choice in group.choices if choice.key == piece.decided[2])
        amount = _amount(piece)
        phrase = [*(words_of(amount, self._language) if amount else ()), *words_of(choice.spoken[0], self._language)]
        if behind >= 0:
            return [*(self._and if behind else self._with), *phrase]
        return [*(word for word, _ in piece.steps[: len(piece.steps) - self._phrase_length(piece)]), *phrase]

    def _other_products(self, piece: _Piece) -> Iterator[_Piece]:
        assert piece.decided is not None
        for family in self._families:
            if not any(set(piece.decided[2:]) & set(keys) for keys in family.names.values()):
                continue
            length = len(words_of(str(piece.decided[1]), self._language))
            for name, keys in family.names.items():
                if set(keys) != set(piece.decided[2:]):
                    yield _ended_with(piece, length, _decided(name, ("product", " ".join(name), *keys)))

    def _other_choices(self, piece: _Piece) -> Iterator[_Piece]:
        assert piece.decided is not None
        group = self._groups[str(piece.decided[1])]
        amount = _amount(piece)
        length = self._phrase_length(piece)
        for choice in group.choices:
            words = words_of(choice.spoken[0], self._language)
            token: Token = ("choice", group.key, choice.key)
            if choice.key != piece.decided[2]:
                yield _ended_with(piece, length, self._chosen(amount, words, token))
            else:
                for other in (None, *group.amounts):
                    if other != amount:
                        yield _ended_with(piece, length, self._chosen(other, words, token))

    def _wished(self, piece: _Piece) -> Iterator[_Piece]:
        """ "With almond milk" instead of "with no milk"."""
        assert piece.decided is not None
        group = self._groups[str(piece.decided[1])]
        joined: Steps = tuple((word, ()) for word in self._with)
        for choice in group.choices:
            token: Token = ("choice", group.key, choice.key)
            yield _Piece(joined + _decided(words_of(choice.spoken[0], self._language), token), token)

    def _phrase_length(self, piece: _Piece) -> int:
        """How many of the piece's last words say the amount and the choice."""
        assert piece.decided is not None
        group = self._groups[str(piece.decided[1])]
        said = tuple(word for word, _ in piece.steps)
        ways = [
            words_of(way, self._language)
            for choice in group.choices
            if choice.key == piece.decided[2]
            for way in choice.spoken
        ]
        amount = _amount(piece)
        measured = len(words_of(amount, self._language)) if amount else 0
        return measured + max(len(way) for way in ways if said[-len(way) :] == way)

    def _chosen(self, amount: str | None, words: Sequence[str], token: Token) -> Steps:
        measured = _decided(words_of(amount, self._language), ("amount", amount)) if amount is not None else ()
        return measured + _decided(words, token)

    def _without_piece(self, pieces: list[_Piece], number: int) -> list[_Piece]:
        first, _ = _item_around(pieces, number)
        behind_name = any(piece.decided and piece.decided[0] == "product" for piece in pieces[first:number])
        rest = pieces[number + 1 :]
        if not behind_name:
            return [*pieces[:number], *self._passed_on(pieces[number], rest)]
        said = tuple(word for word, _ in pieces[number].steps)
        if rest and said[: len(self._with)] == self._with:
            rest = [self._introduced(rest[0]), *rest[1:]]
        return [*pieces[:number], *rest]

    def _passed_on(self, piece: _Piece, rest: list[_Piece]) -> list[_Piece]:
        """A choice before the name goes; what stood before it ("can I get a") stays."""
        cut = len(piece.steps) - self._phrase_length(piece)
        opened = tuple(token for _, tokens in piece.steps[cut:] for token in tokens if token[0] not in _DECIDING)
        (word, tokens), *others = rest[0].steps
        return [_Piece((*piece.steps[:cut], (word, opened + tokens), *others), rest[0].decided), *rest[1:]]

    def _introduced(self, piece: _Piece) -> _Piece:
        """When the first of several modifiers goes, the next one takes over its "with"."""
        said = tuple(word for word, _ in piece.steps)
        if piece.decided is None or said[: len(self._and)] != self._and:
            return piece
        return _Piece(tuple((word, ()) for word in self._with) + piece.steps[len(self._and) :], piece.decided)

    def _with_one_more(self, pieces: list[_Piece], number: int) -> Iterator[Steps]:
        """A group that is not used yet: what takes amounts stands behind the name, anything else before it."""
        name = pieces[number]
        assert name.decided is not None
        first, last = _item_around(pieces, number)
        used = {piece.decided[1] for piece in pieces[first:last] if piece.decided and piece.decided[0] == "choice"}
        family = next(
            (f for f in self._families if any(set(name.decided[2:]) & set(k) for k in f.names.values())), None
        )
        behind = last > number + 1
        for group in family.groups if family else ():
            if group.key in used and group.maximum == 1:
                continue
            for choice in group.choices:
                words = words_of(choice.spoken[0], self._language)
                token: Token = ("choice", group.key, choice.key)
                if group.amounts:
                    joined = tuple((word, ()) for word in (self._and if behind else self._with))
                    yield _joined([*pieces[:last], _Piece(joined + _decided(words, token), token), *pieces[last:]])
                else:
                    length = len(words_of(str(name.decided[1]), self._language))
                    spoken = tuple((word, _only_decisions(tokens)) for word, tokens in name.steps[-length:])
                    changed = _ended_with(name, length, _decided(words, token) + spoken)
                    yield _joined([*pieces[:number], changed, *pieces[number + 1 :]])


def _pieces(steps: Steps) -> list[_Piece]:
    pieces: list[_Piece] = []
    open_: list[Step] = []
    for step in steps:
        open_.append(step)
        decided = [token for token in step[1] if token[0] in _WEIGHED]
        if decided:
            pieces.append(_Piece(tuple(open_), decided[-1]))
            open_ = []
    return [*pieces, _Piece(tuple(open_), None)] if open_ else pieces


def _amount(piece: _Piece) -> str | None:
    return next((str(token[1]) for _, tokens in piece.steps for token in tokens if token[0] == "amount"), None)


def _item_around(pieces: Sequence[_Piece], number: int) -> tuple[int, int]:
    """Where the item of the name in piece `number` begins and ends."""

    def opens(piece: _Piece) -> bool:
        return any(token[0] == "item" for _, tokens in piece.steps for token in tokens)

    first = max(place for place in range(number + 1) if place == 0 or opens(pieces[place]))
    last = number + 1
    while last < len(pieces) and pieces[last].decided is not None and not opens(pieces[last]):
        last += 1
    return first, last


def _ended_with(piece: _Piece, length: int, phrase: Steps) -> _Piece:
    """The piece with its last `length` words replaced; what they opened (an item, a part) opens with the new ones."""
    kept, replaced = piece.steps[: len(piece.steps) - length], piece.steps[len(piece.steps) - length :]
    opened = tuple(token for _, tokens in replaced for token in tokens if token[0] not in _DECIDING)
    first, *others = phrase
    return _Piece((*kept, (first[0], opened + first[1]), *others), piece.decided)


def _only_decisions(tokens: Tokens) -> Tokens:
    return tuple(token for token in tokens if token[0] in _DECIDING)


def _decided(words: Sequence[str], token: Token) -> Steps:
    tokens: Tokens = (token,)
    return (*((word, ()) for word in words[:-1]), (words[-1], tokens))


def _joined(pieces: Sequence[_Piece]) -> Steps:
    return tuple(step for piece in pieces for step in piece.steps)
