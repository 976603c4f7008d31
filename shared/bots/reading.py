"""Bot files as bots: one YAML file each in `BOTS_DIR`, all their problems with file and line."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from shared.bots.bot import Bot
from shared.bots.fields import NO_TEXT
from shared.bots.section import keys_at
from shared.bots.yaml_file import YamlFile, read_yaml
from shared.errors import ConfigurationError

PROMPT, PROMPT_FILE = "system_prompt", "system_prompt_file"
_LINES = "must be lines of `key: value`"
IN_YAML = {"model_type": _LINES, "dict_type": _LINES, "tuple_type": "must be a list"}
"""What pydantic says with words that no bot file knows."""


def load_bots(folder: Path) -> dict[str, Bot]:
    """Read every `*.yaml` in `folder`, by bot id.

    Raises ConfigurationError with every problem of every file at once.
    """
    files = sorted(folder.glob("*.yaml")) if folder.is_dir() else []
    if not files:
        raise ConfigurationError([f"BOTS_DIR: no *.yaml file in {folder}"])
    problems: list[str] = []
    bots: dict[str, Bot] = {}
    for file in files:
        try:
            bot = load_bot(file)
        except ConfigurationError as error:
            problems += error.problems
            continue
        problems += _clashes(file, bot, bots)
        bots[bot.id] = bot
    if problems:
        raise ConfigurationError(problems)
    return bots


def bot_ids(folder: Path) -> list[str]:
    """The ids that stand in the files, also in those with problems: a key of theirs is known."""
    ids = []
    for file in sorted(folder.glob("*.yaml")):
        with suppress(ConfigurationError):
            ids.append(str(read_yaml(file).values.get("id", "")))
    return [bot_id for bot_id in ids if bot_id]


def load_bot(file: Path) -> Bot:
    """Read one bot file; raises ConfigurationError, each problem as `file:line: what`."""
    found = read_yaml(file)
    values, problems, read = dict(found.values), list[str](), {}
    if PROMPT_FILE in values:
        text, problems = _prompt(found, values.pop(PROMPT_FILE))
        values[PROMPT], read = NO_TEXT, {PROMPT: text}  # a file may be empty, the key may not
    try:
        bot = Bot.model_validate(values)
    except ValidationError as error:
        problems += complaints(found, error, Bot)
    if problems:
        raise ConfigurationError(problems)
    return bot.model_copy(update=read)


def complaints(found: YamlFile, error: ValidationError, model: type[BaseModel]) -> Iterator[str]:
    """What is wrong with a file of this model, in sentences, in the order of its lines."""
    details = sorted(error.errors(include_url=False), key=lambda it: found.line(it["loc"]))
    yield from (found.problem(it["loc"], _sentence(model, it)) for it in details)


def _sentence(model: type[BaseModel], problem: Mapping[str, Any]) -> str:
    place = problem["loc"]
    if problem["type"] == "extra_forbidden":
        known = [*keys_at(model, place[:-1]), *([PROMPT_FILE] if model is Bot else [])]
        return f"unknown key {_path(place)!r} (known: {', '.join(known)})"
    if problem["type"] == "missing":
        if place == (PROMPT,):
            return f"give {PROMPT} or {PROMPT_FILE}, one of the two"
        return f"{_path(place)} is missing"
    told = str(problem["msg"]).removeprefix("Value error, ").removeprefix("Input ")
    what = IN_YAML.get(problem["type"], told)
    of_item = bool(place) and isinstance(place[-1], int)
    return f"{_path(place)}{':' if of_item else ''} {what}"


def _path(place: tuple[int | str, ...]) -> str:
    """The keys that lead there; which item of a list it is, its line tells."""
    return ".".join(part for part in place if isinstance(part, str))


def _prompt(found: YamlFile, name: object) -> tuple[str, list[str]]:
    """What stands in the prompt's file, and what is wrong with that."""
    problems = []
    if PROMPT in found.values:
        problems.append(found.problem((), f"give {PROMPT} or {PROMPT_FILE}, one of the two"))
    if not isinstance(name, str) or not name.strip():
        return "", [*problems, found.problem((PROMPT_FILE,), f"{PROMPT_FILE} {NO_TEXT}")]
    try:
        return (found.path.parent / name).read_text(encoding="utf-8"), problems
    except FileNotFoundError:
        what = "does not exist beside this file"
    except (OSError, ValueError) as error:
        what = f"cannot be read: {error}"
    return "", [*problems, found.problem((PROMPT_FILE,), f"{PROMPT_FILE} {name} {what}")]


def _clashes(file: Path, bot: Bot, others: Mapping[str, Bot]) -> Iterator[str]:
    for other in others.values():
        if other.id == bot.id:
            yield f"{file}:1: the id {bot.id} is used by another file too"
        elif other.key_variable == bot.key_variable:
            yield f"{file}:1: {bot.id} and {other.id} would share {bot.key_variable}"
