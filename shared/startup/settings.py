"""Settings from what the process was told: one frozen object, all problems at once."""

import re
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    HttpUrl,
    ModelWrapValidatorHandler,
    RedisDsn,
    SecretStr,
    TypeAdapter,
    ValidationError,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from shared.bots import Bot, Roster, bot_ids, key_variable, load_bots
from shared.bots.fields import BOT_ID
from shared.bots.watching import BotFiles, Check, nothing_else
from shared.catalogue import Catalogue, Language, catalogue
from shared.errors import ConfigurationError
from shared.redis.address import sentinels_in
from shared.secret_names import BOT_KEY, BOT_KEY_PREFIX, EVENT_SECRET_PREFIX
from shared.startup.campfire_keys import CampfireKeys, key_folder, key_in
from shared.startup.environment import read_environment

_LANGUAGES: tuple[Language, ...] = get_args(Language)
_redis_dsn: TypeAdapter[RedisDsn] = TypeAdapter(RedisDsn)


def _redis_url(value: str) -> str:
    if not value.startswith("unix://") and sentinels_in(value) is None:
        _redis_dsn.validate_python(value)
    return value


def _zone(value: str) -> str:
    name = value.removeprefix(":")
    try:
        ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise ValueError("must be the name of a time zone, like Asia/Shanghai") from None
    return name


def _language(value: str) -> str:
    """The machine's own LANGUAGE, gettext's (`de_DE:de:en`), has the same name: the first of its
    languages that is one of ours."""
    if value in _LANGUAGES or not re.search("[:_.]", value):
        return value
    listed = (re.split("[_.@]", one)[0] for one in value.split(":"))
    return next((one for one in listed if one in _LANGUAGES), _LANGUAGES[0])


def _bot_keys(keys: dict[str, str]) -> dict[str, SecretStr]:
    wrong = [name for name, key in keys.items() if not BOT_KEY.fullmatch(key)]
    if wrong:
        raise ValueError(f"{', '.join(wrong)}: a Campfire bot key looks like 3-a1b2c3d4e5f6")
    return {name: SecretStr(key) for name, key in keys.items()}


class EnvironmentSource(EnvSettingsSource):
    """All that `read_environment` finds, and what no variable names: the bot keys, the files."""

    def _load_env_vars(self) -> Mapping[str, str | None]:
        self._environment = read_environment()
        return {name.lower(): value for name, value in self._environment.values.items()}

    def __call__(self) -> dict[str, Any]:
        """The values by field; their names in the bot files decide which bot keys there are."""
        found = self._environment
        keys = {name: key for name, key in found.values.items() if name.startswith(BOT_KEY_PREFIX)}
        return {
            **super().__call__(),
            "bot_keys": keys,
            "event_secrets": {
                name: value
                for name, value in found.values.items()
                if name.startswith(EVENT_SECRET_PREFIX)
            },
            "bot_variables": found.values,
            "secret_files": found.secret_files,
            "unread": found.problems,
        }


