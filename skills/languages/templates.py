"""What a hassil template refers to."""

from __future__ import annotations

from collections.abc import Iterator

from hassil.expression import Expression, Group, ListReference, RuleReference, Sentence, TextChunk
from hassil.parse_expression import parse_sentence


def parse_template(template: str) -> Sentence:
    """The syntax tree. Raises ValueError with the reason when the template can't be parsed."""
    try:
        return parse_sentence(template)
    except Exception as error:  # hassil raises its own ParseError and, for unclosed brackets, bare exceptions
        raise ValueError(f"the template can't be parsed: {error}") from error


def _walk(expression: Expression) -> Iterator[Expression]:
    yield expression
    if isinstance(expression, Group):
        for item in expression.items:
            yield from _walk(item)


def names_in(template: str) -> tuple[frozenset[str], frozenset[str]]:
    """Names of the `<rules>` and of the `{slots}` that a template uses itself. Raises ValueError."""
    parts = tuple(_walk(parse_template(template).expression))
    return (
        frozenset(part.rule_name for part in parts if isinstance(part, RuleReference)),
        frozenset(part.slot_name for part in parts if isinstance(part, ListReference)),
    )


def words_in(template: str) -> tuple[str, ...]:
    """The pieces of plain text that a template uses itself. Raises ValueError."""
    parts = _walk(parse_template(template).expression)
    return tuple(part.text for part in parts if isinstance(part, TextChunk) and part.text.strip())
