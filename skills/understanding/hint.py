"""What may be said, in a few words: a recogniser that takes a hint hears words and sentences of its kind better."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, zip_longest

from skills.languages.model import LanguageModel
from skills.understanding.context import Context, SayableGroup
from skills.understanding.joining import JoiningWords, joining_words
from skills.understanding.normalise import with_digits, words_of
from skills.understanding.templates import active_intents

MOST_WORDS = 110
"""Whisper takes at most 223 tokens before the speech; English words of a menu are 1.5 each."""
_SHORT_COMMAND = range(2, 5)  # words


def hint_of(context: Context, language: LanguageModel) -> str:
    """Orders that together name every modifier and as many products as fit, the customer's own first.

    Names alone do not show how people talk, so where goods have no modifiers short commands stand before them.
    """
    joining = joining_words(context.language)
    products = sorted(context.words.products, key=lambda product: -context.priors.get(product.key, 0.0))
    names = [product.spoken[0] for product in products]
    own = [spoken[0] for spoken in (*context.payees.values(), *context.accounts.values())]
    used = {key for product in products for key in product.groups}
    groups = [group for group in context.words.groups if group.key in used]
    said: list[str] = []
    room = MOST_WORDS
    commands = [] if groups else _commands(language, context)
    for phrase in [*commands, *_orders(groups, names, joining), *own]:
        words = words_of(phrase, context.language)
        written = with_digits(words, context.language) if " ".join(words) == phrase.lower() else phrase
        room -= len(written.split())
        if room < 0:
            break
        said.append(written)
    return ", ".join(said)


def _commands(language: LanguageModel, context: Context) -> Iterator[str]:
    """The first short example of each intent that can be said now."""
    for intent in active_intents(language, context):
        short = (example for example in intent.examples if len(example.split()) in _SHORT_COMMAND)
        yield from islice(short, 1)


def _orders(groups: list[SayableGroup], names: list[str], joining: JoiningWords) -> list[str]:
    """The first choice of each group with the first product, the second ones with the second, until all were named."""
    before = [[choice.spoken[0] for choice in group.choices] for group in groups if not group.amounts]
    behind = [[choice.spoken[0] for choice in group.choices] for group in groups if group.amounts]
    orders: list[str] = []
    for name, *chosen in zip_longest(names, *before, *behind):
        first = [choice for choice in chosen[: len(before)] if choice]
        last = [choice for choice in chosen[len(before) :] if choice]
        joined = f"{joining.modifiers[0]} {f' {joining.modifiers[1]} '.join(last)}" if last else ""
        orders.append(" ".join(part for part in (*first, name, joined) if part))
    return orders