class SharedSettings(BaseSettings):
    """What ingress and consumer both read."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, env_ignore_empty=True)

    redis_url: Annotated[str, BeforeValidator(_redis_url)]
    redis_prefix: str = Field("campfire", pattern=r"^[A-Za-z0-9._-]+$")
    redis_wait_replicas: int = Field(0, ge=0, le=10)
    """How many replicas have to hold a message before it counts as taken."""
    bots_dir: Path = Path("bots")
    data_dir: Path = Path("data")
    admin_token: SecretStr | None = Field(None, min_length=8)
    """None: see shared.startup.admin_token."""
    metrics_token: SecretStr | None = Field(None, min_length=8)
    """What a Prometheus shows at /metrics; None: the admin token."""
    otel_exporter_otlp_endpoint: HttpUrl | None = None
    """Where spans are sent, by OTLP over HTTP; None: nothing is traced."""
    otel_exporter_otlp_headers: SecretStr | None = None
    """`name=value` pairs, as OpenTelemetry's own variable has them: most hold a token."""
    default_bot: str | None = None
    bot_hop_limit: int = Field(4, ge=0)
    """How often bots may answer bots in a room until a person speaks to one."""
    bot_rate_per_hour: int = Field(20, ge=0)
    """How many messages of one other bot a bot takes in an hour."""
    audit_entries: int = Field(50_000, ge=1000)
    """How many entries of the audit are kept."""
    language: Annotated[Language, BeforeValidator(_language)] = "en"
    """What the service itself speaks; an agent answers in the language it is asked in."""
    tz: Annotated[str, AfterValidator(_zone)] | None = None
    """The zone that people's times are told in; None: the machine's own."""
    log_format: Literal["console", "json"] = "console"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    bot_keys: Annotated[dict[str, SecretStr], BeforeValidator(_bot_keys)] = {}
    secret_files: tuple[Path, ...] = ()
    """Every file that secrets were read from: `.env`, and those that `…_FILE` variables name."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, then what the process was told."""
        del file_secret_settings, env_settings, dotenv_settings
        return init_settings, EnvironmentSource(settings_cls)

    @model_validator(mode="wrap")
    @classmethod
    def _every_problem_at_once(
        cls, given: dict[str, Any], validate: ModelWrapValidatorHandler[Self]
    ) -> Self:
        unread: Mapping[str, str] = given.get("unread", {})
        try:
            settings = validate(given)
        except ValidationError as error:
            # What a file should have said is not "not set" besides.
            problems = [_sentence(it) for it in error.errors() if _name(it) not in unread]
            problems = [*unread.values(), *problems, *cls.problems_between(given)]
            raise ConfigurationError(problems) from error
        if problems := [*unread.values(), *cls.problems_between(given)]:
            raise ConfigurationError(problems)
        return settings

    @classmethod
    def problems_between(cls, given: Mapping[str, Any]) -> list[str]:
        """What is wrong between settings, and in the bot files. `given` is not validated yet."""
        folder = Path(given.get("bots_dir", cls.model_fields["bots_dir"].default))
        data_dir = Path(given.get("data_dir", cls.model_fields["data_dir"].default))
        variables = cls.variables_in(given)
        keys = given.get("bot_keys", {})
        return bot_problems(folder, keys, given.get("default_bot"), data_dir, variables)

    @classmethod
    def variables_in(cls, given: Mapping[str, Any]) -> Collection[str] | None:
        """The variables that bot files may name here; None: whoever runs no agents needs none."""
        del given
        return None

    @property
    def known_variables(self) -> Collection[str] | None:
        """As `variables_in`, for bot files that change."""
        return self.variables_in(dict(self))

    def bots(self) -> dict[str, Bot]:
        """The bots of `BOTS_DIR`; raises ConfigurationError when a file changed for the worse."""
        return load_bots(self.bots_dir, self.known_variables)

    def campfire_keys(self, bots: Mapping[str, Bot]) -> Mapping[str, str]:
        """The Campfire keys of the bots that take part, by bot id; learns those of later bots.

        Raises ConfigurationError.
        """
        for bot in bots.values():
            self.key_of(bot)
        return self._keys

    def bot_files(self, roster: Roster, check: Check = nothing_else) -> BotFiles:
        """What keeps the roster, and the keys, as the files are."""
        return BotFiles(
            self.bots_dir,
            roster,
            check=check,
            variables=self.known_variables,
            keys=self._keys,
            key_folder=key_folder(self.data_dir),
        )

    def roster(self, bots: Mapping[str, Bot] | None = None) -> Roster:
        """These bots (None: those of `BOTS_DIR`) with their keys; raises ConfigurationError."""
        known = self.bots() if bots is None else bots
        return Roster(known, self.campfire_keys(known))

    @property
    def sentences(self) -> Catalogue:
        """The service's own sentences."""
        return catalogue(self.language)

    def key_of(self, bot: Bot) -> str | None:
        """The bot's Campfire key, None when it has none and so takes no part.

        Raises ConfigurationError for a file with something else in it.
        """
        return self._keys.read(bot)

    @cached_property
    def _keys(self) -> CampfireKeys:
        variables = {name: key.get_secret_value() for name, key in self.bot_keys.items()}
        return CampfireKeys(variables, self.data_dir)


Settings = TypeVar("Settings", bound=SharedSettings)


def load_settings(kind: type[Settings], **overrides: Any) -> Settings:
    """Read one process's settings; raises ConfigurationError with every problem together."""
    return kind(**overrides)


def bot_problems(
    folder: Path,
    key_names: Collection[str],
    default_bot: str | None,
    data_dir: Path,
    variables: Collection[str] | None,
) -> list[str]:
    """What is wrong with the bot files, and between them and the settings that name bots."""
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


def _name(problem: Any) -> str:
    return ".".join(str(part) for part in problem["loc"]).upper()


def _sentence(problem: Any) -> str:
    name = _name(problem)
    if problem["type"] == "missing":
        return f"{name}: not set" + _HINTS.get(name, "")
    if problem["type"] == "too_short":
        return f"{name}: has to be {problem['ctx']['min_length']} characters long or longer"
    complaint = str(problem["msg"]).removeprefix("Value error, ")
    return complaint if name in ("", "BOT_KEYS") else f"{name}: {complaint}"


_HINTS = {
    "REDIS_URL": " (redis://host:6379/0; `make run` brings its own server when it is not set)",
    "CAMPFIRE_URL": " (the address of your Campfire, as http://campfire.example)",
    "ANTHROPIC_API_KEY": " (`make run` uses a stand-in model when it is not set)",
}
