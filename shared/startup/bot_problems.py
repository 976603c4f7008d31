"""What is wrong with the bot files, and between them and the settings that name bots."""

import re
from collections.abc import Collection, Iterable
from pathlib import Path

from shared.bots import bot_ids, key_variable, load_bots
from shared.bots.fields import BOT_ID
from shared.errors import ConfigurationError
from shared.startup.campfire_keys import key_folder, key_in


def bot_problems(
    folder: Path,
    key_names: Collection[str],
    default_bot: str | None,
    data_dir: Path,
    variables: Collection[str] | None,
) -> list[str]:
    """Each as a sentence that names the file, or the variable; `key_names`: those that are set."""
    problems: list[str] = []
    try:
        load_bots(folder, variables)
    except ConfigurationError as error:
        problems = error.problems
    ids = bot_ids(folder)
    if not ids:
        return problems
    names = [key_variable(bot_id) for bot_id in ids]
    unknown = sorted(set(key_names) - set(names))
    problems += [f"{name}: no bot file in {folder} has this id" for name in unknown]
    if default_bot is not None and default_bot not in ids:
        problems.append(f"DEFAULT_BOT: no bot file in {folder} has id {default_bot}")
    found, wrong = _key_files(data_dir, ids)
    if not key_names and not found:
        how = f"set at least one of {', '.join(names)}, or: python -m operate key {ids[0]}"
        problems.append(f"no bot has a key: {how}")
    return [*problems, *wrong]


def _key_files(data_dir: Path, ids: Iterable[str]) -> tuple[bool, list[str]]:
    """Whether there is any, and what is wrong with those that there are."""
    found, problems = False, list[str]()
    for bot_id in (it for it in ids if re.fullmatch(BOT_ID, it)):  # it becomes a path
        try:
            found = key_in(key_folder(data_dir) / bot_id) is not None or found
        except ConfigurationError as error:
            found, problems = True, [*problems, *error.problems]
    return found, problems
