"""What is wrong with the values of a bot file, in sentences with file and line."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError

from shared.bots.prompts import PROMPTS, missing_prompt
from shared.bots.sections.section import keys_at
from shared.bots.yaml_file import YamlFile

_LINES = "must be lines of `key: value`"
IN_YAML = {"model_type": _LINES, "dict_type": _LINES, "tuple_type": "must be a list"}
"""What pydantic says with words that no bot file knows."""


def complaints(found: YamlFile, error: ValidationError, model: type[BaseModel]) -> Iterator[str]:
    """What is wrong with a file of this model, in sentences, in the order of its lines."""
    details = sorted(error.errors(include_url=False), key=lambda it: found.line(it["loc"]))
    yield from (found.problem(it["loc"], _sentence(model, it)) for it in details)


def _sentence(model: type[BaseModel], problem: Mapping[str, Any]) -> str:
    place = problem["loc"]
    if problem["type"] == "extra_forbidden":
        known = [*keys_at(model, place[:-1])]
        known += [file for text, file in PROMPTS.items() if text in known]
        near = get_close_matches(str(place[-1]), known, n=1, cutoff=0.75)
        meant = f": did you mean {near[0]!r}?" if near else ""
        return f"unknown key {path_of(place)!r} (known: {', '.join(known)}){meant}"
    if problem["type"] == "missing":
        return missing_prompt(place) or f"{path_of(place)} is missing"
    told = str(problem["msg"]).removeprefix("Value error, ").removeprefix("Input ")
    what = IN_YAML.get(problem["type"], told)
    of_item = bool(place) and isinstance(place[-1], int)
    return f"{path_of(place)}{':' if of_item else ''} {what}"


def path_of(place: tuple[int | str, ...]) -> str:
    """The keys that lead there; which item of a list it is, its line tells."""
    return ".".join(part for part in place if isinstance(part, str))
