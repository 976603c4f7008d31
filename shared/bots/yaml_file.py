"""A YAML file with the line of each of its values, or what is wrong with it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from shared.errors import ConfigurationError

KeyPath = tuple[int | str, ...]
"""The keys, and numbers of items, that lead to a value of the file."""


@dataclass(frozen=True, slots=True)
class YamlFile:
    """A file of `key: value` lines."""

    path: Path
    values: Mapping[str, Any]
    """What stands there, as plain Python values."""
    root: yaml.MappingNode

    def problem(self, place: Sequence[int | str], what: str) -> str:
        """The sentence `file:line: what` of what stands, or is missing, at `place`."""
        return f"{self.path}:{self.line(place)}: {what}"

    def line(self, place: Sequence[int | str]) -> int:
        """Counted from 1: where the last part of `place` that the file knows begins."""
        node: yaml.Node = self.root
        line = 1
        for part in place:
            for name, key, value in _children(node):
                if name == str(part):
                    node, line = value, _line(key)
        return line


def read_yaml(path: Path) -> YamlFile:
    """Read the file; raises ConfigurationError with `file:line: what` for what is none."""
    try:
        return _parsed(path, path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise _refused(path, error) from error


@lru_cache(maxsize=256)
def _parsed(path: Path, text: str) -> YamlFile:
    """Once for each text: a start asks for each file about five times, and parsing is slow."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError) as error:
        raise _refused(path, error) from error
    if not isinstance(root, yaml.MappingNode):
        raise ConfigurationError([f"{path}:1: a bot file is a list of `key: value` lines"])
    _refuse_twins(path, root)
    values = {str(key.value): _built(path, key, value) for key, value in root.value}
    return YamlFile(path, values, root)


def _built(path: Path, key: yaml.Node, value: yaml.Node) -> Any:
    try:
        return yaml.SafeLoader("").construct_object(value, deep=True)
    except (yaml.YAMLError, ValueError, LookupError, AttributeError, RecursionError) as error:
        # A date that does not exist, a number of 5,000 digits, `!!bool x`, a list in itself.
        raise _refused(path, error, _line(key)) from error


def _refuse_twins(path: Path, root: yaml.Node) -> None:
    """YAML's readers take the last one, wherever it stands: a grant that nobody sees."""
    looked_at, left = set[int](), [root]
    while left:
        node = left.pop()
        if id(node) in looked_at:
            continue  # an alias: what it stands for was looked at
        looked_at.add(id(node))
        seen = set[str]()
        for name, key, value in _children(node):
            if name in seen:
                raise ConfigurationError([f"{path}:{_line(key)}: {name} stands there twice"])
            seen.add(name)
            left.append(value)


def _children(node: yaml.Node) -> Iterator[tuple[str, yaml.Node, yaml.Node]]:
    """By name or number: what gives its line, and the value."""
    if isinstance(node, yaml.MappingNode):
        yield from ((str(key.value), key, value) for key, value in node.value)
    elif isinstance(node, yaml.SequenceNode):
        yield from ((str(number), item, item) for number, item in enumerate(node.value))


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _refused(path: Path, error: Exception, line: int = 1) -> ConfigurationError:
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark else line
    reason = getattr(error, "problem", None) or error
    return ConfigurationError([f"{path}:{line}: {reason}"])
