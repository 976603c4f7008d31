"""Prompts that stand in a file of their own: read into the key that they stand in for."""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.bots.fields import NO_TEXT
from shared.bots.yaml_file import KeyPath, YamlFile

SYSTEM_PROMPT, PROMPT = "system_prompt", "prompt"
PROMPTS = {SYSTEM_PROMPT: "system_prompt_file", PROMPT: "prompt_file"}
"""The bot's own, and a subagent's: the key, and the one that names a file beside the bot file."""


def with_prompts(found: YamlFile) -> tuple[dict[str, Any], list[str]]:
    """The file's values with all prompts in them, and what is wrong with their files."""
    values, problems = dict(found.values), list[str]()
    _put_in(found, values, SYSTEM_PROMPT, (), problems)
    agents = values.get("agents")
    if isinstance(agents, Mapping):
        values["agents"] = {name: _agent(found, name, it, problems) for name, it in agents.items()}
    return values, problems


def missing_prompt(place: Sequence[int | str]) -> str | None:
    """What is said where there is none; None for another key."""
    *before, key = place
    if key == SYSTEM_PROMPT and not before:
        return _one_of_two(SYSTEM_PROMPT)
    return f"{'.'.join(map(str, before))}: {_one_of_two(PROMPT)}" if key == PROMPT else None


def _agent(found: YamlFile, name: str, agent: Any, problems: list[str]) -> Any:
    if not isinstance(agent, Mapping):
        return agent
    values = dict(agent)
    _put_in(found, values, PROMPT, ("agents", name), problems)
    return values


def _put_in(
    found: YamlFile, values: dict[str, Any], key: str, place: KeyPath, problems: list[str]
) -> None:
    file_key = PROMPTS[key]
    if file_key not in values:
        return
    name = values.pop(file_key)
    if key in values:
        problems.append(found.problem(place, _one_of_two(key)))
    values[key] = NO_TEXT  # whatever is wrong with the file is said of it, not of the text
    try:
        values[key] = _text(found, name)
    except ValueError as error:
        label = ".".join(map(str, (*place, file_key)))
        problems.append(found.problem((*place, file_key), f"{label} {error}"))


def _text(found: YamlFile, name: object) -> str:
    """What stands in it; raises ValueError with what is wrong."""
    if not isinstance(name, str) or not name.strip():
        raise ValueError(NO_TEXT)
    try:
        return (found.path.parent / name).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ValueError(f"{name} does not exist beside this file") from None
    except (OSError, ValueError) as error:
        raise ValueError(f"{name} cannot be read: {error}") from error


def _one_of_two(key: str) -> str:
    return f"give {key} or {PROMPTS[key]}, one of the two"
