"""Bot files as bots: one YAML file each in `BOTS_DIR`, all their problems with file and line."""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from pydantic import ValidationError

from shared.bots.beside import Beside
from shared.bots.bot import Bot
from shared.bots.fields import NO_TEXT
from shared.bots.prompts import PROMPTS, SYSTEM_PROMPT, with_prompts
from shared.bots.refusals import refusals
from shared.bots.sentences import complaints, path_of
from shared.bots.yaml_file import YamlFile, read_yaml
from shared.errors import ConfigurationError


def load_bots(folder: Path, variables: Collection[str] | None = None) -> dict[str, Bot]:
    """Read every `*.yaml` in `folder`, by bot id.

    `variables`: see Beside. Raises ConfigurationError with every problem of every file at once.
    """
    files = sorted(folder.glob("*.yaml")) if folder.is_dir() else []
    if not files:
        raise ConfigurationError([f"BOTS_DIR: no *.yaml file in {folder}"])
    problems: list[str] = []
    bots: dict[str, Bot] = {}
    for file in files:
        try:
            bot = load_bot(file, variables)
        except ConfigurationError as error:
            problems += error.problems
            continue
        problems += clashes(file, bot, bots)
        bots[bot.id] = bot
    if problems:
        raise ConfigurationError(problems)
    return bots


def bot_ids(folder: Path) -> list[str]:
    """The ids that stand in the files, also in those with problems: a key of theirs is known."""
    return list(ids_by_file(folder).values())


def ids_by_file(folder: Path) -> dict[str, str]:
    """The same, by the names of the files; of one that cannot be read its name is taken for it,
    so that a slip in a line of it does not make its key one of nobody."""
    ids = {}
    for file in sorted(folder.glob("*.yaml")):
        try:
            ids[file.name] = str(read_yaml(file).values.get("id", ""))
        except ConfigurationError:
            ids[file.name] = file.stem
    return {name: bot_id for name, bot_id in ids.items() if bot_id}


def load_bot(file: Path, variables: Collection[str] | None = None) -> Bot:
    """Read one bot file; raises ConfigurationError, each problem as `file:line: what`."""
    found = read_yaml(file)
    here = Beside(file.parent, variables)
    values, problems = with_prompts(found)
    empty = {SYSTEM_PROMPT: ""} if values.get(SYSTEM_PROMPT) == "" else {}
    if empty and PROMPTS[SYSTEM_PROMPT] in found.values:
        values[SYSTEM_PROMPT] = NO_TEXT  # a prompt's file may be empty, the key may not
    try:
        bot = Bot.model_validate(values, context=here)
    except ValidationError as error:
        problems += complaints(found, error, Bot)
    else:
        problems += _refused(found, bot, here)
    if problems:
        raise ConfigurationError(problems)
    return bot.model_copy(update=empty)


def clashes(file: Path, bot: Bot, others: Mapping[str, Bot]) -> Iterator[str]:
    """What keeps the bot of this file from standing beside others."""
    for other in others.values():
        if other.id == bot.id:
            yield f"{file}:1: the id {bot.id} is used by another file too"
        elif other.key_variable == bot.key_variable:
            yield f"{file}:1: {bot.id} and {other.id} would share {bot.key_variable}"


def _refused(found: YamlFile, bot: Bot, here: Beside) -> Iterator[str]:
    wrong = sorted(refusals(bot, here), key=lambda it: found.line(it[0]))
    yield from (found.problem(place, f"{path_of(place)} {what}") for place, what in wrong)
