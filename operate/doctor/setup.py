"""What the two processes would be told here, also where they would refuse to start with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from operate.doctor.problems import group_of, problems
from operate.shell.made_up import redis_url, sandbox_variables
from shared.bots import (
    DEFAULT_MODEL,
    Bot,
    bot_ids,
    campfire_user_id,
    key_variable,
    load_bot,
)
from shared.errors import ConfigurationError
from shared.secret_names import BOT_KEY, BOT_KEY_PREFIX
from shared.startup.campfire_keys import CampfireKeys
from shared.startup.environment import Environment, read_environment


@dataclass(frozen=True)
class Setup:
    """Every value by itself: what is wrong with one keeps none from being looked at."""

    environment: Environment
    problems: tuple[str, ...]
    """Why a process would not start: sentences with the name of a setting, or a file and a line."""
    bots: tuple[Bot, ...]
    """Those whose file can be used."""
    keys: CampfireKeys = field(repr=False)
    """Of those that take part."""
    made_up: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Of `values` those that `make run` made up for its sandbox, while that runs."""

    @property
    def values(self) -> Mapping[str, str]:
        """The variables that have a value."""
        return self.environment.values

    def get(self, name: str, default: str = "") -> str:
        """One of them."""
        return self.values.get(name, default)

    @property
    def data_dir(self) -> Path:
        """Where everything is kept."""
        return Path(self.get("DATA_DIR", "data")).absolute()

    @property
    def bots_dir(self) -> Path:
        """Where the bot files are."""
        return Path(self.get("BOTS_DIR", "bots"))

    @cached_property
    def redis_url(self) -> str | None:
        """`REDIS_URL`, or where the launcher's Valkey listens; None: it does not run."""
        return redis_url(self.values)

    @property
    def prefix(self) -> str:
        """What our keys in Redis begin with."""
        return self.get("REDIS_PREFIX", "campfire")

    @property
    def port(self) -> int | None:
        """Where the web process listens; None where that is no number, or any."""
        text = self.get("PORT", "5002")
        return int(text) if text.isascii() and text.isdigit() and 0 < int(text) < 65536 else None

    @property
    def host(self) -> str:
        """On which addresses."""
        return self.get("HOST", "127.0.0.1")

    @property
    def concerned(self) -> list[Bot]:
        """The bots that take part; before any does, all."""
        return [bot for bot in self.bots if bot.id in self.keys] or list(self.bots)

    @property
    def models(self) -> list[str]:
        """All that are asked."""
        named = {bot.model for bot in self.concerned}
        named |= {bot.fallback_model for bot in self.concerned if bot.fallback_model}
        return sorted(named) or [DEFAULT_MODEL]

    def user_id(self, bot_id: str) -> int:
        """Of a bot that takes part, in Campfire."""
        return campfire_user_id(self.keys[bot_id])

    def problems_of(self, group: str) -> list[str]:
        """Those that belong there."""
        return [problem for problem in self.problems if group_of(problem) == group]


def told() -> Setup:
    """Read it all; raises nothing for what stands in it."""
    environment = read_environment()
    made = sandbox_variables(environment.values)
    values = {**made, **environment.values}
    variables = {
        name: it
        for name, it in values.items()
        if name.startswith(BOT_KEY_PREFIX) and BOT_KEY.fullmatch(it)
    }
    folder = Path(values.get("BOTS_DIR", "bots"))
    keys = CampfireKeys(variables, Path(values.get("DATA_DIR", "data")))
    bots = tuple(_usable(folder, values))
    for bot in bots:
        _learn(keys, bot)
    return Setup(
        replace(environment, values=values), tuple(problems(values, made)), bots, keys, made
    )


def without_key(found: Setup) -> list[tuple[str, str]]:
    """The ids of the files' bots that have none, and the variable that is missing."""
    ids = bot_ids(found.bots_dir)
    return [(bot_id, key_variable(bot_id)) for bot_id in ids if bot_id not in found.keys]


def _usable(folder: Path, values: Mapping[str, str]) -> Iterable[Bot]:
    for file in sorted(folder.glob("*.yaml")):
        try:
            yield load_bot(file, frozenset(values))
        except ConfigurationError:
            continue  # told of among the problems


def _learn(keys: CampfireKeys, bot: Bot) -> None:
    try:
        keys.read(bot)
    except ConfigurationError:
        return  # told of among the problems
