"""YAML with line numbers, so that an error in a language's data says where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml


class LanguageError(Exception):
    """A language's data can't be used. line: counted from 1."""

    def __init__(self, file: Path, line: int, problem: str) -> None:
        super().__init__(f"{file}, line {line}: {problem}")
        self.file = file
        self.line = line
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Source:
    """A node of a YAML file. Every scalar is text: "yes" and "no" are words here."""

    file: Path
    node: yaml.Node

    @property
    def line(self) -> int:
        """Where the node begins, counted from 1."""
        return int(self.node.start_mark.line) + 1

    def error(self, problem: str) -> LanguageError:
        """An error at this place."""
        return LanguageError(self.file, self.line, problem)

    def text(self) -> str:
        """The scalar, as written. Raises LanguageError for anything else and for nothing at all."""
        if not isinstance(self.node, yaml.ScalarNode) or not self.node.value.strip():
            raise self.error("expected text")
        return str(self.node.value)

    def items(self) -> Iterator[Source]:
        """The items of a list."""
        if not isinstance(self.node, yaml.SequenceNode):
            raise self.error("expected a list")
        for node in self.node.value:
            yield Source(self.file, node)

    def texts(self) -> tuple[str, ...]:
        """A list of texts without duplicates."""
        seen: dict[str, None] = {}
        for item in self.items():
            text = item.text()
            if text in seen:
                raise item.error(f"{text!r} stands here twice")
            seen[text] = None
        return tuple(seen)

    def pairs(self) -> dict[str, Source]:
        """A mapping's values by key. Raises LanguageError for a key that stands twice."""
        if not isinstance(self.node, yaml.MappingNode):
            raise self.error("expected a mapping")
        pairs: dict[str, Source] = {}
        for key_node, value_node in self.node.value:
            key = Source(self.file, key_node).text()
            if key in pairs:
                raise Source(self.file, key_node).error(f"{key!r} stands here twice")
            pairs[key] = Source(self.file, value_node)
        return pairs

    def fields(self, *allowed: str) -> dict[str, Source]:
        """A mapping with keys out of `allowed` only."""
        pairs = self.pairs()
        for key, value in pairs.items():
            if key not in allowed:
                raise value.error(f"unknown field {key!r}; known are {', '.join(allowed)}")
        return pairs


def parse(file: Path, text: str) -> Source:
    """The root of a YAML file. Raises LanguageError when it is no YAML or empty."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml where PyYAML was built with it: ten times as fast
    try:
        node = yaml.compose(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise LanguageError(file, mark.line + 1 if mark else 1, error.problem or "no YAML") from error
    except yaml.reader.ReaderError as error:
        raise LanguageError(file, 1, f"unreadable character at {error.position}") from error
    if node is None:
        raise LanguageError(file, 1, "the file is empty")
    return Source(file, node)
