"""The bots: one YAML file each in `BOTS_DIR`, checked key by key with file and line."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from shared.bots.fields import CHECKS, ITEM_CHECKS, Busy, Progress, control_words
from shared.bots.yaml_file import Field, Fields, read_fields
from shared.control_words import Names
from shared.errors import ConfigurationError

DEFAULT_MODEL = "claude-sonnet-5"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bot:
    """One bot as its file describes it; what it may do is what the file grants, nothing else."""

    id: str
    name: str
    system_prompt: str
    model: str = DEFAULT_MODEL
    tools: tuple[str, ...] = ()
    """Built-in tools of the Claude CLI that exist for this bot, of those in shared/cli_tools.py."""
    max_turns: int | None = None
    """Model calls in one turn; None: the service's `MAX_TURNS`."""
    answers_bots: bool = False
    """Whether other bots may speak to it, as `BOT_HOP_LIMIT` and `BOT_RATE_PER_HOUR` allow."""
    busy: Busy | None = None
    """What becomes of several messages in a row; None: the service's `BUSY`."""
    progress: Progress | None = None
    """Signs of life in the room; None: the service's `PROGRESS`."""
    session_ttl_hours: float | None = None
    """Hours an unused conversation is kept; None: the service's `SESSION_TTL_HOURS`."""
    help: str | None = None
    """What it says of itself when somebody types `help`."""
    control_words: Names = field(default_factory=dict, hash=False)
    """Other names for some of the control words; one without a name is forbidden."""

    @property
    def key_variable(self) -> str:
        """The environment variable that holds this bot's Campfire key."""
        return key_variable(self.id)


def key_variable(bot_id: str) -> str:
    """The environment variable of a bot's Campfire key."""
    return "BOT_KEY_" + bot_id.upper().replace("-", "_")


def campfire_user_id(key: str) -> int:
    """The bot's user id in Campfire: its key begins with it (docs/campfire.md, "Keys").

    Raises ValueError for what is no key.
    """
    return int(key.partition("-")[0])


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
            ids += [str(found.value) for name, found in read_fields(file).items() if name == "id"]
    return [bot_id for bot_id in ids if bot_id]


def load_bot(file: Path) -> Bot:
    """Read one bot file; raises ConfigurationError, each problem as `file:line: what`."""
    fields = read_fields(file)
    problems = list(_problems(file, fields))
    if problems:
        raise ConfigurationError(problems)
    values = {name: found.value for name, found in fields.items()}
    prompt_file = values.pop("system_prompt_file", None)
    if prompt_file is not None:
        values["system_prompt"] = (file.parent / prompt_file).read_text(encoding="utf-8")
    values["tools"] = tuple(values.get("tools", ()))
    values["control_words"] = control_words(values.get("control_words", {}))
    return Bot(**values)


def _problems(file: Path, fields: Fields) -> Iterator[str]:
    for name, found in fields.items():
        yield from (f"{file}:{line}: {what}" for line, what in _complaints(name, found))
    for name in ("id", "name"):
        if name not in fields:
            yield f"{file}:1: {name} is missing"
    prompts = [name for name in ("system_prompt", "system_prompt_file") if name in fields]
    if len(prompts) != 1:
        yield f"{file}:1: give system_prompt or system_prompt_file, one of the two"
    yield from _missing_prompt_file(file, fields)


def _complaints(name: str, found: Field) -> Iterator[tuple[int, str]]:
    """Each with its line; a list's items are looked at when the list is one."""
    if name not in CHECKS:
        yield found.line, f"unknown key {name!r} (known: {', '.join(CHECKS)})"
    elif complaint := CHECKS[name](found.value):
        yield found.line, f"{name} {complaint}"
    elif check := ITEM_CHECKS.get(name):
        for item, line in zip(found.value, found.item_lines, strict=True):
            if complaint := check(item):
                yield line, f"{name}: {complaint}"


def _missing_prompt_file(file: Path, fields: Fields) -> Iterator[str]:
    found = fields.get("system_prompt_file")
    if found is None or not isinstance(found.value, str):
        return
    try:
        (file.parent / found.value).read_text(encoding="utf-8")
    except FileNotFoundError:
        what = "does not exist beside this file"
    except (OSError, ValueError) as error:
        what = f"cannot be read: {error}"
    else:
        return
    yield f"{file}:{found.line}: system_prompt_file {found.value} {what}"


def _clashes(file: Path, bot: Bot, others: Mapping[str, Bot]) -> Iterator[str]:
    for other in others.values():
        if other.id == bot.id:
            yield f"{file}:1: the id {bot.id} is used by another file too"
        elif other.key_variable == bot.key_variable:
            yield f"{file}:1: {bot.id} and {other.id} would share {bot.key_variable}"
