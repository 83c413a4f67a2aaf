"""Reading one YAML file into its model, with every problem found and the line where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Generic, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from yaml.constructor import ConstructorError, SafeConstructor

Place = tuple[str | int, ...]
Model = TypeVar("Model", bound=BaseModel, covariant=True)

_SAYINGS: Mapping[str, str] = {
    "missing": "is missing",
    "extra_forbidden": "is not a field of the format",
    "string_type": "should be text; quote it if it is a number, yes, no or null",
    "list_type": "should be a list",
    "model_type": "should be a mapping of fields",
    "dict_type": "should be a mapping",
    "decimal_type": "should be a number",
    "is_instance_of": "should be a number",
    "int_type": "should be a whole number",
    "bool_type": "should be true or false",
    "string_too_short": "should not be empty",
    "too_short": "should not be empty",
}


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something wrong in a shop's files. field: such as `products[3].variants[0].price`, "" for the whole file."""

    file: str
    line: int
    field: str
    what: str

    def __str__(self) -> str:
        named = f"{self.field} " if self.field else ""
        return f"{self.file}, line {self.line}: {named}{self.what}"


@dataclass(frozen=True, slots=True)
class Source(Generic[Model]):
    """A file as it was read. content: None when it has problems of its own; lines: where each place stands."""

    file: str
    content: Model | None
    problems: tuple[Problem, ...] = ()
    lines: Mapping[Place, int] = field(default_factory=dict)

    def problem(self, place: Place, what: str) -> Problem:
        """A problem at a place of this file, or at the nearest place around it that was written."""
        nearest = place
        while nearest and nearest not in self.lines:
            nearest = nearest[:-1]
        return Problem(self.file, self.lines.get(nearest, 1), _field(place), what)

    def repeated(self, place: Place, name: str | None, keys: Sequence[str]) -> Iterator[Problem]:
        """A problem for each key that an earlier entry of the list at `place` has. name: of the key's field, if any."""
        seen: set[str] = set()
        for index, key in enumerate(keys):
            if key in seen:
                inner = (*place, index) if name is None else (*place, index, name)
                yield self.problem(inner, f"{key!r} is given twice")
            seen.add(key)


def read(path: Path, model: type[Model]) -> Source[Model]:
    """Read and check one file; what is wrong is in the result, nothing is raised."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "is not UTF-8 text"
        return Source(path.name, None, (Problem(path.name, 1, "", f"can't be read: {why}"),))
    tree = _Tree(path.name)
    try:
        root = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        content = {} if root is None else tree.value(root, ())
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        what = f"is no YAML: {getattr(error, 'problem', None) or error}"
        return Source(path.name, None, (Problem(path.name, mark.line + 1 if mark else 1, "", what),))
    source: Source[Model] = Source(path.name, None, lines=tree.lines)
    problems = list(tree.problems)
    checked = None
    try:
        checked = model.model_validate(content)
    except ValidationError as error:
        for found in error.errors(include_url=False):
            place = tuple(step for step in found["loc"] if step != "[key]")
            problems.append(source.problem(place, _saying(found)))
    return Source(path.name, None if problems else checked, tuple(dict.fromkeys(problems)), tree.lines)


class _Tree:
    """Turns YAML nodes into plain values: floats become decimals, and every place's line is kept."""

    def __init__(self, file: str) -> None:
        self.lines: dict[Place, int] = {}
        self.problems: list[Problem] = []
        self._file = file
        self._scalars = SafeConstructor()
        self._seen: set[int] = set()

    def value(self, node: yaml.Node, place: Place) -> Any:
        self.lines[place] = node.start_mark.line + 1
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        if id(node) in self._seen:
            self._wrong(place, "anchors and aliases can't be used here")
            return None
        self._seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*place, index)) for index, item in enumerate(node.value)]
        return self._mapping(node, place)

    def _mapping(self, node: yaml.Node, place: Place) -> dict[str, Any]:
        content: dict[str, Any] = {}
        for key, value in node.value:
            name = str(key.value)
            inner = (*place, name)
            if name in content:
                self.lines[inner] = key.start_mark.line + 1
                self._wrong(inner, "is given twice")
                continue
            content[name] = self.value(value, inner)
            self.lines[inner] = key.start_mark.line + 1
        return content

    def _scalar(self, node: yaml.ScalarNode) -> Any:
        if node.tag == "tag:yaml.org,2002:float":
            try:
                return Decimal(node.value.replace("_", ""))
            except ArithmeticError:
                return node.value
        if node.tag == "tag:yaml.org,2002:timestamp":
            return node.value
        try:
            return self._scalars.construct_object(node)
        except (ConstructorError, ValueError):
            return node.value

    def _wrong(self, place: Place, what: str) -> None:
        self.problems.append(Problem(self._file, self.lines[place], _field(place), what))


def _field(place: Place) -> str:
    named = ""
    for step in place:
        named += f"[{step}]" if isinstance(step, int) else f".{step}" if named else step
    return named


def _saying(found: Any) -> str:
    saying = _SAYINGS.get(found["type"])
    if saying is not None:
        return saying
    message = str(found["msg"]).removeprefix("Value error, ")
    for subject in ("Input ", "String ", "Decimal input "):
        message = message.removeprefix(subject)
    return message
