"""A bot file as YAML: each key with its value and its lines, or what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from shared.errors import ConfigurationError


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One key's value; lines are counted from 1."""

    value: Any
    line: int
    item_lines: tuple[int, ...] = ()
    """Where the value is a list: the line of each of its items."""


Fields = Mapping[str, Field]


def read_fields(file: Path) -> Fields:
    """Read a bot file; raises ConfigurationError with `file:line: what` for what is none."""
    try:
        node = yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        raise _refused(file, error) from error
    if not isinstance(node, yaml.MappingNode):
        raise ConfigurationError([f"{file}:1: a bot file is a list of `key: value` lines"])
    fields: dict[str, Field] = {}
    for key, value in node.value:
        name = str(key.value)
        if name in fields:
            # YAML's readers take the last one, wherever it stands: a grant that nobody sees.
            raise ConfigurationError([f"{file}:{_line(key)}: {name} stands there twice"])
        fields[name] = _field(file, key, value)
    return fields


def _field(file: Path, key: yaml.Node, value: yaml.Node) -> Field:
    items = value.value if isinstance(value, yaml.SequenceNode) else ()
    try:
        built = yaml.SafeLoader("").construct_object(value, deep=True)
    except (yaml.YAMLError, ValueError, LookupError, AttributeError, RecursionError) as error:
        # A date that does not exist, a number of 5,000 digits, `!!bool x`, a list in itself.
        raise _refused(file, error, _line(key)) from error
    return Field(value=built, line=_line(key), item_lines=tuple(_line(item) for item in items))


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _refused(file: Path, error: Exception, line: int = 1) -> ConfigurationError:
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark else line
    reason = getattr(error, "problem", None) or error
    return ConfigurationError([f"{file}:{line}: {reason}"])
